"""The `canary` block of an SLO file against the canary comparison of an evidence document (contracts 1.11)."""

from collections.abc import Iterator

from bot.domain.slo import CanaryBlock
from bot.domain.verdict import Verdict
from bot.evidence.block import moment
from bot.evidence.measured import Canary
from bot.gates.figures import Figures, of_track, span_of
from bot.gates.finding import Finding, found
from bot.gates.limits import at_place, over


def check_canary(block: CanaryBlock, canary: Canary | None) -> Iterator[Finding]:
    """Enough requests on both tracks, every figure there and within its limit, and observed for long enough."""
    if canary is None:
        yield found(Verdict.NO_DATA, "canary.block_missing", detail="canary")
        return
    figures = Figures(window=span_of(canary.window), source=of_track(canary.canary_perf).source)
    yield from at_place((*_thin(block, canary), *_compared(block, canary), *_too_short(block, canary)), figures)


def _thin(block: CanaryBlock, canary: Canary) -> Iterator[Finding]:
    for name, track in (("stable", canary.control_perf), ("canary", canary.canary_perf)):
        if track is None or not track.count:
            yield found(Verdict.NO_DATA, "canary.block_missing", detail=name)
        elif track.count < block.min_sample_count:
            needed = block.min_sample_count
            yield found(Verdict.INCONCLUSIVE, "canary.sample_insufficient", track.count, needed, track.count, name)


def _compared(block: CanaryBlock, canary: Canary) -> Iterator[Finding]:
    deltas, limits = canary.deltas, block.thresholds
    samples = canary.canary_perf.count if canary.canary_perf else None
    rows = (
        ("p95_rel", deltas.p95_rel if deltas else None, limits.max_p95_rel_increase),
        ("error_delta", deltas.error_delta if deltas else None, limits.max_error_abs_delta),
        ("sig_error_delta", deltas.sig_error_delta if deltas else None, limits.max_sig_error_delta),
    )
    for name, observed, limit in rows:
        if limit is None:
            continue
        if observed is None:
            yield found(Verdict.NO_DATA, "canary.figure_missing", limit=limit, samples=samples, detail=name)
        elif over(observed, limit):
            yield found(Verdict.FAIL, f"canary.{name}_over", observed, limit, samples)


def _too_short(block: CanaryBlock, canary: Canary) -> Iterator[Finding]:
    """No pass before the canary was watched for the guard band; what does not say how long it was, was not."""
    needed = block.guardband_minutes * 60
    if not needed:
        return
    watched = _watched(canary)
    if watched is None or over(needed, watched):
        yield found(Verdict.INCONCLUSIVE, "canary.guardband", watched, needed)


def _watched(canary: Canary) -> float | None:
    """Seconds from the beginning of the first window to the end of the last."""
    spans = [(moment(one.start), moment(one.end)) for one in canary.windows if one.start and one.end]
    if whole := span_of(canary.window):
        spans.append(whole)
    marks = [one.timestamp_unix for one in canary.windows if one.timestamp_unix is not None]
    times = [at.timestamp() for span in spans for at in span] + marks
    return max(times) - min(times) if times else None
