"""The table of sources: what measures for which kind of gate."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.adapters.judges.panel import Panel
from bot.adapters.sources.command import CommandSource
from bot.adapters.sources.csv_log import CsvLog, build_source
from bot.adapters.sources.load import LoadSource
from bot.adapters.sources.votes import JudgesSource
from bot.domain.evidence import Fact, Track
from bot.domain.plan import Plan
from bot.domain.service import CommandGate, GateSpec, LoadGate, LogGate, QuorumGate
from bot.ports import Asked, Source


class UnknownSource(ValueError):
    """Nothing measures for this kind of gate."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a gate wants request logs read: which tracks, and over which latencies in milliseconds requests are counted.
    Relative paths are taken from `folder`, the working folder."""

    folder: Path
    tracks: tuple[Track, ...] = ()
    limits: tuple[float, ...] = ()
    panel: Panel | None = None
    """Who asks judges, where this process can."""
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What of the environment programs may be given."""


class LogSource:
    """Reads request logs in a thread of its own: DuckDB waits for the disk."""

    def __init__(self, log: CsvLog) -> None:
        self._log = log

    async def measure(self, asked: Asked) -> Fact:
        """What the logs show over the window."""
        return await asyncio.to_thread(self._log.measure, asked.gate, asked.version, asked.start, asked.end, asked.now)


Factory = Callable[[Plan, GateSpec, Reading], Source]


def _logs(plan: Plan, gate: GateSpec, reading: Reading) -> Source:
    if not isinstance(gate, LogGate):
        raise UnknownSource(gate.kind)
    judges = gate.slo is not None and gate.slo.reads_signatures
    spec = plan.sources[gate.source]
    return LogSource(build_source(spec, reading.tracks, reading.folder, reading.limits, judges))


def _judges(plan: Plan, gate: GateSpec, reading: Reading) -> Source:
    if not isinstance(gate, QuorumGate) or reading.panel is None:
        raise UnknownSource(gate.kind)
    spec = plan.sources[gate.source] if gate.source is not None else None
    judges = gate.slo is not None and gate.slo.reads_signatures
    log = build_source(spec, reading.tracks, reading.folder, judges=judges) if spec else None
    return JudgesSource(gate, reading.panel, log)


def _command(plan: Plan, gate: GateSpec, reading: Reading) -> Source:
    if not isinstance(gate, CommandGate):
        raise UnknownSource(gate.kind)
    return CommandSource(gate, reading.folder, reading.environ)


def _load(plan: Plan, gate: GateSpec, reading: Reading) -> Source:
    if not isinstance(gate, LoadGate):
        raise UnknownSource(gate.kind)
    return LoadSource(gate)


SOURCES: Mapping[str, Factory] = {
    "slo": _logs,
    "canary": _logs,
    "quorum": _judges,
    "command": _command,
    "load": _load,
}
"""By the gate's kind."""


def source_for(plan: Plan, gate: GateSpec, reading: Reading) -> Source:
    """What measures for a gate of a plan. Raises UnknownSource."""
    factory = SOURCES.get(gate.kind)
    if factory is None:
        raise UnknownSource(f"gate kind {gate.kind}; known are {', '.join(sorted(SOURCES))}")
    return factory(plan, gate, reading)
