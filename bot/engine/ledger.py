"""Writing down what happened: events onto the chain, the projection, what went live, and the effects that follow."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.actor import Actor
from bot.domain.consequences import consequences
from bot.domain.events import Event, ReleaseDone, RequestRefused, RollbackFinished, RollbackStarted
from bot.domain.fold import apply
from bot.domain.intent import Live
from bot.domain.journal import WORKSPACE
from bot.domain.refusal import Code, Refusal
from bot.domain.release import Release
from bot.ports import Unit


@dataclass(frozen=True, slots=True)
class Author:
    """Who caused an entry, from where, and when."""

    actor: Actor
    via: str
    at: datetime


def record(unit: Unit, stream: str, release: Release | None, events: tuple[Event, ...], author: Author) -> None:
    """Append the events of one decision and store all that follows from them. Raises StaleCopy, SlotTaken."""
    after = release
    for entry in unit.append(stream, events, author.at, author.actor.name, author.via):
        after = apply(after, entry)
        if live := _went_live(unit, after, entry.event, author.at):
            unit.went_live(live)
        if isinstance(entry.event, RollbackStarted):
            unit.cancel(stream, ("start_step",))  # or the way back would wait in its lane until that is tried again
        unit.enqueue(consequences(after, (entry,), author.at))
    if after is not None and events:
        unit.save(after, read_at=release.seq if release else 0)


def record_refusal(unit: Unit, action: str, refusal: Refusal, author: Author) -> None:
    """The one line that a refusal leaves: in the release's stream, or in the workspace's when it concerns none."""
    line = RequestRefused(action=action, code=refusal.code.value)
    if refusal.code is Code.GATE_NOT_PASSED:
        codes = tuple(dict.fromkeys(reason.code for reason in refusal.reasons))
        line = line.model_copy(update={"subject": refusal.subject, "reasons": codes})
    release = unit.release(refusal.release) if refusal.release else None
    if release is None:
        unit.append(WORKSPACE, (line,), author.at, author.actor.name, author.via)
    else:
        record(unit, release.id, release, (line,), author)


def _went_live(unit: Unit, release: Release, event: Event, at: datetime) -> Live | None:
    """What serves the environment after the event: the new version, or the one that came back after `done`."""
    version, maker = release.version, release.id
    if isinstance(event, RollbackFinished):
        lives = unit.live(release.service, release.environment)
        if not lives or lives[0].release != release.id:
            return None
        version = event.to_version or ""
        maker = next((live.release for live in lives[1:] if live.version == version), "")
    elif not isinstance(event, ReleaseDone):
        return None
    return Live(service=release.service, environment=release.environment, version=version, release=maker, since=at)
