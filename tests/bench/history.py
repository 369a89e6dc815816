"""`/release status` with 100,000 releases and a million events, against 100 releases."""

import random
import sqlite3
import statistics
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.app import Core
from bot.domain.command import Command
from bot.domain.events import RequestRefused
from bot.domain.journal import GENESIS, Entry, write
from bot.domain.release import Release
from bot.domain.states import State
from bot.engine.dispatch import Request
from tests.bench.prepared import OPENER, configure, core_on, open_everywhere

MANY, FEW = 100_000, 100
EVENTS_EACH = 10
LOOKS = 400


def measure() -> list[dict[str, Any]]:
    """Median milliseconds of a status question on both, and their ratio."""
    few, many = _median_ms(FEW), _median_ms(MANY)
    return [{"what": "status, 100,000 releases", "ms": many, "ms_of_100": few, "ratio": many / few}]


def _median_ms(releases: int) -> float:
    with TemporaryDirectory() as place:
        folder = Path(place)
        configure(folder, 1)
        core = core_on(folder)
        open_everywhere(core)
        multiply(core, folder / "bench.db", releases)
        pick = random.Random(7)
        times = []
        for _ in range(LOOKS):
            target = f"R-{pick.randint(2, releases)}"
            began = time.perf_counter()
            outcome = core.run(Request(Command(action="status", target=target), OPENER, "bench"))
            core.questions.answer(outcome)
            times.append((time.perf_counter() - began) * 1000)
            assert outcome.accepted
        core.close()
    return statistics.median(times)


def multiply(core: Core, database: Path, releases: int) -> None:
    """Copy the one release under other numbers, ended, each with a chain of its own."""
    with core.store.read() as reader:
        release, (first, *_) = reader.release("R-1"), reader.entries("R-1")
    assert release is not None
    ended = release.model_copy(update={"state": State.REJECTED, "thread": "1700000000.000100"})
    with sqlite3.connect(database) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(releases)")]
        row = dict(zip(columns, connection.execute("SELECT * FROM releases").fetchone(), strict=True))
        for begin in range(2, releases + 1, 1000):
            names = [f"R-{number}" for number in range(begin, min(begin + 1000, releases + 1))]
            chains = {name: _chain(name, first) for name in names}
            _insert(connection, "streams", [_stream_row(chain[-1]) for chain in chains.values()])
            _insert(connection, "releases", [row | _release_row(ended, chain[-1]) for chain in chains.values()])
            _insert(connection, "events", [_event_row(entry) for chain in chains.values() for entry in chain])


def _chain(stream: str, like: Entry) -> list[Entry]:
    entries: list[Entry] = []
    prev = GENESIS
    refusal = RequestRefused(action="promote", code="quorum_missing")
    for seq in range(1, EVENTS_EACH + 1):
        event = like.event if seq == 1 else refusal
        entries.append(write(stream, seq, like.at, like.actor, like.via, event, prev))
        prev = entries[-1].hash
    return entries


def _stream_row(head: Entry) -> dict[str, Any]:
    return {"stream": head.stream, "seq": head.seq, "head": head.hash, "checkpointed_seq": head.seq}


def _release_row(ended: Release, head: Entry) -> dict[str, Any]:
    release = ended.model_copy(update={"id": head.stream, "seq": head.seq, "head": head.hash})
    number = int(head.stream.removeprefix("R-"))
    body = release.model_dump_json()
    return {"id": head.stream, "number": number, "active": 0, "state": "rejected", "body": body, "seq": head.seq}


def _event_row(entry: Entry) -> dict[str, Any]:
    return entry.model_dump(exclude={"at"}) | {"at": int(entry.at.timestamp() * 1_000_000)}


def _insert(connection: sqlite3.Connection, table: str, rows: list[dict[str, Any]]) -> None:
    names = tuple(rows[0])
    places = ", ".join("?" for _ in names)
    statement = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})"
    connection.executemany(statement, [tuple(row[name] for name in names) for row in rows])
