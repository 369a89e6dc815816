"""The figures that an objective may name, each with the one way to read it (contracts 1.11, and what we added)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from bot.domain.slo import Objective
from bot.evidence.blocks import Budget, Usage
from bot.evidence.measured import Deltas, Drift, Saturation
from bot.evidence.snapshot import Snapshot
from bot.gates.figures import Figures, of_block, of_track


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything that was measured, from whichever evidence; what nobody measured is empty."""

    perf: Figures = field(default_factory=Figures)
    infra: Figures = field(default_factory=Figures)
    canary: Figures = field(default_factory=Figures)
    deltas: Deltas = field(default_factory=Deltas)
    drift: Drift = field(default_factory=Drift)
    saturation: Saturation = field(default_factory=Saturation)
    budget: Budget = field(default_factory=lambda: Budget(level=None, spent=None, limit=None))


Read = Callable[[Seen, Objective], float | None]
Count = Callable[[Seen], int | None]


@dataclass(frozen=True, slots=True)
class Indicator:
    """How a figure is read, from which requests it was made (None where requests do not count), and which way it gets
    worse."""

    read: Read
    figures: Callable[[Seen], Figures] | None = None
    more_is_better: bool = False


def _burn(seen: Seen, objective: Objective) -> float | None:
    """The error rate as a multiple of what the target leaves: 1 spends the budget exactly (SRE workbook, burn rate)."""
    rate, target = seen.perf.error_rate, objective.target
    return None if rate is None or target is None else rate / (1 - target)


def _perf(seen: Seen) -> Figures:
    return seen.perf


def _infra(seen: Seen) -> Figures:
    return seen.infra


def _canary(seen: Seen) -> Figures:
    return seen.canary


INDICATORS: Mapping[str, Indicator] = MappingProxyType(
    {
        "latency.p50_ms": Indicator(lambda seen, _: seen.perf.p50_ms, _perf),
        "latency.p95_ms": Indicator(lambda seen, _: seen.perf.p95_ms, _perf),
        "latency.p99_ms": Indicator(lambda seen, _: seen.perf.p99_ms, _perf),
        "error_rate": Indicator(lambda seen, _: seen.perf.error_rate, _perf),
        "error_budget.burn": Indicator(_burn, _perf),
        "infra.latency.p95_ms": Indicator(lambda seen, _: seen.infra.p95_ms, _infra),
        "infra.latency.p99_ms": Indicator(lambda seen, _: seen.infra.p99_ms, _infra),
        "infra.availability": Indicator(lambda seen, _: seen.infra.availability, _infra, more_is_better=True),
        "infra.signature_error_rate": Indicator(lambda seen, _: seen.infra.signature_error_rate, _infra),
        "canary.p95_rel": Indicator(lambda seen, _: seen.deltas.p95_rel, _canary),
        "canary.error_delta": Indicator(lambda seen, _: seen.deltas.error_delta, _canary),
        "canary.sig_error_delta": Indicator(lambda seen, _: seen.deltas.sig_error_delta, _canary),
        "drift.abs_diff": Indicator(lambda seen, _: seen.drift.abs_diff),
        "drift.kl": Indicator(lambda seen, _: seen.drift.kl),
        "saturation.cpu_percent": Indicator(lambda seen, _: seen.saturation.cpu_percent),
        "saturation.mem_percent": Indicator(lambda seen, _: seen.saturation.mem_percent),
        "saturation.qps": Indicator(lambda seen, _: seen.saturation.qps),
        "budget.spent": Indicator(lambda seen, _: seen.budget.spent),
    }
)
"""By name; a test holds them against the names that configuration may use."""


def seen_in(snapshot: Snapshot) -> Seen:
    """What an evidence document holds. Machines' load may stand in `saturation` or in `usage`."""
    canary = snapshot.canary
    return Seen(
        perf=of_block(snapshot.perf),
        infra=of_block(snapshot.perf_judge),
        canary=of_track(canary.canary_perf if canary else None),
        deltas=(canary.deltas if canary else None) or Deltas(),
        drift=snapshot.drift or Drift(),
        saturation=_load(snapshot.saturation, snapshot.usage),
        budget=snapshot.budget,
    )


def _load(saturation: Saturation | None, usage: Usage) -> Saturation:
    said = saturation or Saturation()
    pairs = {name: getattr(said, name) for name in ("cpu_percent", "mem_percent", "qps")}
    return Saturation.of(**{name: getattr(usage, name) if value is None else value for name, value in pairs.items()})
