"""Counting a log with DuckDB: one pass, in which the bytes that are counted are the bytes that are hashed.

A thread reads the log, hashes it, looks at every block, and hands it to DuckDB through pipes; DuckDB reads numbers and
counts meanwhile. Nearly every log is plain and needs no more. One with anything unusual in it is read once more, every
column held against its pattern, and one with a flaw a third time, line by line, to name it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.adapters.sources.answer import quick_answer, thorough_answer
from bot.adapters.sources.kinds import REQUESTS, Column, Kind
from bot.adapters.sources.log import Progress, head_of, open_log, refuse_unfinished
from bot.adapters.sources.query import EPOCH, MICROSECOND, Question
from bot.domain.evidence import LogFile, Slower, TrackSample
from bot.evidence.counted import Counted
from bot.evidence.measure import build_sample

AHEAD = timedelta(minutes=1)
"""How far a row's time may lie beyond now: clocks differ a little."""


@dataclass(frozen=True, slots=True)
class Span:
    """What to measure: requests in [start, end), seen from `now`, everything where start and end are None; and how many
    of them took longer than each limit in milliseconds."""

    start: datetime | None
    end: datetime | None
    now: datetime
    limits: tuple[float, ...] = ()

    @property
    def latest(self) -> datetime:
        """The last moment that is not the future."""
        return self.now + AHEAD


@dataclass(frozen=True, slots=True)
class Reading:
    """One log, read: the requests inside the span, the newest one in the file, and the file itself. `slices`: the same
    requests by the moment at which their slice starts."""

    kind: Kind
    inside: Counted
    newest_at: datetime | None
    file: LogFile
    slices: dict[datetime, Counted]

    @property
    def sample(self) -> TrackSample:
        """The requests inside the span."""
        return self.inside.sample


def read_log(
    path: Path,
    name: str,
    span: Span,
    kinds: tuple[Kind, ...] = (REQUESTS,),
    slices: timedelta | None = None,
    progress: Progress | None = None,
) -> Reading:
    """Measure one log of one of these kinds. Raises LogProblem; a single bad row anywhere in the file is one.

    With `slices` the requests are also counted by slices of that length, which start at multiples of it since 1970.
    """
    with open_log(path, name) as log:
        head = head_of(log, kinds)
        question = Question(head.kind, span.start, span.end, span.latest, span.limits, slices)
        answer, prefix = quick_answer(log, head, question, progress) or thorough_answer(log, head, question, progress)
        refuse_unfinished(log, prefix, span.now)
    total = next(row for row in answer if row[1])
    return Reading(
        kind=head.kind,
        inside=_counted(question, total),
        newest_at=_moment(total[5]),
        file=LogFile(path=name, sha256=prefix.sha256, size=prefix.size, rows=total[2]),
        slices={EPOCH + row[0] * MICROSECOND: _counted(question, row) for row in answer if not row[1]},
    )


def _counted(question: Question, row: tuple[Any, ...]) -> Counted:
    count, errors, unavailable, flags, quantiles, slower, oldest, newest = row[6:]
    over = [Slower(limit_ms=limit, count=many) for limit, many in zip(question.limits, slower, strict=True)]
    return Counted(
        sample=build_sample(count, errors, unavailable, quantiles, over),
        flags=flags if question.kind.has(Column.FLAG) else None,
        oldest_at=_moment(oldest),
        newest_at=_moment(newest),
    )


def _moment(micros: int | None) -> datetime | None:
    return None if micros is None else EPOCH + micros * MICROSECOND
