"""Timers that run out, each a due time in the database: a bake, a release that waits, an override (design 4)."""

from datetime import datetime, timedelta

from bot.domain.actor import MACHINE
from bot.domain.effects import BakeOver, Expire, OverrideOver
from bot.domain.release import Release
from bot.domain.reports import Lapsed, Looked
from bot.domain.states import State
from bot.engine.dispatch import Dispatch, Request
from bot.engine.later import Later
from bot.ports import Claim, Clock, Store

LOOK_AGAIN = timedelta(seconds=5)
"""How soon to look again at what waits for something that nobody will report."""

_BY_CLOCK = "clock"


class Timers:
    """Carriers for timers."""

    def __init__(self, store: Store, dispatch: Dispatch, clock: Clock) -> None:
        self._store = store
        self._dispatch = dispatch
        self._clock = clock

    async def look(self, claim: Claim) -> None:
        """A bake may be over: let the release go on if it can, and come again while it waits."""
        task = claim.task
        assert isinstance(task, BakeOver)
        await self._run(Request(Looked(task.release), MACHINE, _BY_CLOCK))
        again = await self._store.call(lambda: self._look_again(claim, task))
        if again is not None:
            raise Later(again, "waits for evidence")

    async def expire(self, claim: Claim) -> None:
        """The time to finish a release is over, unless the clock was set back since this fell due."""
        task = claim.task
        assert isinstance(task, Expire)
        ends = await self._store.call(lambda: self._ends(task.release))
        if ends > self._clock.now():
            raise Later(ends, "not yet")
        await self._run(Request(Lapsed(task.release), MACHINE, _BY_CLOCK, claim=claim))

    async def lapse(self, claim: Claim) -> None:
        """The time of an override is over, unless another one was given since, or the clock was set back."""
        task = claim.task
        assert isinstance(task, OverrideOver)
        until = await self._store.call(lambda: self._overridden_until(task))
        if until is not None and until > self._clock.now():
            raise Later(until, "not yet")
        await self._run(Request(Looked(task.release), MACHINE, _BY_CLOCK, claim=claim))

    def _look_again(self, claim: Claim, task: BakeOver) -> datetime | None:
        """When to come back; None, with the claim ended, once somebody else will move the release or it moved."""
        with self._store.write() as unit:
            release = unit.release(task.release)
            if release is None or release.step != task.step or not _waits_for_evidence(release):
                unit.finish(claim)
                return None
            return max(self._clock.now() + LOOK_AGAIN, release.bake_until or self._clock.now())

    def _ends(self, release: str) -> datetime:
        with self._store.read() as reader:
            found = reader.release(release)
        return found.expires_at if found is not None else self._clock.now()

    def _overridden_until(self, task: OverrideOver) -> datetime | None:
        with self._store.read() as reader:
            found = reader.release(task.release)
        overrides = found.overrides if found is not None else ()
        return next((one.until for one in overrides if one.gate == task.gate), None)

    async def _run(self, request: Request) -> None:
        await self._store.call(lambda: self._dispatch.run(request))


def _waits_for_evidence(release: Release) -> bool:
    watched = release.state in (State.BAKING, State.VERIFYING)
    return watched and not release.held and release.asked_at is None
