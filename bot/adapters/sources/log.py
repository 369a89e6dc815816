"""A request log as a file: opened safely, and read as one consistent prefix while somebody appends to it.

The prefix ends at the last line end within the size that the file had when it was opened. What stands behind it is a
line that is being written: it is neither hashed nor judged, and is a flaw only once the file has been left alone for a
minute. So the bytes that were hashed are the bytes that were counted, whatever the writer does meanwhile.
"""

import errno
import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from bot.adapters.sources.rows import ALPHABET, HEADER, LONGEST_LINE, Flaw, flaw_of

BLOCK = 1 << 20
SETTLED = timedelta(minutes=1)


class LogProblem(Exception):
    """A log cannot be judged. `code`: missing, unreadable, bad_header or bad_row; `detail`: file, line and flaw."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code} {detail}")
        self.code = code
        self.detail = detail


class Soiled(Exception):
    """Some line is not a row; `first_flaw` finds it."""


@dataclass(frozen=True, slots=True)
class Log:
    """An open log. `size`: bytes when it was opened; `touched_at`: when it was last written to."""

    name: str
    file: BinaryIO
    size: int
    touched_at: datetime


@dataclass(frozen=True, slots=True)
class Prefix:
    """What was read: the hash over whole lines, header included, how many bytes and lines they are, and whether more
    stood behind."""

    sha256: str
    size: int
    lines: int
    unfinished: bool


@contextmanager
def open_log(path: Path, name: str) -> Iterator[Log]:
    """Open a log, known to people as `name`. Raises LogProblem for anything but a readable regular file."""
    try:
        # Without O_NONBLOCK, opening a named pipe would wait for its writer forever.
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        raise LogProblem("missing", name) from None
    except OSError as error:
        raise LogProblem("unreadable", f"{name} {errno.errorcode.get(error.errno or 0, 'EIO')}") from None
    try:
        facts = os.fstat(fd)
        if not stat.S_ISREG(facts.st_mode):
            raise LogProblem("unreadable", f"{name} not_a_file")
        with os.fdopen(fd, "rb", buffering=0, closefd=False) as file:
            yield Log(name, file, facts.st_size, datetime.fromtimestamp(facts.st_mtime, UTC))
    finally:
        os.close(fd)


def send_rows(log: Log, sink: Callable[[bytes], None]) -> Prefix:
    """Hash the prefix and hand its rows to `sink` in blocks of whole lines, without header, empty lines and CR.

    Raises LogProblem for a wrong header, Soiled as soon as a byte or a number of commas cannot belong to rows.
    """
    seal, size, lines = hashlib.sha256(), 0, 0
    tail = b""
    for block in _blocks(log):
        whole, tail = _split(tail + block)
        rows = whole
        if lines == 0:
            header, _, rows = whole.partition(b"\n")
            _check_header(log, header)
        seal.update(whole)
        size += len(whole)
        lines += whole.count(b"\n")
        sink(_only_rows(rows))
        if len(tail) > LONGEST_LINE:
            raise Soiled
    if lines == 0:
        _check_header(log, b"")
    return Prefix(seal.hexdigest(), size, lines, unfinished=bool(tail))


def refuse_unfinished(log: Log, prefix: Prefix, now: datetime) -> None:
    """Raise LogProblem for a last line without its end in a file that nobody is writing any more."""
    if prefix.unfinished and now - log.touched_at > SETTLED:
        raise bad_row(log, prefix.lines + 1, Flaw.CUT)


def first_flaw(log: Log, latest: datetime) -> LogProblem:
    """The first line that is not a row, for a log of which that is known."""
    log.file.seek(0)
    number, tail = 0, b""
    for block in _blocks(log):
        whole, tail = _split(tail + block)
        for line in whole.split(b"\n")[:-1]:
            number += 1
            row = line.removesuffix(b"\r")
            flaw = flaw_of(row, latest) if len(row) <= LONGEST_LINE else Flaw.TOO_LONG
            if number > 1 and flaw:
                return bad_row(log, number, flaw)
        if len(tail) > LONGEST_LINE:
            return bad_row(log, number + 1, Flaw.TOO_LONG)
    # The reader refused what these rules accept, or the file was changed in place: either way nobody vouches for it.
    return LogProblem("unreadable", f"{log.name} disputed")


def bad_row(log: Log, line: int, flaw: Flaw) -> LogProblem:
    """The problem of one line, as `file:line flaw`."""
    return LogProblem("bad_row", f"{log.name}:{line} {flaw}")


def _check_header(log: Log, line: bytes) -> None:
    if line.removesuffix(b"\r") != HEADER:
        raise LogProblem("bad_header", f"{log.name}:1")


def _blocks(log: Log) -> Iterator[bytes]:
    left = log.size
    while left > 0:
        try:
            block = log.file.read(min(left, BLOCK))
        except OSError as error:
            raise LogProblem("unreadable", f"{log.name} {errno.errorcode.get(error.errno or 0, 'EIO')}") from None
        if not block:
            raise LogProblem("unreadable", f"{log.name} shrunk")
        left -= len(block)
        yield block


def _split(data: bytes) -> tuple[bytes, bytes]:
    """Whole lines, and the beginning of the one after them."""
    end = data.rfind(b"\n") + 1
    return data[:end], data[end:]


def _only_rows(whole: bytes) -> bytes:
    rows = whole.replace(b"\r\n", b"\n") if b"\r" in whole else whole
    if rows.startswith(b"\n") or b"\n\n" in rows:
        rows = b"".join(line + b"\n" for line in rows.split(b"\n") if line)
    # DuckDB drops an empty fourth column without a word; the commas tell.
    if rows.translate(None, ALPHABET) or rows.count(b",") != 2 * rows.count(b"\n"):
        raise Soiled
    return rows
