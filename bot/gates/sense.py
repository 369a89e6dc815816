"""Figures of an evidence document that cannot both be true: nobody who measured them wrote them."""

from collections.abc import Iterator

from bot.domain.verdict import Verdict
from bot.evidence.harvest import SHARE_DIGITS
from bot.evidence.measured import Latency, Perf, PerfJudge, TrackPerf
from bot.evidence.snapshot import Snapshot
from bot.gates.finding import Finding, found

ROUNDING = 10.0**-SHARE_DIGITS
"""Shares are written with so many digits."""


def check_sense(snapshot: Snapshot) -> Iterator[Finding]:
    """A share that is not what its counts make, a part that is larger than the whole, a p95 above its p99."""
    tracks = snapshot.canary
    blocks = (
        ("perf", snapshot.perf),
        ("perf_judge", snapshot.perf_judge),
        ("canary.control_perf", tracks.control_perf if tracks else None),
        ("canary.canary_perf", tracks.canary_perf if tracks else None),
    )
    for name, block in blocks:
        if block is None:
            continue
        yield from _shares(name, block)
        if not _rising(block):
            yield found(Verdict.ERROR, "evidence.contradictory", samples=block.count, detail=f"{name}: percentiles")


def _shares(name: str, block: Perf | PerfJudge | TrackPerf) -> Iterator[Finding]:
    pairs = [("error_rate", block.error_rate, block.errors)]
    if isinstance(block, PerfJudge):
        available = None if block.unavailable is None else block.count - block.unavailable
        pairs.append(("availability", block.availability, available))
    if isinstance(block, PerfJudge | TrackPerf):
        pairs.append(("signature_error_rate", block.signature_error_rate, block.signature_errors))
    for share, written, part in pairs:
        if written is None or part is None:
            continue
        counted = part / block.count if block.count else 0.0
        if not 0 <= part <= block.count or abs(counted - written) > ROUNDING:
            detail = f"{name}.{share}"
            yield found(Verdict.ERROR, "evidence.contradictory", float(written), counted, block.count, detail)


def _rising(block: Perf | PerfJudge | TrackPerf) -> bool:
    latency = block if isinstance(block, TrackPerf) else block.latency_ms or Latency(p50=0, p95=0, p99=0)
    known = [one for one in (latency.p50, latency.p95, latency.p99) if one is not None]
    return known == sorted(known)
