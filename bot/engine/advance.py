"""Moving a release on: deployments that start at most once (design 4)."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.domain.actor import MACHINE
from bot.domain.effects import StartRollback, StartStep
from bot.domain.intent import Intent
from bot.domain.release import Release
from bot.domain.reports import Deployed
from bot.domain.service import DeployerSpec
from bot.domain.states import State
from bot.engine.called_off import result_of
from bot.engine.dispatch import Dispatch, Request
from bot.engine.later import Later
from bot.engine.lease import hold
from bot.engine.timers import LOOK_AGAIN
from bot.engine.worker import backoff
from bot.ports import Claim, Clock, Deployer, DeployerRetry, Order, Progress, Report, Store, Unit

_log = structlog.get_logger(__name__)

_POLL = timedelta(seconds=2)
_BUSY_TRIES = 6
"""How often a deployer may be too busy before that counts as a failure: about a minute."""

_PATIENCE_WITH_RUNNING = 3
"""Times a deployer's own timeout that a deployment may be said to run."""

_BY_DEPLOYER = "deployer"


@dataclass(frozen=True, slots=True)
class _Errand:
    """A deployment as it has to be carried out now: `asked_before` means that its intent stood already; a deployer that
    says `running` past `gives_up_at` is asked about no more, and a person is."""

    order: Order
    deployer: DeployerSpec
    way_back: bool
    asked_before: bool
    gives_up_at: datetime


class Advance:
    """Carrier for deployments."""

    def __init__(
        self, store: Store, dispatch: Dispatch, clock: Clock, deployers: Callable[[DeployerSpec], Deployer]
    ) -> None:
        self._store = store
        self._dispatch = dispatch
        self._clock = clock
        self._deployers = deployers
        self._running: dict[str, tuple[str, asyncio.Task[Report]]] = {}

    async def deploy(self, claim: Claim) -> None:
        """Start a step or a rollback, or find out what became of it, and report the answer."""
        errand = await self._store.call(lambda: self._prepare(claim))
        if errand is None:
            return
        report = await self._ask(errand, claim)
        if report is None:
            await self._store.call(lambda: self._withdraw(claim, errand.order.deployment))
            return
        if report.progress is Progress.RUNNING and self._clock.now() < errand.gives_up_at:
            raise Later(self._clock.now() + _POLL, "running")
        await self._run(Request(_deployed(errand.order, report), MACHINE, _BY_DEPLOYER, claim=claim))

    async def call_off(self) -> None:
        """Cancel deployments under way that nobody wants any more, so that a rollback never waits for them."""
        for deployment, (release, running) in tuple(self._running.items()):
            if not await self._store.call(lambda r=release, d=deployment: self._wanted(r, d)):  # type: ignore[misc]  # bound now
                running.cancel()

    def _wanted(self, release: str, deployment: str) -> bool:
        with self._store.read() as reader:
            found = reader.release(release)
        return found is not None and found.deployment == deployment

    def _prepare(self, claim: Claim) -> _Errand | None:
        """Write the intent down before anything is asked; None when the deployment is no longer wanted."""
        task = claim.task
        assert isinstance(task, StartStep | StartRollback)
        with self._store.write() as unit:
            release = unit.release(task.release)
            if release is None or release.deployment != task.deployment or not _is_moving(release):
                unit.finish(claim)
                return None
            way_back = isinstance(task, StartRollback)
            if release.held and not way_back and not self._was_asked(unit, task.deployment):
                raise Later(self._clock.now() + LOOK_AGAIN, "held before it began")
            fresh = self._intend(unit, release, task.deployment)
            spec = release.plan.deployer
            gives_up_at = release.changed_at + _PATIENCE_WITH_RUNNING * spec.timeout
            return _Errand(_order(release, way_back), spec, way_back, not fresh, gives_up_at)

    def _was_asked(self, unit: Unit, deployment: str) -> bool:
        """Whether the deployer may have begun on it."""
        stored = unit.intent(deployment)
        return stored is not None and stored.state != "withdrawn"

    def _intend(self, unit: Unit, release: Release, deployment: str) -> bool:
        intent = Intent(id=deployment, release=release.id, state="intended", at=self._clock.now())
        if unit.intend(intent):
            return True
        if self._was_asked(unit, deployment):
            return False
        unit.settle(deployment, "intended")  # the deployer swore that nothing was started
        return True

    async def _ask(self, errand: _Errand, claim: Claim) -> Report | None:
        """The deployer's answer; None when the deployment was called off meanwhile. A deployer that breaks may not hold
        the release up for ever: unmade it has failed, half-way it is silent, so that a person is asked."""
        order = errand.order
        try:
            deployer = self._deployers(errand.deployer)
        except Exception as error:  # the fence: nothing can be started with it
            return _broke(errand, error, began=errand.asked_before)
        try:
            if errand.asked_before and order.deployment not in self._running:
                found = await deployer.find(order)
                if found.progress is not Progress.UNKNOWN:
                    return found
            return await self._start(deployer, errand, claim)
        except DeployerRetry as busy:
            if claim.attempts >= _BUSY_TRIES:
                return Report(Progress.FAILED, str(busy))
            await self._store.call(lambda: self._settle(order.deployment, "withdrawn"))
            raise Later(self._clock.now() + backoff(claim.attempts), str(busy)) from busy
        except Exception as error:  # the fence: nobody knows how far it came
            return _broke(errand, error, began=True)

    async def _start(self, deployer: Deployer, errand: _Errand, claim: Claim) -> Report | None:
        order = errand.order
        await hold(self._store, self._clock, claim)
        call = deployer.rollback if errand.way_back else deployer.start
        _, running = self._running.get(order.deployment) or ("", asyncio.ensure_future(call(order)))
        self._running[order.deployment] = (order.release, running)  # a lost lease brings the effect here a second time
        try:
            report = await result_of(running)
        finally:
            self._running.pop(order.deployment, None)
        if report is not None and report.progress is Progress.SILENT:
            return await deployer.find(order)
        return report

    def _withdraw(self, claim: Claim, deployment: str) -> None:
        with self._store.write() as unit:
            unit.finish(claim)
            unit.settle(deployment, "withdrawn")

    def _settle(self, deployment: str, state: str) -> None:
        with self._store.write() as unit:
            unit.settle(deployment, state)

    async def _run(self, request: Request) -> None:
        await self._store.call(lambda: self._dispatch.run(request))


def _is_moving(release: Release) -> bool:
    return release.state in (State.ROLLING, State.ROLLING_BACK) and not release.in_doubt


def _broke(errand: _Errand, error: Exception, began: bool) -> Report:
    deployment = errand.order.deployment
    _log.error("deployer_broke", deployment=deployment, error=type(error).__name__, exc_info=error)
    return Report(Progress.SILENT if began else Progress.FAILED, f"the deployer broke: {type(error).__name__}")


def _order(release: Release, way_back: bool) -> Order:
    there, here = release.target or "", release.version
    return Order(
        deployment=release.deployment or "",
        release=release.id,
        service=release.service,
        environment=release.environment,
        version=there if way_back else here,
        previous=here if way_back else release.previous or "",
        percent=100 if way_back else release.plan.strategy.steps[release.step],
        actor=release.mover,
        digest=release.digest,
    )


def _deployed(order: Order, report: Report) -> Deployed:
    results = {Progress.DONE: "done", Progress.FAILED: "failed"}
    result = results.get(report.progress, "in_doubt")
    return Deployed(order.release, order.deployment, result, report.summary, report.events)  # type: ignore[arg-type]  # one of three
