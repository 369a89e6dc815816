"""The home tab: what waits for me, and what is on its way."""

from collections.abc import Mapping
from datetime import datetime

from bot.domain.message import Block
from bot.domain.release import Release
from bot.domain.states import WAITING
from bot.views import buttons
from bot.views.approval_lines import missing
from bot.views.blocks import context, divider, header, section
from bot.views.escape import inline, link, quoted
from bot.views.limits import HOME_BLOCKS
from bot.views.people import channel, requester
from bot.views.states import heading, mark, title
from bot.views.times import moment

_PENDING = 30
"""Two blocks each, so that the active releases keep their room."""
_DECISIONS = ("approve", "reject")


def home(
    pending: tuple[Release, ...],
    active: tuple[Release, ...],
    now: datetime,
    links: Mapping[str, str] | None = None,
    lately: tuple[Block, ...] = (),
) -> tuple[Block, ...]:
    """The blocks of one person's home tab. `links` gives the address of a thread by release id, where it is known;
    `lately` says what stopped releases."""
    addresses = links or {}
    blocks: list[Block] = [header(f"Waiting for your approval ({len(pending)})")]
    for release in pending[:_PENDING]:
        blocks += [section(_pending(release, now, addresses)), *buttons.row(release, _DECISIONS)]
    if not pending:
        blocks.append(section("Nothing waits for you. When a release needs your approval, it stands here."))
    blocks += _more(len(pending) - _PENDING)
    blocks += [divider(), header(f"On their way ({len(active)})")]
    last = (divider(), header("What stopped releases lately"), *lately) if lately else ()
    room = HOME_BLOCKS - len(blocks) - len(last) - 1
    blocks += [section(_active(release, now, addresses)) for release in active[:room]]
    if not active:
        blocks.append(section("No release is on its way. Open one with `open` in a release channel."))
    blocks += _more(len(active) - room)
    return (*blocks, *last)


def _pending(release: Release, now: datetime, links: Mapping[str, str]) -> str:
    reason = f": {quoted(release.reason, 200)}" if release.reason else ""
    lack = missing(release)
    needs = f"Needs {lack}. " if lack else ""
    return (
        f"*{title(release)}* ({_thread(release, links)})\nAsked for by {requester(release)}{reason}\n"
        f"{needs}Expires {moment(release.expires_at, now)}."
    )


def _active(release: Release, now: datetime, links: Mapping[str, str]) -> str:
    since = f"expires {moment(release.expires_at, now)}" if release.state in WAITING else ""
    until = f"until {moment(release.bake_until, now)}" if release.bake_until and release.bake_until > now else ""
    when = since or until
    state = f"{mark(release)} {heading(release, (), now)}" if release.state not in WAITING else _waiting(release)
    return f"*{title(release)}* ({_thread(release, links)})\n{state}{', ' + when if when else ''}"


def _waiting(release: Release) -> str:
    """Gates are not judged for this list, so it says of approvals alone what it knows."""
    lack = missing(release)
    words = "On hold: " if release.held else ""
    return f"{mark(release)} {words}{'needs ' + lack if lack else 'approved'}"


def _thread(release: Release, links: Mapping[str, str]) -> str:
    name = inline(release.id, 20)
    return link(links.get(release.id, ""), name) or f"{name} in {channel(release.channel)}"


def _more(number: int) -> list[Block]:
    return [context(f"… and {number} more. Ask for `status` to see a single one.")] if number > 0 else []
