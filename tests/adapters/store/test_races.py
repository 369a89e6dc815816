"""Many at once: threads of one process, and processes beside each other."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import psycopg
import pytest

from bot.adapters.store.store import SqlStore, open_store
from bot.domain import events as e
from bot.domain.fold import apply
from bot.domain.intent import Intent
from bot.domain.journal import WORKSPACE, breaks
from bot.domain.outcome import Outcome
from bot.domain.states import State
from bot.ports import SlotTaken, StaleCopy
from tests.stores import NOW, an_effect, opened, queued

T = TypeVar("T")
CROWD = 8
WITHIN = 30.0
ROOT = Path(__file__).parents[3]


def all_at_once(work: Callable[[int], T], crowd: int = CROWD) -> list[T]:
    """Everybody starts at the same moment; everybody's answer."""
    barrier = threading.Barrier(crowd, timeout=WITHIN)

    def run(number: int) -> T:
        barrier.wait()
        return work(number)

    with ThreadPoolExecutor(crowd) as pool:
        return [future.result(WITHIN) for future in [pool.submit(run, number) for number in range(crowd)]]


@contextmanager
def another_process(url: str, what: str, count: int = 0) -> Iterator[subprocess.Popen[str]]:
    """A second program on the same database; ended with the block."""
    command = [sys.executable, "-m", "tests.adapters.store.another_process", url, what, str(count)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def outcome_of(process: subprocess.Popen[str]) -> list[str]:
    out, errors = process.communicate(timeout=WITHIN)
    assert process.returncode == 0, errors
    return out.split()


def test_of_many_clicks_one_wins_and_all_are_answered(store: SqlStore) -> None:
    """Nobody fails: the others see what the winner made of the release."""
    opened(store)

    def reject(number: int) -> str:
        with store.write() as unit:
            release = unit.release("R-1")
            assert release is not None
            if release.state is not State.PROPOSED:
                return "too late"
            (entry,) = unit.append("R-1", [e.ReleaseRejected(reason=f"{number}")], NOW, f"slack:U{number}", "button")
            unit.save(apply(release, entry), read_at=release.seq)
            return "mine"

    assert sorted(all_at_once(reject)) == ["mine", *["too late"] * (CROWD - 1)]
    with store.read() as reader:
        assert [entry.seq for entry in reader.entries("R-1")] == [1, 2]


def test_a_copy_read_outside_loses(store: SqlStore) -> None:
    """Those who decided on what they read before the transaction are told that it is stale."""
    read = opened(store)

    def reject(number: int) -> str:
        try:
            with store.write() as unit:
                (entry,) = unit.append("R-1", [e.ReleaseRejected(reason=f"{number}")], NOW, "someone", "button")
                after = apply(read, entry.model_copy(update={"seq": 2}))
                unit.save(after, read_at=read.seq)
        except StaleCopy:
            return "stale"
        return "mine"

    assert sorted(all_at_once(reject)) == ["mine", *["stale"] * (CROWD - 1)]
    with store.read() as reader:
        assert len(reader.entries("R-1")) == 2


def test_one_of_many_gets_the_slot(store: SqlStore) -> None:
    """The others get SlotTaken, and their numbers go back."""

    def open_one(number: int) -> str:
        try:
            return opened(store, version=f"v3.0.{number}").id
        except SlotTaken:
            return "taken"

    assert sorted(all_at_once(open_one)) == ["R-1", *["taken"] * (CROWD - 1)]
    assert opened(store, environment="stg").id == "R-2"


def test_one_of_many_intends_and_one_answer_is_kept(store: SqlStore) -> None:
    """A deployment is started by one; a request is answered with one outcome."""
    opened(store)

    def intend(_number: int) -> bool:
        with store.write() as unit:
            return unit.intend(Intent(id="D-1", release="R-1", state="intended", at=NOW))

    def answer(number: int) -> str:
        try:
            with store.write() as unit:
                unit.remember("click", Outcome(action=f"a{number}"), NOW)
        except StaleCopy:
            return "stale"
        return f"a{number}"

    assert sorted(all_at_once(intend)) == [False] * (CROWD - 1) + [True]
    (kept,) = set(all_at_once(answer)) - {"stale"}
    with store.read() as reader:
        outcome = reader.outcome("click")
    assert outcome is not None
    assert outcome.action == kept


def test_many_workers_share_the_queue(store: SqlStore) -> None:
    """Every effect goes to exactly one of them."""
    opened(store)
    queued(store, *(an_effect("R-1", f"e:{n}", lane=f"lane:{n % 40}") for n in range(80)))

    def work(number: int) -> list[str]:
        done = []
        while claims := store.claim(f"w{number}", NOW, timedelta(minutes=1), 3):
            for claim in claims:
                with store.write() as unit:
                    unit.finish(claim)
                done.append(claim.key)
        return done

    carried_out = [key for keys in all_at_once(work) for key in keys]
    while left := store.claim("last", NOW, timedelta(minutes=1), 100):  # a lane's next, freed after its worker had gone
        for claim in left:
            with store.write() as unit:
                unit.finish(claim)
            carried_out.append(claim.key)
    assert sorted(carried_out) == sorted(f"e:{n}" for n in range(80))


def test_a_stream_that_all_begin_at_once_is_one_chain(store: SqlStore) -> None:
    """The first entry of a stream has no row to lock; still nobody forks the chain."""

    def refuse(number: int) -> None:
        with store.write() as unit:
            line = e.RequestRefused(action=f"a{number}", code="x")
            unit.append(WORKSPACE, [line], NOW, "someone", "test")

    all_at_once(refuse)
    with store.read() as reader:
        entries = reader.entries(WORKSPACE)
    assert len(entries) == CROWD
    assert not list(breaks(entries))


def test_two_processes_write_beside_each_other(database_url: str) -> None:
    """The command line beside a running server: both finish, one chain, no number twice."""
    store = open_store(database_url)
    with another_process(database_url, "refuse", 40) as one, another_process(database_url, "refuse", 40) as two:
        for number in range(40):
            with store.write() as unit:
                line = e.RequestRefused(action="here", code=f"number-{unit.next_number()}")
                unit.append(WORKSPACE, [line], NOW, f"thread:{number}", "test")
        assert outcome_of(one) == outcome_of(two) == []
    with store.read() as reader:
        entries = reader.entries(WORKSPACE)
    store.close()
    assert not list(breaks(entries))
    assert len({entry.body.partition("number-")[2] for entry in entries}) == 120


def test_two_processes_never_both_start_a_deployment(store: SqlStore, database_url: str) -> None:
    """Each deployment is intended by exactly one of them."""
    opened(store)
    with another_process(database_url, "intend", 30) as one, another_process(database_url, "intend", 30) as two:
        won = outcome_of(one) + outcome_of(two)
    assert sorted(won) == sorted(f"D-{number}" for number in range(30))


def test_nothing_stays_of_a_process_that_was_killed_in_the_middle(store: SqlStore, database_url: str) -> None:
    """kill -9 before the commit: no event, no projection, no effect, no intent, and the next one can write."""
    release = opened(store)
    with another_process(database_url, "hang") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "written\n"
        process.kill()
        process.wait(WITHIN)
        with store.write() as unit:
            assert unit.release("R-1") == release
            assert len(unit.entries("R-1")) == 1
            assert unit.intent("D-1") is None
            unit.append("R-1", [e.ReleaseHeld(reason="goes on")], NOW, "someone", "test")
        assert store.depth(NOW).waiting == 0


def test_finishing_and_deciding_do_not_wait_for_each_other(store: SqlStore, database_url: str) -> None:
    """PostgreSQL: a decision that re-queues an effect and the worker that ends it take their locks in one order."""
    if not database_url.startswith("postgresql"):
        pytest.skip("SQLite has one writer at a time, so there is no order of locks")
    opened(store)
    queued(store, an_effect("R-1"))
    (claim,) = store.claim("w1", NOW, timedelta(minutes=1), 1)

    def finish() -> None:
        with store.write() as unit:
            unit.finish(claim)
            unit.release("R-1")

    with ThreadPoolExecutor(1) as pool:
        with store.write() as unit:
            unit.release("R-1")
            finishing = pool.submit(finish)
            wait_until_somebody_waits(database_url)
            unit.enqueue([an_effect("R-1")])
        finishing.result(WITHIN)
    assert store.depth(NOW).waiting == 1


def test_units_that_lock_crosswise_end_with_a_stale_copy(store: SqlStore, database_url: str) -> None:
    """PostgreSQL: the one that the database picks is told to look again; the other goes through."""
    if not database_url.startswith("postgresql"):
        pytest.skip("SQLite has one writer at a time, so nobody waits for anybody crosswise")
    opened(store)
    opened(store, service="cart")
    both_hold_one = threading.Barrier(2, timeout=WITHIN)

    def lock(first: str, second: str) -> str:
        try:
            with store.write() as unit:
                unit.release(first)
                both_hold_one.wait()
                unit.release(second)
        except StaleCopy:
            return "stale"
        return "through"

    answers = all_at_once(lambda number: lock(*(("R-1", "R-2") if number else ("R-2", "R-1"))), crowd=2)
    assert sorted(answers) == ["stale", "through"]


def wait_until_somebody_waits(database_url: str) -> None:
    until = time.monotonic() + WITHIN
    with psycopg.connect(database_url, autocommit=True) as connection:
        while not connection.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchone():
            assert time.monotonic() < until, "nobody waits"
