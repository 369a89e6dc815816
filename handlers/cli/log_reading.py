"""Reading one log for the command line: which part of it, and how far the reading is."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from bot.adapters.sources.count import Reading, Span, read_log
from bot.adapters.sources.kinds import Column, Kind
from bot.domain.duration import parse_duration
from bot.evidence.block import moment
from handlers.cli.failures import NotUsable
from handlers.cli.say import Say

QUIET = 2.0
"""Seconds that nobody wants to see a bar for."""


def span_of(window: str, until: str, now: datetime) -> Span:
    """The last `window` before `until`, or everything. Raises NotUsable."""
    if not window:
        if until:
            raise NotUsable("--until ends a --window; name how long that is.")
        return Span(None, None, now)
    length = length_of(window, "--window")
    try:
        end = moment(until) if until else now
    except ValueError:
        raise NotUsable("--until is a moment such as 2026-03-02T10:00:00Z.") from None
    return Span(end - length, end, now)


def length_of(text: str, option: str) -> timedelta:
    """A duration that was typed, longer than nothing. Raises NotUsable."""
    try:
        length = parse_duration(text)
    except ValueError as error:
        raise NotUsable(f"{option}: {error}.") from None
    if length <= timedelta(0):
        raise NotUsable(f"{option} must be longer than 0s.")
    return length


def read(say: Say, path: Path, span: Span, kinds: tuple[Kind, ...], cut: timedelta | None = None) -> Reading:
    """Measure one log, with a bar once that takes long. Raises LogProblem, and NotUsable where a window is asked of a
    log without times."""
    size = path.stat().st_size if path.is_file() else 0
    with bar(f"Measuring {path.name}", size) as progress:
        reading = read_log(path, str(path), span, kinds, cut, progress)
    if (span.start is not None or cut) and not reading.kind.has(Column.TS):
        raise NotUsable(f"{path} has no times, so no part of it can be measured by itself; leave --window out.")
    return reading


@contextmanager
def bar(what: str, size: int, quiet: float = QUIET) -> Iterator[Callable[[int], None] | None]:
    """Something to tell how many bytes are read; it draws on a terminal alone, and not in the first `quiet` seconds."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    shown = Progress(*columns, console=Console(stderr=True), transient=True)
    task = shown.add_task(what, total=size)
    since = time.monotonic()

    def tell(done: int) -> None:
        if not shown.live.is_started and time.monotonic() - since > quiet:
            shown.start()
        shown.update(task, completed=done)

    try:
        yield tell
    finally:
        if shown.live.is_started:
            shown.stop()
