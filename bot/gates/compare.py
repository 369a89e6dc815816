"""One window of the canary against the same window of stable (contracts 1.10, `p95_rel` and `error_delta`)."""

from collections.abc import Iterator

from bot.domain.evidence import LogMeasurement, TrackSample
from bot.domain.slo import CanaryBlock, SloDocument
from bot.domain.verdict import Verdict
from bot.gates.blocks import check_witness
from bot.gates.figures import of_sample
from bot.gates.finding import Finding, found
from bot.gates.indicators import Seen
from bot.gates.limits import at_place, check_limits, over
from bot.gates.objectives import check_objectives

SHORTEST_P95_MS = 1.0
"""A control p95 below this counts as this, so that a fast service is not judged by noise (contracts 1.10)."""


def check_window(slo: SloDocument, window: LogMeasurement) -> tuple[Finding, ...]:
    """Everything that keeps a window from being clean. The document's absolute limits hold for the canary track."""
    if window.canary is None or slo.canary is None:
        return (found(Verdict.NO_DATA, "canary.block_missing", detail="canary"),)
    if window.stable is None or window.stable.count == 0:
        return (found(Verdict.NO_DATA, "canary.block_missing", detail="stable"),)
    span, read = (window.start, window.end), window.files[-1].path if window.files else ""
    figures = of_sample(window.canary, span, read)
    compared = at_place(_compared(slo.canary, window.stable, window.canary), figures)
    objectives = check_objectives(slo, Seen(perf=figures, infra=figures)).findings
    return (*compared, *check_limits(slo, figures, figures), *objectives, *check_witness(slo, window.files))


def p95_rise(control_ms: float, canary_ms: float) -> float:
    """Relative rise of p95: 0.15 is 15 % slower."""
    return (canary_ms - control_ms) / max(control_ms, SHORTEST_P95_MS)


def _compared(block: CanaryBlock, stable: TrackSample, canary: TrackSample) -> Iterator[Finding]:
    needed = block.min_sample_count
    thin = [(name, one.count) for name, one in (("stable", stable), ("canary", canary)) if one.count < needed]
    for name, count in thin:
        yield found(Verdict.INCONCLUSIVE, "canary.sample_insufficient", count, needed, count, name)
    if thin:
        return
    if stable.p95_ms is None or canary.p95_ms is None:
        yield found(Verdict.NO_DATA, "perf.missing", samples=canary.count)
    else:
        rise, limit = p95_rise(stable.p95_ms, canary.p95_ms), block.thresholds.max_p95_rel_increase
        if over(rise, limit):
            yield found(Verdict.FAIL, "canary.p95_rel_over", rise, limit, canary.count)
    if stable.error_rate is not None and canary.error_rate is not None:
        delta, limit = canary.error_rate - stable.error_rate, block.thresholds.max_error_abs_delta
        if over(delta, limit):
            yield found(Verdict.FAIL, "canary.error_delta_over", delta, limit, canary.count)
