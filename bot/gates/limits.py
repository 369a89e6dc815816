"""The absolute limits of an SLO document, applied to one track of one measurement (contracts 1.11)."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.evidence import TrackSample
from bot.domain.slo import ErrorBlock, InfraBlock, LatencyBlock, SloDocument
from bot.domain.verdict import Verdict
from bot.gates.finding import Finding, found

HAIR = 1e-9
"""Differences below this are the rounding of floats: a value exactly at its limit keeps it."""


@dataclass(frozen=True, slots=True)
class Codes:
    """The reason codes of one block, as the source system names them."""

    missing: str
    few: str
    p95: str = ""
    p99: str = ""


PERF_LATENCY = Codes("perf.missing", "perf.samples_insufficient_latency", "latency.p95_over", "latency.p99_over")
PERF_ERROR = Codes("perf.missing", "perf.samples_insufficient_error")
INFRA_LATENCY = Codes(
    "infra.perf_missing", "infra.samples_insufficient_latency", "infra.latency_p95_over", "infra.latency_p99_over"
)


def check_limits(slo: SloDocument, sample: TrackSample) -> tuple[Finding, ...]:
    """Everything in `sample` that breaks, or cannot be held against, a limit of the document."""
    findings: list[Finding] = []
    if slo.latency:
        findings += _latency(slo.latency, sample, PERF_LATENCY, grace=0.0)
    if slo.error:
        findings += _errors(slo.error, sample)
    if slo.judge_infra:
        findings += _infra(slo.judge_infra, sample)
    return tuple(findings)


def over(observed: float, limit: float) -> bool:
    """Whether a value lies above its limit, by more than rounding."""
    return observed - limit > HAIR


def _latency(block: LatencyBlock, sample: TrackSample, codes: Codes, grace: float) -> Iterator[Finding]:
    if thin := _too_few(sample, block.min_samples, codes):
        yield thin
        return
    rows = ((codes.p95, sample.p95_ms, block.max_p95_ms), (codes.p99, sample.p99_ms, block.max_p99_ms))
    for code, observed, limit in rows:
        if limit is None:
            continue
        graced = limit * (1 + grace)
        if observed is None:
            yield found(Verdict.NO_DATA, codes.missing, limit=graced, samples=sample.count)
        elif over(observed, graced):
            yield found(Verdict.FAIL, code, observed, graced, sample.count)


def _errors(block: ErrorBlock, sample: TrackSample) -> Iterator[Finding]:
    if thin := _too_few(sample, block.min_samples, PERF_ERROR):
        yield thin
    elif sample.error_rate is not None and over(sample.error_rate, block.max_error_rate):
        yield found(Verdict.FAIL, "error.rate_over", sample.error_rate, block.max_error_rate, sample.count)


def _infra(block: InfraBlock, sample: TrackSample) -> Iterator[Finding]:
    if block.latency:
        yield from _latency(block.latency, sample, INFRA_LATENCY, block.grace_burst)
    if block.availability:
        needed = block.latency.min_samples if block.latency else 1
        if thin := _too_few(sample, needed, INFRA_LATENCY):
            # With a latency block the same shortage has just been reported.
            yield from () if block.latency else (thin,)
        elif sample.availability is not None and over(block.availability.min_availability, sample.availability):
            limit = block.availability.min_availability
            yield found(Verdict.FAIL, "infra.availability_low", sample.availability, limit, sample.count)


def _too_few(sample: TrackSample, needed: int, codes: Codes) -> Finding | None:
    """No request at all is no data; some, but fewer than needed, decide nothing."""
    if sample.count == 0:
        return found(Verdict.NO_DATA, codes.missing, samples=0)
    if sample.count < needed:
        return found(Verdict.INCONCLUSIVE, codes.few, sample.count, needed, sample.count)
    return None
