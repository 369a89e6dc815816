"""The bytes of a report file: of this very run, whole, and the same that are hashed."""

import os
import stat
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.adapters.reports.problem import ReportProblem

REPORT_LIMIT = 32 << 20
"""Bytes of a report; a larger one is refused."""

_COARSE = timedelta(seconds=2)
"""How far a file system's time may lie behind the clock."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """What stood at a path before the run. None: nothing."""

    mark: tuple[int, int, int, int] | None


def look_at(path: Path) -> Sighting:
    """What stands at a path now, to tell later whether it was written since."""
    try:
        return Sighting(_mark(path.lstat()))
    except OSError:
        return Sighting(None)


def read_fresh(path: Path, before: Sighting, began: datetime, limit: int = REPORT_LIMIT) -> bytes:
    """The bytes of a plain file that was written since `began`. A file that is the one seen before, or is dated before,
    is stale, whatever it holds. Raises ReportProblem."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                raise ReportProblem("unreadable", "not a plain file")
            if _mark(status) == before.mark or status.st_mtime < (began - _COARSE).timestamp():
                raise ReportProblem("stale")
            raw = _read(handle, limit + 1)
        finally:
            os.close(handle)
    except FileNotFoundError:
        raise ReportProblem("missing") from None
    except OSError as error:
        raise ReportProblem("unreadable", error.strerror or "") from None
    if len(raw) > limit:
        raise ReportProblem("too_large", f"over {limit} bytes")
    return raw


def _read(handle: int, most: int) -> bytes:
    """At most so many bytes from the beginning."""
    raw = bytearray()
    while len(raw) < most and (chunk := os.read(handle, min(1 << 20, most - len(raw)))):
        raw += chunk
    return bytes(raw)


def _mark(status: os.stat_result) -> tuple[int, int, int, int]:
    """Which file it is, and when it was last written or touched: nobody can set the change time back."""
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
