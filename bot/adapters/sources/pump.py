"""Pipes that DuckDB reads a log from: as many as it has threads, each block of lines into whichever has room."""

import fcntl
import os
import select
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

_WIDE = 1 << 20
"""Bytes that a pipe should hold, where the system allows it (Linux); the default is 64 KiB."""


@contextmanager
def pipes(count: int) -> Iterator[tuple[list[int], list[int]]]:
    """Reading and writing ends. The reading ends are closed on the way out: only then does a pump that was left behind
    by its reader wake up. The writing ends are the pump's to close."""
    reading, writing = zip(*(os.pipe() for _ in range(count)), strict=True)
    for one in writing:
        os.set_blocking(one, False)
        if hasattr(fcntl, "F_SETPIPE_SZ"):
            try:
                fcntl.fcntl(one, fcntl.F_SETPIPE_SZ, _WIDE)
            except OSError:
                break  # this user has enough wide pipes already; narrow ones do too
    try:
        yield list(reading), list(writing)
    finally:
        for one in reading:
            os.close(one)


def pump(blocks: Iterable[bytes], writing: list[int]) -> None:
    """Write every block into one of the pipes, whole, then close them. A pipe that nobody reads yet holds up no other.

    Raises BrokenPipeError when the reader is gone, and whatever `blocks` raises; the pipes are closed in any case.
    """
    source = iter(blocks)
    left: dict[int, memoryview] = dict.fromkeys(writing, memoryview(b""))
    room = select.poll()
    for one in writing:
        room.register(one, select.POLLOUT)
    try:
        while left:
            for one, _ in room.poll():
                block = left[one] or memoryview(next(source, b""))
                if not block:
                    room.unregister(one)
                    del left[one]
                    os.close(one)
                    continue
                left[one] = block[_write(one, block) :]
    finally:
        for one in left:
            os.close(one)


def _write(pipe: int, block: memoryview) -> int:
    try:
        return os.write(pipe, block)
    except BlockingIOError:
        return 0
