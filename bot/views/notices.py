"""Direct messages: the requester and the approvers hear what became of their release."""

from bot.domain.journal import Entry
from bot.domain.message import Message
from bot.domain.release import Release
from bot.views.blocks import context, message, section
from bot.views.escape import link
from bot.views.log import log_line
from bot.views.marks import unmarked
from bot.views.people import channel
from bot.views.states import named


def notice(release: Release, entry: Entry, person: str, thread_link: str = "") -> Message:
    """What a thread reply said, for one person who is concerned, and the way to the thread."""
    line = log_line(release, entry)
    said = line.text if line else f"{named(release)} changed."
    part = _part(release, person)
    address = link(thread_link, "Go to the thread")
    way = f"{address}." if address else f"Its thread is in {channel(release.channel)}."
    blocks = (section(said), context(f"{part} {way}".strip()))
    return message(unmarked("\n".join(text for text in (said, part, way) if text)), blocks)


def _part(release: Release, person: str) -> str:
    """Why this person is told."""
    if person in (release.person, release.requester.id):
        return f"You asked for {named(release)}."
    if person in {approval.person for approval in release.approvals}:
        return f"You approved {named(release)}."
    return f"This concerns {named(release)}."
