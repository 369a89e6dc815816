"""A rollback always finds a hand: neither hung calls nor a deployer that runs on and on keeps it waiting."""

import asyncio
from datetime import timedelta

from bot.adapters.telemetry.metrics import Metrics
from bot.domain.effects import StartRollback
from bot.domain.states import State
from bot.engine.advance import Advance
from bot.engine.worker import Worker
from bot.ports import Claim, Order, Progress, Report
from tests.engine.road import MIKA, Road


async def test_a_rollback_is_taken_up_while_every_hand_hangs(road: Road) -> None:
    """A worker of one hand hangs in a post; the rollback is claimed all the same."""
    release = road.bring_to(State.BAKING)
    hung, taken = asyncio.Event(), asyncio.Event()

    async def hang(claim: Claim) -> None:
        await hung.wait()

    async def take(claim: Claim) -> None:
        assert isinstance(claim.task, StartRollback)
        taken.set()
        await hung.wait()

    kinds = ("open_thread", "post_log", "edit_card", "tell", "start_step", "measure", "bake_over", "expire")
    carriers = dict.fromkeys(kinds, hang) | {"start_rollback": take}
    lease = timedelta(seconds=30)
    worker = Worker("one", road.core.store, road.clock, carriers, Metrics(), lease, width=1)
    assert await worker.take_due() == 1
    assert await worker.take_due() == 0, "the only hand is taken"
    assert road.ask(MIKA, "rollback", release).accepted
    assert await worker.take_due() == 1
    await asyncio.wait_for(taken.wait(), 5)
    hung.set()
    await worker.stop(timedelta(seconds=5))


async def test_a_rollback_that_runs_for_ever_becomes_a_question(road: Road) -> None:
    """The deployer says `running` past three times its timeout: a person is asked, and the release can be settled."""
    release = road.bring_to(State.ROLLING_BACK)
    advance = Advance(road.core.store, road.core.dispatch, road.clock, lambda spec: _RunsForEver())
    worker = Worker(
        "one",
        road.core.store,
        road.clock,
        {"start_rollback": advance.deploy} | dict.fromkeys(_OTHERS, _nothing),
        Metrics(),
        timedelta(seconds=30),
        width=50,
    )
    await worker.drain()
    assert not road.release(release).in_doubt
    road.clock.turn(minutes=2)
    await worker.drain()
    assert road.release(release).in_doubt
    assert road.ask(MIKA, "settle", release, outcome="started").accepted
    assert road.state(release) is State.ROLLED_BACK


_OTHERS = ("open_thread", "post_log", "edit_card", "tell", "start_step", "measure", "bake_over", "expire")


async def _nothing(claim: Claim) -> None:
    """Leaves the effect leased, so that it does not come again."""


class _RunsForEver:
    async def start(self, order: Order) -> Report:
        return Report(Progress.RUNNING, "still at it")

    async def rollback(self, order: Order) -> Report:
        return Report(Progress.RUNNING, "still at it")

    async def find(self, order: Order) -> Report:
        return Report(Progress.RUNNING, "still at it")
