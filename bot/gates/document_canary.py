"""The `canary` block of an SLO file against the canary comparison of an evidence document (contracts 1.11)."""

from collections.abc import Iterator
from dataclasses import replace

from bot.domain.slo import CanaryBlock
from bot.domain.verdict import Verdict
from bot.evidence.block import moment
from bot.evidence.measured import Canary, Deltas
from bot.gates.compare import check_comparison
from bot.gates.figures import of_track, span_of
from bot.gates.finding import Finding, found
from bot.gates.limits import at_place, over


def check_canary(block: CanaryBlock, canary: Canary | None) -> Iterator[Finding]:
    """Enough requests on both tracks, every figure there and within its limit, and observed for long enough."""
    if canary is None:
        yield found(Verdict.NO_DATA, "canary.block_missing", detail="canary")
        return
    stable, track = of_track(canary.control_perf), of_track(canary.canary_perf)
    for name, one in (("stable", stable), ("canary", track)):
        if not one.count:
            yield found(Verdict.NO_DATA, "canary.block_missing", detail=name)
    if stable.count and track.count:
        place = replace(track, window=span_of(canary.window))
        yield from at_place(check_comparison(block, stable, track, canary.deltas or Deltas()), place)
    yield from _too_short(block, canary)


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
