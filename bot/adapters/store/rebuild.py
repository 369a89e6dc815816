"""Rebuilding the projection from the events, and saying whether the stored one was equal."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from itertools import groupby

from pydantic import ValidationError
from sqlalchemy import Connection, bindparam, delete, insert, select, text, update

from bot.adapters.store import schema, walk
from bot.adapters.store.lives import Slot, Turn, lives_from, turn_of
from bot.adapters.store.reader import ALL_LIVES, entry_of, live_of
from bot.adapters.store.rows import live_row, number_of, release_row
from bot.adapters.store.store import SqlStore
from bot.domain.fold import Broken, apply
from bot.domain.intent import Live
from bot.domain.journal import WORKSPACE, Entry
from bot.domain.release import Release

Reading = Callable[[], AbstractContextManager[Connection]]

_releases, _lives = schema.releases, schema.lives
_ROW = select(_releases).where(_releases.c.id == bindparam("release"))
_STREAM = select(schema.events).where(schema.events.c.stream == bindparam("release")).order_by(schema.events.c.seq)
_FREE_SLOT = update(_releases).where(_releases.c.id == bindparam("release")).values(active=False)
_REMOVE = delete(_releases).where(_releases.c.id == bindparam("release"))
_LIVES = ALL_LIVES.order_by(_lives.c.id)
_REMOVE_LIVES = delete(_lives).where(
    _lives.c.service == bindparam("of_service"), _lives.c.environment == bindparam("of_environment")
)
_STOP_WRITERS = text("LOCK TABLE releases, streams, lives IN EXCLUSIVE MODE")


@dataclass(frozen=True, slots=True)
class BrokenStream:
    """A stream that cannot be replayed, and why; its projection is left as it is."""

    stream: str
    why: str


@dataclass(frozen=True, slots=True)
class RebuildReport:
    """What was recomputed. `differing`: releases whose stored row was not what their events say; `lives`: the services
    and environments where the record of what was live was not. Both are stored anew. `broken` needs a person, and until
    then lives are neither compared nor stored."""

    streams: int
    releases: int
    differing: tuple[str, ...]
    lives: tuple[Slot, ...]
    broken: tuple[BrokenStream, ...]

    @property
    def equal(self) -> bool:
        """Whether the stored projection was what the events say, all of it."""
        return not (self.differing or self.lives or self.broken)


@dataclass(slots=True)
class _Replay:
    """All streams replayed, and held against the projection on the way."""

    streams: int = 0
    releases: int = 0
    differing: list[str] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    broken: list[BrokenStream] = field(default_factory=list)


def rebuild(store: SqlStore) -> RebuildReport:
    """Recompute releases and lives, compare, store what differed.

    The comparison reads page by page beside a running service. Only when something seems to differ are writers stopped,
    the comparison made again, and the difference stored, in one transaction. Raises SlotTaken's cause, an integrity
    error, when the events themselves put two active releases into one slot.
    """
    found = _replay_all(store.reading)
    with store.reading() as connection:
        lives = _differing_lives(connection, found)
    if found.differing or lives:
        with store.writing() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(_STOP_WRITERS)
            found = _replay_all(lambda: nullcontext(connection))
            lives = _differing_lives(connection, found)
            _store_releases(connection, found.differing)
            _store_lives(connection, lives)
    return RebuildReport(
        streams=found.streams,
        releases=found.releases,
        differing=tuple(sorted(found.differing, key=number_of)),
        lives=tuple(sorted(lives)),
        broken=tuple(found.broken),
    )


def _replay_all(reading: Reading) -> _Replay:
    replay = _Replay()
    for stream, entries in groupby(walk.entries(reading), key=lambda entry: entry.stream):
        replay.streams += 1
        if stream == WORKSPACE:
            continue
        turns: list[Turn] = []
        try:
            release = _fold(entries, turns)
        except (Broken, ValidationError) as error:
            replay.broken.append(BrokenStream(stream, str(error)))
            continue
        replay.releases += 1
        replay.turns += turns
        if not _is_stored(reading, release):
            replay.differing.append(stream)
    return replay


def _fold(entries: Iterable[Entry], turns: list[Turn]) -> Release:
    """A whole stream as its release, and the turns that it took. Raises Broken, ValidationError."""
    release: Release | None = None
    for entry in entries:
        release = apply(release, entry)
        if turn := turn_of(release, number_of(release.id), entry):
            turns.append(turn)
    assert release is not None  # a stream has an entry, and apply raises for a first one that opens nothing
    return release


def _is_stored(reading: Reading, release: Release) -> bool:
    """Whether the projection holds exactly this release, every column of it."""
    with reading() as connection:
        row = connection.execute(_ROW, {"release": release.id}).mappings().first()
    if row is None:
        return False
    expected = release_row(release)
    if any(row[column] != value for column, value in expected.items() if column != "body"):
        return False
    try:  # as a value: a set has no order in JSON
        return Release.model_validate_json(row["body"]) == release
    except ValidationError:
        return False


def _differing_lives(connection: Connection, found: _Replay) -> dict[Slot, list[Live]]:
    """The slots whose lives are not what the events say, with what they say. With a broken stream nobody can tell."""
    if found.broken:
        return {}
    stored: dict[Slot, list[Live]] = {}
    for live in _stored_lives(connection):
        stored.setdefault((live.service, live.environment), []).append(live)
    told = lives_from(found.turns)
    return {slot: told.get(slot, []) for slot in stored.keys() | told.keys() if stored.get(slot) != told.get(slot)}


def _stored_lives(connection: Connection) -> Iterator[Live]:
    return map(live_of, connection.execute(_LIVES))


def _store_releases(connection: Connection, differing: list[str]) -> None:
    """Free the slots of all of them first: in which order they take them again does not matter then."""
    if not differing:
        return
    connection.execute(_FREE_SLOT, [{"release": release} for release in differing])
    for release in differing:
        entries = map(entry_of, connection.execute(_STREAM, {"release": release}).all())
        connection.execute(_REMOVE, {"release": release})
        connection.execute(insert(_releases), release_row(_fold(entries, [])))


def _store_lives(connection: Connection, lives: dict[Slot, list[Live]]) -> None:
    for (service, environment), told in lives.items():
        connection.execute(_REMOVE_LIVES, {"of_service": service, "of_environment": environment})
        if told:
            connection.execute(insert(_lives), [live_row(live) for live in told])
