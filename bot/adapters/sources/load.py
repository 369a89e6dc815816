"""The source of load gates: one run, as a fact (contracts 2.2)."""

from datetime import datetime

from bot.adapters.load.run import Ran, Unreachable, run_load, unbounded_session
from bot.domain.evidence import Fact, LoadMeasurement, SourceFailure
from bot.domain.service import LoadGate
from bot.ports import Asked

PRODUCER = "load"


class LoadSource:
    """Sends the load of one gate."""

    def __init__(self, gate: LoadGate) -> None:
        self._gate = gate

    async def measure(self, asked: Asked) -> Fact:
        """One run."""
        try:
            async with unbounded_session() as session:
                ran = await run_load(session, self._gate)
        except Unreachable as error:
            return SourceFailure(
                gate=asked.gate,
                version=asked.version,
                observed_at=asked.now,
                producer=PRODUCER,
                code="unreachable_url",
                detail=f"{self._gate.url}: {error}",
            )
        return load_fact(self._gate, ran, asked.version, asked.now)


def load_fact(gate: LoadGate, ran: Ran, version: str, now: datetime) -> LoadMeasurement:
    """What a run saw, as evidence about a version; `now` is when it began."""
    return LoadMeasurement(
        gate=gate.name,
        version=version,
        observed_at=now,
        producer=PRODUCER,
        url=gate.url,
        health=ran.health,
        asked_rps=gate.rps,
        seconds=gate.duration.total_seconds(),
        scheduled=gate.count,
        total=ran.tally.total,
        ok=ran.tally.ok,
        failed=ran.tally.total - ran.tally.ok,
        timeouts=ran.tally.timeouts,
        held_back=ran.held_back,
        in_flight=gate.in_flight,
        achieved_rps=ran.achieved_rps,
        latency_ms=ran.tally.latencies(),
        errors=ran.tally.errors(),
    )
