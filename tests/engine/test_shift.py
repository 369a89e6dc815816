"""The shift and its worker go on after what a database or a poisoned effect can do to them."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

from bot.adapters.clock import SystemClock
from bot.adapters.store.migrate import upgrade
from bot.adapters.store.store import SqlStore, open_store
from bot.adapters.telemetry.metrics import Metrics
from bot.engine.later import Later
from bot.engine.shift import Shift
from bot.engine.worker import Worker
from bot.ports import Claim
from tests.stores import an_effect, opened, queued

LEASE = timedelta(seconds=0.9)


def a_store(folder: Path) -> SqlStore:
    """A store that waits a tenth of a second for a locked database, then says that it is away."""
    url = f"sqlite:///{folder / 'interlock.db'}"
    upgrade(url)
    return open_store(url, patience=timedelta(seconds=0.1))


def a_worker(store: SqlStore, carrier: Callable[[Claim], Awaitable[None]]) -> Worker:
    """A worker that edits cards with this carrier."""
    return Worker("tester", store, SystemClock(), {"edit_card": carrier}, Metrics(), LEASE, 4)


async def until(holds: Callable[[], bool]) -> None:
    """Wait for a condition, at most ten seconds."""
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110  # a condition that nobody announces
            await asyncio.sleep(0.01)


def lock(folder: Path) -> sqlite3.Connection:
    """Another process in the middle of a write."""
    other = sqlite3.connect(folder / "interlock.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    return other


async def test_a_database_that_is_away_for_a_while_does_not_end_the_shift(tmp_path: Path) -> None:
    """Taking work fails while the database is locked; once it answers again, what waits is carried out."""
    store = a_store(tmp_path)
    queued(store, an_effect(opened(store).id))
    looks, done = [], []

    async def carrier(claim: Claim) -> None:
        with store.write() as unit:
            unit.finish(claim)
        done.append(claim.key)

    async def nothing() -> None:
        return None

    async def look() -> None:
        looks.append(1)

    shift = Shift(
        store,
        a_worker(store, carrier),
        SystemClock(),
        Metrics(),
        timedelta(seconds=0.05),
        (look,),
        nothing,
        nothing,
    )
    other = lock(tmp_path)
    shift.start()
    try:
        await until(lambda: len(looks) > 2)
        assert not done
        other.execute("ROLLBACK")
        await until(lambda: bool(done))
    finally:
        other.close()
        await shift.stop(timedelta(seconds=1))
        store.close()


async def test_a_lease_outlives_a_moment_without_a_database(tmp_path: Path) -> None:
    """A renewal that fails is tried again: one hiccup must not hand a long deployment to a second worker."""
    store = a_store(tmp_path)
    queued(store, an_effect(opened(store).id))
    begun, go_on = [], asyncio.Event()

    async def carrier(claim: Claim) -> None:
        begun.append(claim.fence)
        await go_on.wait()
        await store.call(lambda: finish(store, claim))

    worker = a_worker(store, carrier)
    await worker.take_due()
    await until(lambda: bool(begun))
    other, began = lock(tmp_path), SystemClock().now()
    await until(lambda: SystemClock().now() > began + LEASE / 2)  # the renewal at a third of the lease met the lock
    other.execute("ROLLBACK")
    other.close()
    await until(lambda: SystemClock().now() > began + LEASE + LEASE / 4)
    assert await worker.take_due() == 0
    go_on.set()
    await worker.stop(timedelta(seconds=2))
    assert begun == [1]
    assert store.next_due() is None
    store.close()


async def test_an_effect_that_always_fails_blocks_no_other(tmp_path: Path) -> None:
    """A carrier that raises is put off; others, of no lane, are carried out."""
    store = a_store(tmp_path)
    release = opened(store).id
    queued(store, an_effect(release, "poison"), an_effect(release, "fine"))
    done = []

    async def carrier(claim: Claim) -> None:
        if claim.key == "poison":
            raise KeyError("unknown")
        with store.write() as unit:
            unit.finish(claim)
        done.append(claim.key)

    worker = a_worker(store, carrier)
    await worker.drain()
    assert done == ["fine"]
    assert store.next_due() is not None
    await worker.stop(timedelta(seconds=1))
    store.close()


async def test_work_put_off_is_given_back(tmp_path: Path) -> None:
    """Later gives the effect back to be due then, and no earlier."""
    store = a_store(tmp_path)
    queued(store, an_effect(opened(store).id))
    moment = SystemClock().now() + timedelta(hours=1)

    async def carrier(claim: Claim) -> None:
        raise Later(moment, "not yet")

    worker = a_worker(store, carrier)
    await worker.drain()
    assert store.next_due() == moment
    await worker.stop(timedelta(seconds=1))
    store.close()


def finish(store: SqlStore, claim: Claim) -> None:
    """End a claim."""
    with store.write() as unit:
        unit.finish(claim)
