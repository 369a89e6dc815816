"""Domain objects as rows of their tables."""

import re

from bot.adapters.store.moments import to_micros
from bot.domain.effects import Effect
from bot.domain.intent import Live
from bot.domain.journal import Entry
from bot.domain.release import Release

Row = dict[str, object]
_RELEASE_ID = re.compile(r"R-(\d+)", re.ASCII)


def event_row(entry: Entry) -> Row:
    """A sealed entry as a row of `events`."""
    return {
        "stream": entry.stream,
        "seq": entry.seq,
        "at": to_micros(entry.at),
        "actor": entry.actor,
        "via": entry.via,
        "body": entry.body,
        "prev": entry.prev,
        "hash": entry.hash,
    }


def number_of(release: str) -> int:
    """The number in a release id; raises ValueError for anything but `R-<n>`."""
    match = _RELEASE_ID.fullmatch(release)
    if match is None:
        raise ValueError(f"a release id is written R-<n>, got {release!r}")
    return int(match[1])


def release_row(release: Release) -> Row:
    """A release as its row of the projection."""
    return {
        "id": release.id,
        "number": number_of(release.id),
        "service": release.service,
        "environment": release.environment,
        "version": release.version,
        "channel": release.channel,
        "thread": release.thread,
        "state": release.state.value,
        "active": release.is_active,
        "seq": release.seq,
        "body": release.model_dump_json(),
    }


def live_row(live: Live) -> Row:
    """What became live as a row of `lives`."""
    return {
        "service": live.service,
        "environment": live.environment,
        "version": live.version,
        "release": live.release,
        "since": to_micros(live.since),
    }


def effect_row(effect: Effect) -> Row:
    """An effect as a row that waits in the queue."""
    task = effect.task
    due = to_micros(effect.due_at)
    return waiting_row(effect.key, effect.lane, task.kind, task.release, task.model_dump_json(), due)


def waiting_row(key: str, lane: str, kind: str, release: str, body: str, due_at: int) -> Row:
    """A row of `effects` that nobody has claimed yet."""
    return {
        "key": key,
        "lane": lane,
        "kind": kind,
        "release": release,
        "body": body,
        "due_at": due_at,
        "ready_at": due_at,
        "fence": 0,
        "generation": 1,
        "leased_generation": 0,
        "attempts": 0,
        "failure": "",
    }
