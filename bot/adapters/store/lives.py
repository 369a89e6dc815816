"""What went live, worked out again from the events: the rule that engine.ledger follows as it writes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.adapters.store.reader import LIVES_SHOWN
from bot.domain.events import ReleaseDone, RollbackFinished
from bot.domain.intent import Live
from bot.domain.journal import Entry
from bot.domain.release import Release

Slot = tuple[str, str]
"""Service and environment."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A release that became done, or that took its traffic back to `version` (`came_back`)."""

    at: datetime
    number: int
    seq: int
    slot: Slot
    release: str
    version: str
    came_back: bool


def turn_of(release: Release, number: int, entry: Entry) -> Turn | None:
    """The turn that an entry makes, if any; `release` is as it stands after the entry."""
    event = entry.event
    slot = (release.service, release.environment)
    if isinstance(event, ReleaseDone):
        return Turn(entry.at, number, entry.seq, slot, release.id, release.version, came_back=False)
    if isinstance(event, RollbackFinished):
        return Turn(entry.at, number, entry.seq, slot, release.id, event.to_version or "", came_back=True)
    return None


def lives_from(turns: Iterable[Turn]) -> dict[Slot, list[Live]]:
    """What was live in every slot, oldest first. A rollback counts only for the release that was live then."""
    lives: dict[Slot, list[Live]] = {}
    for turn in sorted(turns, key=lambda turn: (turn.at, turn.number, turn.seq)):
        here = lives.setdefault(turn.slot, [])
        maker = turn.release
        if turn.came_back:
            newest_first = here[: -LIVES_SHOWN - 1 : -1]
            if not newest_first or newest_first[0].release != turn.release:
                continue
            maker = next((live.release for live in newest_first[1:] if live.version == turn.version), "")
        service, environment = turn.slot
        here.append(Live(service=service, environment=environment, version=turn.version, release=maker, since=turn.at))
    return {slot: here for slot, here in lives.items() if here}
