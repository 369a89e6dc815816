"""Blocks of an evidence document, made of what was counted in a log (contracts 1.10).

Latencies are rounded to hundredths of a millisecond, shares to six digits, as the contract says. Counts stay beside
them, so that a judge can compute every share again.
"""

from datetime import UTC, datetime

from bot.domain.evidence import LogFile, TrackSample
from bot.evidence.counted import Counted
from bot.evidence.measured import Latency, Perf, PerfJudge, SourceFile, Window

MS_DIGITS = 2
SHARE_DIGITS = 6


def perf_of(counted: Counted, file: LogFile | None, asked: tuple[datetime, datetime] | None) -> Perf:
    """The `perf` block of a request log. `asked`: the span that was measured, None for the whole log.

    Without requests it holds `count` 0, the span and the file, and no figures. `file`: None for figures from elsewhere.
    """
    found = counted.sample
    if not found.count:
        return Perf.of(count=0, source=_source(file), window=_span(asked))
    return Perf.of(
        count=found.count,
        latency_ms=latency_of(found),
        error_rate=share(found.error_rate),
        window=window_of(counted, asked),
        errors=found.errors,
        unavailable=found.unavailable,
        source=_source(file),
    )


def perf_judge_of(counted: Counted, file: LogFile | None, asked: tuple[datetime, datetime] | None) -> PerfJudge:
    """The `perf_judge` block of a judge log; as `perf_of`."""
    found = counted.sample
    if not found.count:
        return PerfJudge.of(count=0, source=_source(file), window=_span(asked))
    return PerfJudge.of(
        count=found.count,
        latency_ms=latency_of(found),
        availability=share(found.availability),
        error_rate=share(found.error_rate),
        signature_error_rate=share(counted.flag_rate),
        window=window_of(counted, asked),
        errors=found.errors,
        unavailable=found.unavailable,
        signature_errors=counted.flags,
        source=_source(file),
    )


def latency_of(found: TrackSample) -> Latency:
    """The percentiles of at least one request."""
    p50, p95, p99 = (milliseconds(one) for one in (found.p50_ms, found.p95_ms, found.p99_ms))
    return Latency(p50=p50, p95=p95, p99=p99)


def window_of(counted: Counted, asked: tuple[datetime, datetime] | None) -> Window | None:
    """The span that was asked for, else first to last request; None in a log without times."""
    if asked is None and counted.oldest_at is not None and counted.newest_at is not None:
        return _span((counted.oldest_at, counted.newest_at))
    return _span(asked)


def source_file(file: LogFile) -> SourceFile:
    """The measured file as the document names it."""
    return SourceFile(path=file.path, sha256=file.sha256, size=file.size, rows=file.rows)


def written(moment: datetime) -> str:
    """A moment as documents write it: RFC 3339 in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def milliseconds(value: float | None) -> float:
    """A latency as documents write it. Raises ValueError without one."""
    if value is None:
        raise ValueError("no requests have no latency")
    return round(value, MS_DIGITS)


def share(value: float | None) -> float | None:
    """A share as documents write it."""
    return None if value is None else round(value, SHARE_DIGITS)


def _span(asked: tuple[datetime, datetime] | None) -> Window | None:
    if asked is None:
        return None
    start, end = asked
    return Window(start=written(start), end=written(end), duration_sec=(end - start).total_seconds())


def _source(file: LogFile | None) -> SourceFile | None:
    return None if file is None else source_file(file)
