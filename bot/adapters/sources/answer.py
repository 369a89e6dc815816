"""DuckDB's answer about one open log: quickly where every row is plain, thoroughly where not."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bot.adapters.sources.kinds import Kind
from bot.adapters.sources.log import Head, Log, LogProblem, Prefix, Progress, Rows, Soiled, first_flaw
from bot.adapters.sources.pump import pipes, pump
from bot.adapters.sources.query import Question
from bot.adapters.sources.rows import alphabet
from bot.adapters.sources.shape import Shape, shape_of

_THREADS = min(4, os.cpu_count() or 1)

_DUCKDB: dict[str, str | bool | int | float | list[str]] = {
    "threads": _THREADS,
    "memory_limit": "700MB",
    "temp_directory": "",  # nothing of a log is left on a disk
    "preserve_insertion_order": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}


Answer = list[tuple[Any, ...]]


def quick_answer(log: Log, head: Head, question: Question, progress: Progress | None) -> tuple[Answer, Prefix] | None:
    """The answer for a log of plain rows, None for any other."""
    import duckdb

    shape = shape_of(head.row, head.kind)
    if shape is None:
        return None
    rows = Rows(log, head, progress)
    try:
        answer = _ask(_vouched(rows, shape), lambda files: question.quick(files, shape.offset), log)
    except (Soiled, duckdb.Error):
        return None
    _, _, _, bad, doubted, *_ = next(row for row in answer if row[1])
    return None if bad or doubted else (answer, rows.prefix)


def thorough_answer(log: Log, head: Head, question: Question, progress: Progress | None) -> tuple[Answer, Prefix]:
    """The answer for any log of rows; raises LogProblem with the first flaw of one that is not."""
    import duckdb

    log.file.seek(0)
    rows = Rows(log, head, progress)
    try:
        answer = _ask(_cleaned(rows, head.kind), question.thorough, log)
    except (Soiled, duckdb.Error):
        raise first_flaw(log, head.kind, question.latest) from None
    if next(row for row in answer if row[1])[3]:
        raise first_flaw(log, head.kind, question.latest)
    return answer, rows.prefix


def _vouched(rows: Rows, shape: Shape) -> Iterator[bytes]:
    for block in rows:
        if not shape.fits(block):
            raise Soiled
        yield block


def _cleaned(rows: Rows, kind: Kind) -> Iterator[bytes]:
    letters, commas = alphabet(kind), len(kind.columns) - 1
    for block in rows:
        lines = block
        if block.startswith(b"\n") or b"\n\n" in block:
            lines = b"".join(line + b"\n" for line in block.split(b"\n") if line)
        # DuckDB drops an empty last column too many without a word; the commas tell.
        if lines.translate(None, letters) or lines.count(b",") != commas * lines.count(b"\n"):
            raise Soiled
        if lines:
            yield lines


def _ask(blocks: Iterator[bytes], question: Callable[[Sequence[int]], str], log: Log) -> Answer:
    """DuckDB's rows on these blocks, which another thread reads and hands over meanwhile."""
    import duckdb  # takes 0.2 s and 40 MB, which a process that never measures does not pay

    answer: Answer = []
    failure: duckdb.Error | None = None
    with ThreadPoolExecutor(1, thread_name_prefix="log") as reader, pipes(_THREADS) as (reading, writing):
        pumped = reader.submit(pump, blocks, writing)
        try:
            with duckdb.connect(":memory:", config=_DUCKDB) as connection:
                connection.execute("SET TimeZone = 'UTC'")
                answer = connection.execute(question(reading)).fetchall()
        except duckdb.Error as error:
            failure = error
    broken = pumped.exception()
    if broken is not None and not isinstance(broken, BrokenPipeError):
        raise broken
    if isinstance(failure, duckdb.OutOfMemoryException):
        raise LogProblem("unreadable", f"{log.name} too_large")
    if failure or broken:  # DuckDB stopped reading
        raise failure or Soiled
    return answer
