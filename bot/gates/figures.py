"""The figures that limits are held against, whether they come from a request log or from an evidence document."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.evidence import LogMeasurement, Track, TrackSample
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


def of_log(fact: LogMeasurement, track: Track) -> tuple[Figures, Figures] | None:
    """The figures of a track by its request log and by its judge log, which are the same where one log is all there is;
    None where the track was not read."""
    sample, judged = fact.sample_of(track), fact.judged_of(track)
    if sample is None:
        return None
    window = (fact.start, fact.end)
    perf = of_sample(sample, window, _name(fact, track, judged=False))
    return perf, perf if judged is None else of_sample(judged, window, _name(fact, track, judged=True))


def of_sample(sample: TrackSample, window: tuple[datetime, datetime] | None = None, source: str = "") -> Figures:
    """The figures of a track of request logs."""
    return Figures(
        count=sample.count,
        p50_ms=sample.p50_ms,
        p95_ms=sample.p95_ms,
        p99_ms=sample.p99_ms,
        error_rate=sample.error_rate,
        availability=sample.availability,
        signature_error_rate=sample.signature_error_rate,
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


def _name(fact: LogMeasurement, track: Track, judged: bool) -> str:
    file = fact.file_of(track, judged)
    return file.path if file else ""


def _path(source: SourceFile | None) -> str:
    return source.path if source else ""
