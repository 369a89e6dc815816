"""A request log as a file: opened safely, and read as one consistent prefix while somebody appends to it.

The prefix ends at the last line end within the size that the file had when it was opened. What stands behind it is a
line that is being written: it is neither hashed nor judged, and is a flaw only once the file has been left alone for a
minute. So the bytes that were hashed are the bytes that were counted, whatever the writer does meanwhile.
"""

import errno
import hashlib
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from bot.adapters.sources.kinds import Kind
from bot.adapters.sources.rows import LONGEST_LINE, Flaw, flaw_of

BLOCK = 1 << 17
"""Bytes read at a time: a block stays in the processor's cache while it is hashed, looked at and handed over."""
SETTLED = timedelta(minutes=1)

Progress = Callable[[int], None]
"""Told how many bytes of the log are read by now."""


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
class Head:
    """How a log begins: its kind, the bytes of its header line, and its first row where there is one."""

    kind: Kind
    size: int
    row: bytes


@dataclass(frozen=True, slots=True)
class Prefix:
    """What was read: the hash over whole lines, header included, how many bytes and lines they are, and whether more
    stood behind."""

    sha256: str
    size: int
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
        raise _unreadable(name, error) from None
    try:
        facts = os.fstat(fd)
        if not stat.S_ISREG(facts.st_mode):
            raise LogProblem("unreadable", f"{name} not_a_file")
        with os.fdopen(fd, "rb", buffering=0, closefd=False) as file:
            yield Log(name, file, facts.st_size, datetime.fromtimestamp(facts.st_mtime, UTC))
    finally:
        os.close(fd)


def head_of(log: Log, kinds: Sequence[Kind]) -> Head:
    """Read the header, which has to be one of these kinds', and the row after it. Raises LogProblem."""
    try:
        begin = os.pread(log.file.fileno(), min(log.size, 2 * LONGEST_LINE), 0)
    except OSError as error:
        raise _unreadable(log.name, error) from None
    line, end, rest = begin.partition(b"\n")
    kind = next((one for one in kinds if line.removesuffix(b"\r") in one.headers), None)
    if kind is None or not end:
        raise LogProblem("bad_header", f"{log.name}:1")
    row, end, _ = rest.partition(b"\n")
    return Head(kind, len(line) + 1, row.removesuffix(b"\r") if end else b"")


class Rows:
    """The rows of a log's prefix as blocks of whole lines, hashed while they are read. Iterate it once."""

    def __init__(self, log: Log, head: Head, progress: Progress | None) -> None:
        self._log = log
        self._head = head
        self._progress = progress or (lambda _: None)
        self._seal = hashlib.sha256()
        self._size = 0
        self._tail = b""

    def __iter__(self) -> Iterator[bytes]:
        """Blocks without the header, each line with LF alone. Raises LogProblem, and Soiled for an endless line."""
        skip = self._head.size
        for block in _blocks(self._log):
            cut = block.rfind(b"\n") + 1
            whole = b"".join((self._tail, memoryview(block)[:cut])) if cut else b""
            self._tail = block[cut:] if cut else self._tail + block
            self._seal.update(whole)
            self._size += len(whole)
            self._progress(self._size + len(self._tail))
            rows = whole[skip:] if skip else whole
            skip = 0 if whole else skip
            if rows:
                yield rows.replace(b"\r\n", b"\n") if b"\r" in rows else rows
            if len(self._tail) > LONGEST_LINE:
                raise Soiled

    @property
    def prefix(self) -> Prefix:
        """What was read so far."""
        return Prefix(self._seal.hexdigest(), self._size, unfinished=bool(self._tail))


def refuse_unfinished(log: Log, prefix: Prefix, now: datetime) -> None:
    """Raise LogProblem for a last line without its end in a file that nobody is writing any more."""
    if prefix.unfinished and now - log.touched_at > SETTLED:
        log.file.seek(0)
        lines = sum(block.count(b"\n") for block in _blocks(log))
        raise bad_row(log, lines + 1, Flaw.CUT)


def first_flaw(log: Log, kind: Kind, latest: datetime) -> LogProblem:
    """The first line that is not a row, for a log of which that is known."""
    log.file.seek(0)
    number, tail = 0, b""
    for block in _blocks(log):
        whole, tail = _split(tail + block)
        for line in whole.split(b"\n")[:-1]:
            number += 1
            row = line.removesuffix(b"\r")
            flaw = flaw_of(row, latest, kind) if len(row) <= LONGEST_LINE else Flaw.TOO_LONG
            if number > 1 and flaw:
                return bad_row(log, number, flaw)
        if len(tail) > LONGEST_LINE:
            return bad_row(log, number + 1, Flaw.TOO_LONG)
    # The reader refused what these rules accept, or the file was changed in place: either way nobody vouches for it.
    return LogProblem("unreadable", f"{log.name} disputed")


def bad_row(log: Log, line: int, flaw: Flaw) -> LogProblem:
    """The problem of one line, as `file:line flaw`."""
    return LogProblem("bad_row", f"{log.name}:{line} {flaw}")


def _blocks(log: Log) -> Iterator[bytes]:
    left = log.size
    while left > 0:
        try:
            block = log.file.read(min(left, BLOCK))
        except OSError as error:
            raise _unreadable(log.name, error) from None
        if not block:
            raise LogProblem("unreadable", f"{log.name} shrunk")
        left -= len(block)
        yield block


def _split(data: bytes) -> tuple[bytes, bytes]:
    """Whole lines, and the beginning of the one after them."""
    end = data.rfind(b"\n") + 1
    return data[:end], data[end:]


def _unreadable(name: str, error: OSError) -> LogProblem:
    return LogProblem("unreadable", f"{name} {errno.errorcode.get(error.errno or 0, 'EIO')}")
