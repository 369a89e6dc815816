"""Being alone with a file: a lock beside it that the kernel gives back when its holder dies."""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

WITHIN = 10.0
"""Seconds. What is done under such a lock takes milliseconds; whoever holds it longer is stuck."""

_LOOK_AGAIN = 0.02


class LockHeld(RuntimeError):
    """Another process holds the lock and does not let go; nothing was changed. The message names the lock."""


@contextlib.contextmanager
def locked(path: Path, within: float = WITHIN) -> Iterator[None]:
    """Alone with whatever this lock guards, after at most `within` seconds. The lock's file stays behind, since taking
    it away would let two in. Raises LockHeld and OSError."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        _take(handle, path, within)
        yield
    finally:
        os.close(handle)


def _take(handle: int, path: Path, within: float) -> None:
    deadline = time.monotonic() + within
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise LockHeld(f"{path} stays locked") from None
            time.sleep(_LOOK_AGAIN)
