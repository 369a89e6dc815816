"""The card: one message a release, edited in place, that shows where it stands and what may be done now."""

from datetime import datetime

from bot.domain.message import Block, Message
from bot.domain.release import Release
from bot.domain.states import ENDED, WAITING, State
from bot.domain.verdict import Judgement
from bot.views import buttons
from bot.views.approval_lines import approval_lines
from bot.views.blocks import context, header, message, section
from bot.views.escape import code, inline, link, quoted
from bot.views.gate_lines import gate_lines
from bot.views.limits import join_lines
from bot.views.marks import unmarked
from bot.views.people import listed, requester
from bot.views.progress import doubt_line, ending_line, hold_line, plan_line, step_line
from bot.views.states import heading, mark, named, title
from bot.views.times import moment


def card(
    release: Release,
    judgements: tuple[Judgement, ...],
    moves: tuple[str, ...],
    now: datetime,
    compare_url: str = "",
) -> Message:
    """The card of a release. `moves` are action names, the most useful first; a release that is over shows none.
    `compare_url` leads to the list of changes."""
    parts = [part for part in paragraphs(release, judgements, now, compare_url) if part]
    small = footer(release, now)
    blocks: list[Block] = [header(title(release)), *(section(join_lines(part)) for part in parts)]
    blocks += [context(small), *buttons.row(release, moves)]
    lines = [line for part in parts for line in part]
    spoken = (f"{named(release)}: {lines[0]}", *lines[1:], small, buttons.summary(release, moves))
    return message(unmarked("\n".join(line for line in spoken if line)), blocks)


def paragraphs(
    release: Release, judgements: tuple[Judgement, ...], now: datetime, compare_url: str = ""
) -> list[list[str]]:
    """Everything there is to say about a release now, paragraph by paragraph; some may be empty."""
    alive = release.state not in ENDED
    urgent = [hold_line(release, now), doubt_line(release)] if alive else []
    going = plan_line(release) if release.state in WAITING else step_line(release, now)
    return [
        [
            f"{mark(release)} *{heading(release, judgements, now)}*",
            *_asked(release, now),
            _versions(release, compare_url),
        ],
        [line for line in (*urgent, ending_line(release, judgements, now)) if line],
        [going] if going else [],
        ["*Gates:*", *gates] if (gates := gate_lines(release, judgements, now)) else [],
        approval_lines(release, now),
    ]


def footer(release: Release, now: datetime) -> str:
    """The small print: id, what is being decided, when it was opened and when it expires, how its evidence is kept."""
    parts = [
        f"{inline(release.id, 20)}",
        f"opened {moment(release.opened_at, now)}",
        f"digest {code(release.digest[:12])}",
    ]
    if release.state in WAITING:
        parts.insert(1, f"expires {moment(release.expires_at, now)} unless it is promoted")
    if release.sealed is not None:
        keys = listed([code(key) for key in release.sealed.key_ids])
        check = code(f"interlock evidence verify {release.id}")
        parts.append(f"evidence sealed, signed by {keys}; check it: {check}")
    return " · ".join(parts)


def _asked(release: Release, now: datetime) -> list[str]:
    reason = f": {quoted(release.reason, 400)}" if release.reason else ", without a reason"
    return [f"Asked for by {requester(release)}{reason}"]


def _versions(release: Release, compare_url: str) -> str:
    changes = link(compare_url, "what changes")
    before = inline(release.previous, 40) if release.previous else ""
    if release.state in WAITING:
        live = f"Live now: {before}" if before else "Nothing is live there yet"
    elif release.state is State.DONE:
        live = f"Live before: {before}" if before else "The first version there"
    else:
        live = f"Version before: {before}" if before else "No version before"
    return f"{live} · {changes}" if changes else live
