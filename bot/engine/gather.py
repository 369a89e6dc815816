"""Gathering evidence: read a gate's source, and report what it shows."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.domain.actor import MACHINE
from bot.domain.consequences import SETTLE, next_window
from bot.domain.effects import Measure
from bot.domain.evidence import FACTS_KEPT, Fact
from bot.domain.fold import with_facts
from bot.domain.plan import Plan
from bot.domain.release import Release
from bot.domain.reports import Measured
from bot.domain.service import CanaryGate, Gate, GateSpec, PolledGate, When
from bot.domain.states import WAITING, State
from bot.engine.dispatch import Dispatch, Request
from bot.engine.later import Later
from bot.engine.lease import hold
from bot.engine.observe import Observer
from bot.engine.underway import Underway
from bot.gates import judge, subject_of
from bot.ports import Asked, Claim, Clock, Source, Store

Sources = Callable[[Plan, GateSpec], Source]
"""Finds what measures for a gate of a plan."""


class Gather:
    """Carrier for measurements."""

    def __init__(self, store: Store, dispatch: Dispatch, clock: Clock, sources: Sources, observer: Observer) -> None:
        self._store = store
        self._dispatch = dispatch
        self._clock = clock
        self._sources = sources
        self._observer = observer
        self._underway = Underway(store, self._wanted)

    async def measure(self, claim: Claim) -> None:
        """Read the source once; the next time is queued with the evidence, or by putting this one off."""
        task = claim.task
        assert isinstance(task, Measure)
        release = await self._store.call(lambda: self._read(task.release))
        gate = release.plan.gate(task.gate) if release else None
        if release is None or not isinstance(gate, PolledGate | CanaryGate) or not _matters(release, gate):
            await self._store.call(lambda: self._finish(claim))
            return
        now = self._clock.now()
        start, end = self._window(release, gate, now)
        if now < end:
            raise Later(end + SETTLE, "window still open")
        source = self._sources(release.plan, gate)
        asked = Asked(gate.name, subject_of(gate, release) or "", start, end, now, release)
        await hold(self._store, self._clock, claim)
        fact = await self._underway.take(release.id, gate, lambda: source.measure(asked))
        if fact is None:
            await self._store.call(lambda: self._finish(claim))
            return
        if isinstance(gate, PolledGate) and _says_nothing_new(release, gate, fact, now, gate.every):
            raise Later(now + gate.every, "unchanged")
        judgement = judge(gate, with_facts(release, (fact,)), now)
        self._observer.judged(gate.kind, judgement.verdict.value)
        report = Request(Measured(release.id, (fact,)), MACHINE, "gather", claim=claim)
        await self._store.call(lambda: self._dispatch.run(report))

    async def call_off(self) -> None:
        """End measurements under way that nobody waits for any more: no command or load outlives its release."""
        await self._underway.call_off()

    def _wanted(self, release: str, gate: GateSpec) -> bool:
        """Whether the gate still speaks, by the same settings."""
        found = self._read(release)
        return found is not None and found.plan.gate(gate.name) == gate and _matters(found, gate)

    def _window(self, release: Release, gate: PolledGate | CanaryGate, now: datetime) -> tuple[datetime, datetime]:
        if isinstance(gate, PolledGate):
            return now - gate.looks_back, now
        start, end = next_window(release, gate)
        behind = (now - end) // gate.window
        if behind > FACTS_KEPT:  # after a long stop only the windows that can still count are caught up
            start += (behind - FACTS_KEPT) * gate.window
        return start, start + gate.window

    def _read(self, release: str) -> Release | None:
        with self._store.read() as reader:
            return reader.release(release)

    def _finish(self, claim: Claim) -> None:
        with self._store.write() as unit:
            unit.finish(claim)


def _matters(release: Release, gate: Gate) -> bool:
    """Whether the gate speaks in the release's state."""
    if release.state in WAITING:
        return gate.when in (When.OPEN, When.PROMOTE)
    moments = {State.BAKING: When.BAKE, State.VERIFYING: When.VERIFY}
    return moments.get(release.state) is gate.when


def _says_nothing_new(release: Release, gate: GateSpec, fact: Fact, now: datetime, every: timedelta) -> bool:
    """Whether the ledger would only repeat itself: the same verdict, and the stored evidence stays fresh until then."""
    before = judge(gate, release, now)
    after = judge(gate, with_facts(release, (fact,)), now)
    lasts = before.stale_at is not None and before.stale_at > now + 2 * every + timedelta(seconds=1)
    return before.verdict is after.verdict and lasts
