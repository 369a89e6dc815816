"""Questions to the ledger and its projection, each answered by one statement on one index."""

from typing import Any

from sqlalchemy import Connection, Select, bindparam, select, text

from bot.adapters.store import schema
from bot.adapters.store.moments import from_micros
from bot.domain.intent import Intent, Live
from bot.domain.journal import Entry
from bot.domain.outcome import Outcome
from bot.domain.release import Release

LISTED = 100
LIVES_SHOWN = 20

_releases = schema.releases.c
_events = schema.events
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
LIVES = (
    select(
        schema.lives.c.service,
        schema.lives.c.environment,
        schema.lives.c.version,
        schema.lives.c.release,
        schema.lives.c.since,
    )
    .where(schema.lives.c.service == bindparam("service"), schema.lives.c.environment == bindparam("environment"))
    .order_by(schema.lives.c.id.desc())
    .limit(LIVES_SHOWN)
)
ENTRIES = (
    select(_events)
    .where(_events.c.stream == bindparam("stream"), _events.c.seq > bindparam("after"))
    .order_by(_events.c.seq)
)
ENTRY = select(_events).where(_events.c.stream == bindparam("stream"), _events.c.seq == bindparam("entry"))
OUTCOME = select(schema.outcomes.c.body).where(schema.outcomes.c.key == bindparam("request"))
INTENT = select(schema.intents).where(schema.intents.c.id == bindparam("deployment"))
NOTE = select(schema.notes.c.value).where(schema.notes.c.key == bindparam("note"))


class SqlReader:
    """Answers from one open transaction; a bot.ports.Reader."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def release(self, release: str) -> Release | None:
        """A release by its id."""
        return self._one(BY_ID, release=release)

    def active(self, service: str, environment: str) -> Release | None:
        """The release that holds the slot now."""
        return self._one(ACTIVE, service=service, environment=environment)

    def active_releases(self, channel: str | None = None) -> tuple[Release, ...]:
        """Active releases, newest first, at most 100."""
        here = self._ask(ACTIVE_EVERYWHERE) if channel is None else self._ask(ACTIVE_IN_CHANNEL, channel=channel)
        return tuple(Release.model_validate_json(row.body) for row in here)

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
        row = self._ask(ENTRY, stream=stream, entry=seq).first()
        return None if row is None else entry_of(row)

    def outcome(self, key: str) -> Outcome | None:
        """The stored answer to a request."""
        body = self._ask(OUTCOME, request=key).scalar()
        return None if body is None else Outcome.model_validate_json(body)

    def intent(self, deployment: str) -> Intent | None:
        """An intended deployment by its id."""
        row = self._ask(INTENT, deployment=deployment).first()
        if row is None:
            return None
        return Intent(id=row.id, release=row.release, state=row.state, at=from_micros(row.at))

    def note(self, key: str) -> str | None:
        """The value remembered under a key."""
        value: str | None = self._ask(NOTE, note=key).scalar()
        return value

    def _one(self, statement: Select[Any], **values: object) -> Release | None:
        body = self._ask(statement, **values).scalar()
        return None if body is None else Release.model_validate_json(body)

    def _ask(self, statement: Select[Any], **values: object) -> Any:
        return self._connection.execute(statement, values)


def entry_of(row: Any) -> Entry:
    """A row of `events` as the entry that was sealed."""
    return Entry(
        stream=row.stream,
        seq=row.seq,
        at=from_micros(row.at),
        actor=row.actor,
        via=row.via,
        body=row.body,
        prev=row.prev,
        hash=row.hash,
    )


def live_of(row: Any) -> Live:
    """A row of `lives` as what was live."""
    return Live(
        service=row.service,
        environment=row.environment,
        version=row.version,
        release=row.release,
        since=from_micros(row.since),
    )
