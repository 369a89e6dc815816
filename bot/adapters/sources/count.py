"""Counting a request log with DuckDB: one pass over a pipe, in which the bytes are hashed as they are read."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.adapters.sources.log import Log, Prefix, Soiled, first_flaw, open_log, refuse_unfinished, send_rows
from bot.adapters.sources.rows import LATENCY, STATUS, TS
from bot.domain.evidence import LogFile, Slower, TrackSample
from bot.evidence.measure import QUANTILES, SERVER_ERROR, THROTTLED, build_sample

if TYPE_CHECKING:
    import duckdb

AHEAD = timedelta(minutes=1)
"""How far a row's time may lie beyond now: clocks differ a little."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

_DUCKDB = {
    "threads": 1,  # a pipe is read in order anyway
    "memory_limit": "512MB",
    "temp_directory": "",  # nothing of a log is left on a disk
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}

_QUERY = f"""
WITH line AS (
    SELECT ts AS written,
           epoch_us(try_cast(ts AS TIMESTAMPTZ)) AS us,
           try_cast(status AS SMALLINT) AS status,
           try_cast(latency_ms AS DOUBLE) AS ms,
           regexp_full_match(ts, '{TS}') AND regexp_full_match(status, '{STATUS}')
               AND regexp_full_match(latency_ms, '{LATENCY}') AS shaped
    FROM read_csv('/dev/fd/%d', auto_detect = false, header = false, delim = ',', quote = '', escape = '',
                  new_line = '\\n', null_padding = false, strict_mode = true, nullstr = '',
                  columns = {{'ts': 'VARCHAR', 'status': 'VARCHAR', 'latency_ms': 'VARCHAR'}})
    WHERE ts IS NOT NULL
), judged AS (
    SELECT *, us >= $start AND us < $end AS inside FROM line
)
SELECT count(*),
       count(*) FILTER (NOT coalesce(shaped AND isfinite(ms) AND ms >= 0 AND us <= $latest, false)),
       max(us),
       count(*) FILTER (inside),
       count(*) FILTER (inside AND (status >= {SERVER_ERROR} OR status = {THROTTLED})),
       count(*) FILTER (inside AND status >= {SERVER_ERROR}),
       quantile_cont(ms, {list(QUANTILES)}) FILTER (inside),
       [%s]
FROM judged
"""


@dataclass(frozen=True, slots=True)
class Span:
    """What to measure: requests in [start, end), seen from `now`, and how many of them took longer than each limit in
    milliseconds."""

    start: datetime
    end: datetime
    now: datetime
    limits: tuple[float, ...] = ()

    @property
    def latest(self) -> datetime:
        """The last moment that is not the future."""
        return self.now + AHEAD


@dataclass(frozen=True, slots=True)
class Reading:
    """One log, read: the requests inside the span, the newest one in the file, and the file itself."""

    sample: TrackSample
    newest_at: datetime | None
    file: LogFile


def read_log(path: Path, name: str, span: Span) -> Reading:
    """Measure one log. Raises LogProblem; a single bad row anywhere in the file is one."""
    import duckdb  # takes 0.2 s and 40 MB, which a process that never measures does not pay

    with open_log(path, name) as log:
        try:
            counted, prefix = _count(duckdb, log, span)
        except (Soiled, duckdb.Error):
            raise first_flaw(log, span.latest) from None
        rows, bad, newest, count, errors, unavailable, quantiles, slower = counted
        if bad:
            raise first_flaw(log, span.latest)
        refuse_unfinished(log, prefix, span.now)
    return Reading(
        sample=build_sample(count, errors, unavailable, quantiles, _slower(span, slower)),
        newest_at=None if newest is None else _EPOCH + newest * _MICROSECOND,
        file=LogFile(path=name, sha256=prefix.sha256, size=prefix.size, rows=rows),
    )


def _count(engine: Any, log: Log, span: Span) -> tuple[tuple[Any, ...], Prefix]:
    """The query's row and the prefix that it was counted from; a thread feeds the pipe that DuckDB reads."""
    reading, writing = os.pipe()
    with ThreadPoolExecutor(1, thread_name_prefix="log") as feeder:
        fed = feeder.submit(_feed, log, writing)
        try:
            with engine.connect(":memory:", config=_DUCKDB) as connection:
                counted = _ask(connection, reading, span)
        finally:
            # Only with every reading end closed does a feeder that DuckDB left behind wake up.
            os.close(reading)
        return counted, fed.result()


def _ask(connection: "duckdb.DuckDBPyConnection", reading: int, span: Span) -> tuple[Any, ...]:
    connection.execute("SET TimeZone = 'UTC'")
    moments = {name: (getattr(span, name) - _EPOCH) // _MICROSECOND for name in ("start", "end", "latest")}
    over = ", ".join(f"count(*) FILTER (inside AND ms > $over_{index})" for index in range(len(span.limits)))
    limits = {f"over_{index}": limit for index, limit in enumerate(span.limits)}
    counted = connection.execute(_QUERY % (reading, over), moments | limits).fetchone()
    assert counted is not None  # an aggregate without GROUP BY has one row
    return counted


def _slower(span: Span, counts: Sequence[int]) -> list[Slower]:
    return [Slower(limit_ms=limit, count=count) for limit, count in zip(span.limits, counts, strict=True)]


def _feed(log: Log, writing: int) -> Prefix:
    try:
        with suppress(BrokenPipeError):  # DuckDB stopped early, and says why itself
            return send_rows(log, lambda rows: _write(writing, rows))
    finally:
        os.close(writing)
    raise Soiled


def _write(fd: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(fd, left) :]
