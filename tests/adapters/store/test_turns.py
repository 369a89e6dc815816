"""SQLite's one writer: turns in order of arrival, shared commits, nobody spoils another's unit."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event, text

from bot.adapters.store.address import read_address
from bot.adapters.store.engines import sqlite_engine
from bot.adapters.store.errors import StoreUnavailable
from bot.adapters.store.turns import SharedCommit

WITHIN = 20.0


class Office:
    """A table, a writer, and people who come while the first one writes."""

    def __init__(self, engine: Engine) -> None:
        self.turns = SharedCommit(engine)
        self.commits = 0
        self.commits_when_answered: list[int] = []
        self._engine = engine
        self._pool = ThreadPoolExecutor(100)
        with self.turns.turn() as connection:
            connection.execute(
                text("CREATE TABLE lines (id INTEGER PRIMARY KEY, word TEXT, parent INTEGER REFERENCES lines)")
            )
        event.listen(engine, "commit", self._count)

    def _count(self, _connection: Connection) -> None:
        self.commits += 1

    def words(self) -> list[str]:
        with self.turns.turn() as connection:
            return [row.word for row in connection.execute(text("SELECT word FROM lines ORDER BY id"))]

    def crowd(self, *units: Callable[[Connection], object]) -> list[BaseException | None]:
        """The first unit stays open until all others stand in line behind it, in this order; what each came to."""
        begun, all_here = threading.Event(), threading.Event()

        def first() -> None:
            with self.turns.turn() as connection:
                begun.set()
                assert all_here.wait(WITHIN)
                units[0](connection)
            self.commits_when_answered.append(self.commits)

        def run(unit: Callable[[Connection], object]) -> None:
            with self.turns.turn() as connection:
                unit(connection)
            self.commits_when_answered.append(self.commits)

        futures = [self._pool.submit(first)]
        assert begun.wait(WITHIN)
        for place, unit in enumerate(units[1:], start=1):
            futures.append(self._pool.submit(run, unit))
            self.until_in_line(place)
        all_here.set()
        return [future.exception(WITHIN) for future in futures]

    def until_in_line(self, count: int) -> None:
        """Return once that many wait for their turn."""
        until = time.monotonic() + WITHIN
        while len(self.turns._line._waiting) < count:
            assert time.monotonic() < until
            time.sleep(0.001)

    def close(self) -> None:
        self._pool.shutdown()
        self.turns.close()
        self._engine.dispose()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = Office(sqlite_engine(read_address(f"sqlite:///{tmp_path / 'turns.db'}"), 1, "BEGIN IMMEDIATE"))
    yield opened
    opened.close()


def write(word: str) -> Callable[[Connection], object]:
    return lambda connection: connection.execute(text("INSERT INTO lines (word) VALUES (:word)"), {"word": word})


def write_and_fail(connection: Connection) -> None:
    write("never")(connection)
    raise KeyError("mine")


def leave_an_orphan(connection: Connection) -> None:
    """Nothing is wrong with this unit until the commit."""
    connection.execute(text("PRAGMA defer_foreign_keys = ON"))
    connection.execute(text("INSERT INTO lines (word, parent) VALUES ('orphan', 77)"))


def kinds(errors: list[BaseException | None]) -> list[type]:
    return [type(error) for error in errors]


def test_those_who_wait_share_one_commit_in_their_order(office: Office) -> None:
    """One trip to the disk for all of them."""
    office.crowd(*map(write, "abcdef"))
    assert office.commits == 1
    assert office.words() == list("abcdef")


def test_nobody_is_answered_before_the_commit(office: Office) -> None:
    """The first has written long before; its answer waits for the disk, as the last one's does."""
    office.crowd(write("a"), write("b"), write("c"))
    assert office.commits_when_answered == [1, 1, 1]


def test_a_unit_that_fails_is_undone_alone(office: Office) -> None:
    """Those before and after it are kept, and its own error reaches its caller."""
    came_to = office.crowd(write("a"), write("b"), write_and_fail, write("c"))
    assert kinds(came_to) == [type(None), type(None), KeyError, type(None)]
    assert office.commits == 1
    assert office.words() == ["a", "b", "c"]


def test_a_first_unit_that_fails_leaves_the_others_alone(office: Office) -> None:
    """Its transaction ends with it; the next one begins another."""
    assert kinds(office.crowd(write_and_fail, write("a"), write("b"))) == [KeyError, type(None), type(None)]
    assert office.commits == 1
    assert office.words() == ["a", "b"]


def test_a_commit_that_fails_is_told_to_everybody(office: Office) -> None:
    """Nothing is kept, and nobody believes otherwise: not the innocent, not who was refused on what they saw. The
    writer goes on with a new connection."""
    came_to = office.crowd(write("a"), leave_an_orphan, write_and_fail, write("b"))
    assert kinds(came_to) == [StoreUnavailable] * 4
    assert office.words() == []
    office.crowd(write("after"))
    assert office.words() == ["after"]


def test_a_crowd_does_not_make_the_first_wait_for_ever(office: Office) -> None:
    """At most 64 share a commit."""
    office.crowd(*(write("x") for _ in range(80)))
    assert office.commits == 2
    assert len(office.words()) == 80
