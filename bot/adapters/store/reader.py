"""Questions to the ledger and its projection, each answered by one statement on one index."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, or_, select, text

from bot.adapters.store import schema
from bot.adapters.store.moments import from_micros, to_micros
from bot.adapters.store.wire import Rows, Wire
from bot.domain.intent import Intent, Live
from bot.domain.journal import Entry
from bot.domain.outcome import Outcome
from bot.domain.release import Release

LISTED = 100
SETBACKS_TOLD = 50_000
_REFUSED = '{"kind":"request_refused"%'
_OF_A_GATE = '%"code":"gate_not_passed"%'
LIVES_SHOWN = 20

_releases = schema.releases.c
_events = schema.events
_intents = schema.intents.c
_active = text("active")
"""Spelled like the condition of the partial indices, or SQLite would not use them; so is `state = 'done'`."""

_in_slot = (_releases.service == bindparam("service")) & (_releases.environment == bindparam("environment"))
_newest = _releases.number.desc()

BY_ID = select(_releases.body).where(_releases.id == bindparam("release"))
ACTIVE = select(_releases.body).where(_in_slot, _active)
ACTIVE_EVERYWHERE = select(_releases.body).where(_active).order_by(_newest).limit(LISTED)
ACTIVE_IN_CHANNEL = ACTIVE_EVERYWHERE.where(_releases.channel == bindparam("channel"))
LATEST = select(_releases.body).where(_releases.service == bindparam("service")).order_by(_newest).limit(1)
LATEST_THERE = select(_releases.body).where(_in_slot).order_by(_newest).limit(1)
IN_THREAD = select(_releases.body).where(
    _releases.channel == bindparam("channel"), _releases.thread == bindparam("thread")
)
DONE = (
    select(_releases.body)
    .where(_in_slot, _releases.version == bindparam("version"), text("state = 'done'"))
    .order_by(_newest)
    .limit(1)
)
ALL_LIVES = select(
    schema.lives.c.service,
    schema.lives.c.environment,
    schema.lives.c.version,
    schema.lives.c.release,
    schema.lives.c.since,
)
LIVES = (
    ALL_LIVES.where(
        schema.lives.c.service == bindparam("service"), schema.lives.c.environment == bindparam("environment")
    )
    .order_by(schema.lives.c.id.desc())
    .limit(LIVES_SHOWN)
)
ENTRIES = (
    select(_events)
    .where(_events.c.stream == bindparam("stream"), _events.c.seq > bindparam("after"))
    .order_by(_events.c.seq)
)
ENTRY = select(_events).where(_events.c.stream == bindparam("stream"), _events.c.seq == bindparam("entry"))
SETBACKS = (
    select(_events, _releases.service, _releases.environment)
    .join(schema.releases, _releases.id == _events.c.stream)
    .where(text(schema.SETBACKS.replace("body", "events.body")), _events.c.at >= bindparam("since"))
    .where(or_(_events.c.body.not_like(_REFUSED), _events.c.body.like(_OF_A_GATE)))
    .order_by(_events.c.at.desc())
    .limit(SETBACKS_TOLD)
)
OUTCOME = select(schema.outcomes.c.body).where(schema.outcomes.c.key == bindparam("request"))
INTENT = select(_intents.id, _intents.release, _intents.state, _intents.at).where(
    _intents.id == bindparam("deployment")
)
NOTE = select(schema.notes.c.value).where(schema.notes.c.key == bindparam("note"))


class SqlReader:
    """Answers from one open transaction; a bot.ports.Reader."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def release(self, release: str) -> Release | None:
        """A release by its id."""
        return self._one(BY_ID, release=release)

    def active(self, service: str, environment: str) -> Release | None:
        """The release that holds the slot now."""
        return self._one(ACTIVE, service=service, environment=environment)

    def active_releases(self, channel: str | None = None) -> tuple[Release, ...]:
        """Active releases, newest first, at most 100."""
        here = self._ask(ACTIVE_EVERYWHERE) if channel is None else self._ask(ACTIVE_IN_CHANNEL, channel=channel)
        return tuple(_release_in(body) for (body,) in here)

    def latest(self, service: str, environment: str | None = None) -> Release | None:
        """The newest release of a service, ended ones included."""
        if environment is None:
            return self._one(LATEST, service=service)
        return self._one(LATEST_THERE, service=service, environment=environment)

    def in_thread(self, channel: str, ts: str) -> Release | None:
        """The release whose thread this is."""
        return self._one(IN_THREAD, channel=channel, thread=ts)

    def done(self, service: str, environment: str, version: str) -> Release | None:
        """The newest release of that version that stands at `done` there. One that was rolled back since does not."""
        return self._one(DONE, service=service, environment=environment, version=version)

    def live(self, service: str, environment: str) -> tuple[Live, ...]:
        """What was live there, newest first, at most 20."""
        rows = self._ask(LIVES, service=service, environment=environment)
        return tuple(map(live_of, rows))

    def entries(self, stream: str, after: int = 0) -> tuple[Entry, ...]:
        """The entries of a stream past a number, in order."""
        return tuple(map(entry_of, self._ask(ENTRIES, stream=stream, after=after)))

    def entry(self, stream: str, seq: int) -> Entry | None:
        """One entry of a stream."""
        rows = self._ask(ENTRY, stream=stream, entry=seq)
        return entry_of(rows[0]) if rows else None

    def setbacks(self, since: datetime) -> tuple[tuple[Entry, str, str], ...]:
        """The entries since then that stopped a release, oldest first, with its service and environment."""
        rows = self._ask(SETBACKS, since=to_micros(since))
        return tuple((entry_of(row[:-2]), row[-2], row[-1]) for row in reversed(rows))

    def outcome(self, key: str) -> Outcome | None:
        """The stored answer to a request."""
        rows = self._ask(OUTCOME, request=key)
        return Outcome.model_validate_json(rows[0][0]) if rows else None

    def intent(self, deployment: str) -> Intent | None:
        """An intended deployment by its id."""
        rows = self._ask(INTENT, deployment=deployment)
        if not rows:
            return None
        name, release, state, at = rows[0]
        return Intent(id=name, release=release, state=state, at=from_micros(at))

    def note(self, key: str) -> str | None:
        """The value remembered under a key."""
        rows = self._ask(NOTE, note=key)
        return str(rows[0][0]) if rows else None

    def _one(self, statement: Select[Any], **values: object) -> Release | None:
        rows = self._ask(statement, **values)
        return _release_in(rows[0][0]) if rows else None

    def _ask(self, statement: Select[Any], **values: object) -> Rows:
        return self._wire.rows(statement, values)


@lru_cache(maxsize=128)
def _release_in(body: str) -> Release:
    """A stored release. The same one is read several times over in a decision and after it; it never changes."""
    return Release.model_validate_json(body)


def entry_of(row: Sequence[Any]) -> Entry:
    """A row of `events` as the entry that was sealed."""
    stream, seq, at, actor, via, body, prev, seal = row
    return Entry(stream=stream, seq=seq, at=from_micros(at), actor=actor, via=via, body=body, prev=prev, hash=seal)


def live_of(row: Sequence[Any]) -> Live:
    """A row of LIVES as what was live."""
    service, environment, version, release, since = row
    return Live(service=service, environment=environment, version=version, release=release, since=from_micros(since))
