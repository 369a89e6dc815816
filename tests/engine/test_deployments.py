"""A deployment starts at most once, never under a hold, and whatever its deployer does leaves a way out."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.domain.effects import StartRollback, StartStep
from bot.domain.service import DeployerSpec
from bot.domain.states import State
from bot.engine.advance import Advance
from bot.engine.later import Later
from bot.ports import Claim, Deployer, DeployerRetry, Fenced, Order, Progress, Report
from tests.engine.road import MIKA, Road

LEASE = timedelta(seconds=30)


@dataclass(slots=True)
class Told:
    """A deployer that answers what it is told to, and notes what it was asked."""

    starts: Progress | Exception = Progress.DONE
    found: Progress | Exception = Progress.UNKNOWN
    asked: list[str] = field(default_factory=list)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    waits: bool = False

    async def start(self, order: Order) -> Report:
        """Move traffic."""
        return await self._say("start", order, self.starts)

    async def rollback(self, order: Order) -> Report:
        """Bring traffic back."""
        return await self._say("rollback", order, self.starts)

    async def find(self, order: Order) -> Report:
        """What became of it."""
        self.asked.append("find")
        if isinstance(self.found, Exception):
            raise self.found
        return Report(self.found, "found")

    async def _say(self, what: str, order: Order, answer: Progress | Exception) -> Report:
        self.asked.append(f"{what} {order.version}")
        if self.waits:
            await self.go_on.wait()
        if isinstance(answer, Exception):
            raise answer
        return Report(answer, what)


def advancing(road: Road, deployer: Deployer) -> Advance:
    """The carriers of a worker whose deployer this is."""
    return Advance(road.core.store, road.core.dispatch, road.core.clock, lambda spec: deployer)


def claim(road: Road) -> Claim:
    """The deployment that is due, leased."""
    due = road.core.store.claim("w", road.clock.now(), LEASE, 50)
    (found,) = (one for one in due if isinstance(one.task, StartStep | StartRollback))
    return found


async def test_a_deployment_that_was_asked_for_is_never_asked_for_again(road: Road) -> None:
    """The worker died after the call: the next one asks what became of it, and believes the answer."""
    release = road.bring_to(State.ROLLING)
    deployer = Told(starts=Progress.RUNNING, found=Progress.RUNNING)
    advance = advancing(road, deployer)
    with pytest.raises(Later):
        await advance.deploy(claim(road))
    road.clock.turn(minutes=1)  # the lease ran out
    deployer.found = Progress.DONE
    await advancing(road, deployer).deploy(claim(road))
    assert deployer.asked == ["start v2.1.0", "find"]
    assert road.state(release) is State.BAKING


async def test_a_lease_lost_on_the_way_joins_the_running_call(road: Road) -> None:
    """The same process claims the effect a second time while the first call runs: one call, one outcome."""
    release = road.bring_to(State.ROLLING)
    deployer, made = Told(waits=True), []

    def make(spec: DeployerSpec) -> Deployer:
        made.append(spec)
        return deployer

    advance = Advance(road.core.store, road.core.dispatch, road.core.clock, make)
    async with asyncio.timeout(10):
        first = asyncio.create_task(advance.deploy(claim(road)))
        while not deployer.asked:  # noqa: ASYNC110  # nobody announces the call
            await asyncio.sleep(0.01)
        road.clock.turn(minutes=1)
        second = asyncio.create_task(advance.deploy(claim(road)))
        while len(made) < 2:  # noqa: ASYNC110  # nobody announces this either
            await asyncio.sleep(0.01)
        deployer.go_on.set()
        results = await asyncio.gather(first, second, return_exceptions=True)
    assert [type(one) for one in results] == [Fenced, type(None)]
    assert deployer.asked == ["start v2.1.0"]
    assert road.state(release) is State.BAKING


async def test_a_step_that_has_not_begun_waits_under_a_hold(road: Road) -> None:
    """Held before the deployer was asked: no traffic moves until somebody resumes."""
    release = road.bring_to(State.ROLLING)
    assert road.ask(MIKA, "hold", release, reason="look").accepted
    deployer = Told()
    held = claim(road)
    with pytest.raises(Later) as put_off:
        await advancing(road, deployer).deploy(held)
    assert deployer.asked == []
    assert road.ask(MIKA, "resume", release).accepted
    road.core.store.postpone(held, put_off.value.until, put_off.value.why)
    road.clock.moment = put_off.value.until
    await advancing(road, deployer).deploy(claim(road))
    assert deployer.asked == ["start v2.1.0"]


async def test_the_way_back_is_never_held(road: Road) -> None:
    """A rollback that waits for a busy deployer goes on whatever was held before."""
    release = road.bring_to(State.BAKING)
    assert road.ask(MIKA, "hold", release, reason="look").accepted
    assert road.ask(MIKA, "rollback", release).accepted
    await advancing(road, Told()).deploy(claim(road))
    assert road.state(release) is State.ROLLED_BACK


async def test_a_busy_deployer_is_asked_again_as_if_for_the_first_time(road: Road) -> None:
    """It swore that nothing was started: no doubt, and no second intent."""
    release = road.bring_to(State.ROLLING)
    deployer = Told(starts=DeployerRetry("busy"))
    first = claim(road)
    with pytest.raises(Later) as put_off:
        await advancing(road, deployer).deploy(first)
    road.core.store.postpone(first, put_off.value.until, "busy")
    road.clock.moment = put_off.value.until
    deployer.starts = Progress.DONE
    await advancing(road, deployer).deploy(claim(road))
    assert deployer.asked == ["start v2.1.0", "start v2.1.0"]
    assert road.state(release) is State.BAKING


BREAKS: dict[str, Callable[[], Told]] = {
    "while it starts": lambda: Told(starts=RuntimeError("bug")),
    "when it is asked what became of it": lambda: Told(starts=Progress.SILENT, found=KeyError("state")),
}


@pytest.mark.parametrize("breaks", BREAKS)
async def test_a_deployer_that_breaks_half_way_leaves_a_doubt(road: Road, breaks: str) -> None:
    """Nobody knows what became of the step, so a person is asked, and everything that leads out is open."""
    release = road.bring_to(State.ROLLING)
    await advancing(road, BREAKS[breaks]()).deploy(claim(road))
    assert road.release(release).in_doubt
    assert road.ask(MIKA, "settle", release, outcome="started", noop="yes").accepted
    assert road.ask(MIKA, "rollback", release).accepted


@pytest.mark.parametrize("breaks", BREAKS)
async def test_a_way_back_that_breaks_can_be_settled(road: Road, breaks: str) -> None:
    """Rolling back has no other way out than the deployer's answer, so its silence is a person's to end."""
    release = road.bring_to(State.ROLLING_BACK)
    await advancing(road, BREAKS[breaks]()).deploy(claim(road))
    assert road.release(release).in_doubt
    assert road.ask(MIKA, "settle", release, outcome="started").accepted
    assert road.state(release) is State.ROLLED_BACK


async def test_a_deployer_that_cannot_be_made_has_failed(road: Road) -> None:
    """Nothing was started: the step goes back, the way back fails too, and people may end it."""
    release = road.bring_to(State.ROLLING)

    def unmade(spec: DeployerSpec) -> Deployer:
        raise ValueError(spec.kind)

    advance = Advance(road.core.store, road.core.dispatch, road.core.clock, unmade)
    await advance.deploy(claim(road))
    assert road.state(release) is State.ROLLING_BACK
    await advance.deploy(claim(road))
    assert road.state(release) is State.FAILED
    assert road.ask(MIKA, "abort", release, reason="by hand").accepted


async def test_settling_starts_nothing_under_a_hold(road: Road) -> None:
    """`not_started` would start it again; `started` only says what is."""
    release = road.bring_to(State.ROLLING)
    road.deployed(release, "in_doubt")
    assert road.ask(MIKA, "hold", release, reason="look").accepted
    assert road.code(road.ask(MIKA, "settle", release, outcome="not_started")) == "held"
    assert road.ask(MIKA, "settle", release, outcome="started").accepted
    assert road.state(release) is State.BAKING


async def test_a_doubt_settled_as_not_started_is_a_deployment_of_its_own(road: Road) -> None:
    """The new try has a new id, and the old one's late answer is not believed."""
    release = road.bring_to(State.ROLLING)
    old = road.release(release).deployment
    road.deployed(release, "in_doubt")
    assert road.ask(MIKA, "settle", release, outcome="not_started").accepted
    assert road.release(release).deployment != old
    deployer = Told()
    due = [one for one in road.core.store.claim("w", road.clock.now(), LEASE, 50) if isinstance(one.task, StartStep)]
    await advancing(road, deployer).deploy(due[0])  # the first try's effect, which nobody wants any more
    assert deployer.asked == []
