"""The figures that limits are held against, whether they come from a request log or from an evidence document."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.evidence import TrackSample
from bot.evidence.block import moment
from bot.evidence.measured import Perf, PerfJudge, SourceFile, TrackPerf, Window


@dataclass(frozen=True, slots=True)
class Figures:
    """Requests of one track or log. Latencies in milliseconds, shares 0..1; None is what nobody measured. `window` is
    the span of the requests, `source` the file that they were read from."""

    count: int | None = None
    p50_ms: float | None = None
    p95_ms: float | None = None
    p99_ms: float | None = None
    error_rate: float | None = None
    availability: float | None = None
    signature_error_rate: float | None = None
    window: tuple[datetime, datetime] | None = None
    source: str = ""


def of_sample(sample: TrackSample, window: tuple[datetime, datetime] | None = None, source: str = "") -> Figures:
    """The figures of a track of request logs."""
    return Figures(
        count=sample.count,
        p50_ms=sample.p50_ms,
        p95_ms=sample.p95_ms,
        p99_ms=sample.p99_ms,
        error_rate=sample.error_rate,
        availability=sample.availability,
        window=window,
        source=source,
    )


def of_block(block: Perf | PerfJudge | None) -> Figures:
    """The figures of a document's block; none of them where it has no such block."""
    if block is None:
        return Figures()
    latency = block.latency_ms
    return Figures(
        count=block.count,
        p50_ms=latency.p50 if latency else None,
        p95_ms=latency.p95 if latency else None,
        p99_ms=latency.p99 if latency else None,
        error_rate=_share(block.error_rate, block.errors, block.count),
        availability=_answered(block) if isinstance(block, PerfJudge) else None,
        signature_error_rate=_wrong(block) if isinstance(block, PerfJudge) else None,
        window=span_of(block.window),
        source=_path(block.source),
    )


def of_track(track: TrackPerf | None) -> Figures:
    """The figures of one track of a document's canary comparison."""
    if track is None:
        return Figures()
    return Figures(
        count=track.count,
        p50_ms=track.p50,
        p95_ms=track.p95,
        p99_ms=track.p99,
        error_rate=_share(track.error_rate, track.errors, track.count),
        signature_error_rate=_share(track.signature_error_rate, track.signature_errors, track.count),
        source=_path(track.source),
    )


def span_of(window: Window | None) -> tuple[datetime, datetime] | None:
    """A document's window as moments."""
    return None if window is None else (moment(window.start), moment(window.end))


def _wrong(block: PerfJudge) -> float | None:
    return _share(block.signature_error_rate, block.signature_errors, block.count)


def _answered(block: PerfJudge) -> float | None:
    served = None if block.unavailable is None else block.count - block.unavailable
    return _share(block.availability, served, block.count)


def _share(written: float | None, part: int | None, count: int) -> float | None:
    """The share as its counts make it, where they stand beside it: the written one is rounded. Without the written one
    it is missing, whatever stands beside it."""
    return part / count if written is not None and part is not None and count else written


def _path(source: SourceFile | None) -> str:
    return source.path if source else ""
