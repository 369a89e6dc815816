"""What a sequential canary gate counts: failed and slow requests against stable's, and the document's own limits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.domain.evidence import LogMeasurement, TrackSample
from bot.domain.service import CanaryGate, GateSpec
from bot.domain.slo import SloDocument
from bot.domain.statistics import Statistics, latency_limits
from bot.gates.sequential_null import Counts, Null

LEAST_SHARE = 1e-6
"""A limit of none at all is judged as one in a million: no finite count can prove a share of zero."""

Read = Callable[[TrackSample], int | None]
"""How many events a sample holds; None when they were not counted."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One thing that is counted. The canary fails when more than `most` is proven, and passes when less than `least`
    is; the two are the same for an absolute limit."""

    name: str
    read: Read
    most: Null
    least: Null

    @property
    def compares(self) -> bool:
        """Whether stable is what the canary is held against."""
        return self.most.share is None

    def counts(self, window: LogMeasurement) -> Counts | None:
        """The window's counts, or None when a track or a number is missing."""
        if not window.canary or not window.stable or not window.canary.count or not window.stable.count:
            return None
        canary, stable = self.read(window.canary), self.read(window.stable)
        if canary is None or stable is None:
            return None
        return Counts(canary, window.canary.count, stable, window.stable.count)


def is_sequential(spec: GateSpec) -> bool:
    """Whether a gate judges with statistics."""
    return spec.kind == "canary" and spec.statistics is not None and spec.statistics.mode == "sequential"


def limits_of(spec: GateSpec) -> tuple[float, ...]:
    """The latencies in milliseconds over which a gate's source has to count requests."""
    if spec.kind != "canary" or not is_sequential(spec) or spec.statistics is None or spec.slo is None:
        return ()
    return tuple(sorted({*spec.statistics.slow_limits(spec.slo), *(limit.ms for limit in latency_limits(spec.slo))}))


def metrics_of(spec: CanaryGate, slo: SloDocument, rules: Statistics) -> tuple[Metric, ...]:
    """Everything that a gate judges, known before anything is measured: alpha is shared by so many."""
    most, least = Null(rules.margin), Null(rules.worse)
    compared = [Metric("errors", _errors, most, least)]
    compared += [Metric(f"slow:{limit:g}", _slower(limit), most, least) for limit in rules.slow_limits(slo)]
    return (*compared, *_absolute(slo))


def tally(series: Sequence[Counts]) -> Counts:
    """All windows added up."""
    return Counts(
        sum(one.canary for one in series),
        sum(one.canary_of for one in series),
        sum(one.stable for one in series),
        sum(one.stable_of for one in series),
    )


def _absolute(slo: SloDocument) -> list[Metric]:
    found = [_limited(limit.name, _slower(limit.ms), limit.share) for limit in latency_limits(slo)]
    if slo.error:
        found.append(_limited("error_rate", _errors, slo.error.max_error_rate))
    if slo.judge_infra and slo.judge_infra.availability:
        unavailable = 1 - slo.judge_infra.availability.min_availability
        found.append(_limited("unavailable", _unavailable, unavailable))
    return found


def _limited(name: str, read: Read, share: float) -> Metric:
    edge = Null(share=max(share, LEAST_SHARE))
    return Metric(name, read, edge, edge)


def _errors(sample: TrackSample) -> int:
    return sample.errors


def _unavailable(sample: TrackSample) -> int:
    return sample.unavailable


def _slower(limit_ms: float) -> Read:
    return lambda sample: sample.slower_than(limit_ms)
