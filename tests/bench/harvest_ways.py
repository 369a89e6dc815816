"""One way of measuring a log, in a process of its own: `write|plain|harvest|stdlib LOG ROWS`, figures as JSON."""

import csv
import json
import resource
import sys
import time
from array import array
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from bot.adapters.sources.count import Span, read_log
from bot.evidence.harvest import perf_of
from bot.evidence.measure import is_error, percentile

Figures = list[Any]
"""Requests, errors, p50, p95, p99 (rounded), first and last second."""

_AGGREGATE = """
SELECT count(*), count(*) FILTER (status >= 500 OR status = 429), quantile_cont(latency_ms, [0.5, 0.95, 0.99]),
       min(ts)::VARCHAR, max(ts)::VARCHAR
FROM read_csv('{log}')
"""
_WRITE = """
COPY (
    SELECT strftime(make_timestamp(1772445600000000 + i * 1000), '%Y-%m-%dT%H:%M:%S.%gZ') AS ts,
           CASE WHEN hash(i * 7) % 1000 < 2 THEN 503 WHEN hash(i * 7) % 1000 < 4 THEN 429 ELSE 200 END AS status,
           printf('%.3f', exp(3 + hash(i * 13) % 100000 / 50000.0)) AS latency_ms
    FROM range({rows}) AS one(i)
) TO '{log}' (FORMAT csv, HEADER true)
"""


def write(log: Path, rows: int) -> Figures:
    """A request log of a service that answers a thousand times a second."""
    duckdb.sql(_WRITE.format(log=log, rows=rows))
    return []


def plain(log: Path, _: int) -> Figures:
    """DuckDB as it comes: no hash, no checks."""
    with duckdb.connect(":memory:") as connection:
        row = connection.execute(_AGGREGATE.format(log=log)).fetchone()
    assert row is not None
    return [row[0], row[1], *(round(one, 2) for one in row[2]), row[3][:19], row[4][:19]]


def harvest(log: Path, _: int) -> Figures:
    """What `evidence harvest-reqlog` does, up to its block."""
    reading = read_log(log, log.name, Span(None, None, datetime.now(UTC)))
    perf = perf_of(reading.inside, reading.file, None)
    assert perf.latency_ms is not None
    assert perf.window is not None
    times = [one.replace("T", " ")[:19] for one in (perf.window.start, perf.window.end)]
    return [perf.count, perf.errors, perf.latency_ms.p50, perf.latency_ms.p95, perf.latency_ms.p99, *times]


def stdlib(log: Path, _: int) -> Figures:
    """Python's csv module and sorted numbers."""
    latencies, errors, first, last = array("d"), 0, "~", ""
    with log.open(newline="") as file:
        rows = csv.reader(file)
        next(rows)
        for ts, status, latency in rows:
            errors += is_error(int(status))
            latencies.append(float(latency))
            first, last = min(first, ts), max(last, ts)
    ordered = sorted(latencies)
    quantiles = [round(percentile(ordered, share), 2) for share in (0.5, 0.95, 0.99)]
    return [len(ordered), errors, *quantiles, first.replace("T", " ")[:19], last.replace("T", " ")[:19]]


WAYS: dict[str, Callable[[Path, int], Figures]] = {
    "write": write,
    "plain": plain,
    "harvest": harvest,
    "stdlib": stdlib,
}


def main(way: str, log: Path, rows: int) -> None:
    """Print seconds, figures, and the most memory that the process ever held, in megabytes."""
    began = time.perf_counter()
    figures = WAYS[way](log, rows)
    seconds = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "figures": figures, "mb": memory}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
