"""Files that are either whole or not there, and survive a power cut."""

import contextlib
import os
import secrets
import stat
from collections.abc import Callable
from pathlib import Path

MODE = 0o600
READ_LIMIT = 1 << 20
"""Bytes; the files kept here are small, and a larger one is not ours."""

Checkpoint = Callable[[str], None]
"""Called with the name of each point at which a power cut would leave a different state on the disk."""


class NotOurFile(RuntimeError):
    """The path is a link, a folder or a device, or far too large."""


def pass_by(point: str) -> None:
    """The checkpoint that does nothing."""


def replace_file(path: Path, content: bytes, checkpoint: Checkpoint = pass_by, name: str = "") -> None:
    """Put `content` at `path` in one step, 0600, synced with its folder. One writer at a time: hold a lock.

    Passes `<name>:staged` (temporary file written) and `<name>:placed` (in its place). Raises OSError.
    """
    staged = path.with_name(f".{path.name}.tmp")
    staged.unlink(missing_ok=True)
    _write_new(staged, content)
    checkpoint(f"{name}:staged")
    os.replace(staged, path)
    sync_folder(path.parent)
    checkpoint(f"{name}:placed")


def create_file(path: Path, content: bytes) -> bool:
    """Put `content` at `path` unless something stands there already; True when it was ours. Raises OSError.

    Of several processes that race, exactly one wins, and nobody ever sees half a file.
    """
    staged = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
    _write_new(staged, content)
    try:
        os.link(staged, path)
    except FileExistsError:
        return False
    finally:
        staged.unlink()
    sync_folder(path.parent)
    return True


def remove_file(path: Path) -> None:
    """Remove a file for good; nothing happens when it is not there. Raises OSError."""
    path.unlink(missing_ok=True)
    sync_folder(path.parent)


def read_file(path: Path, limit: int = READ_LIMIT) -> bytes | None:
    """The content of a regular file of at most `limit` bytes, None when nothing is there. Never follows a link, never
    blocks.

    Raises NotOurFile and OSError.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as failure:
        if path.is_symlink():
            raise NotOurFile(str(path)) from failure
        raise
    try:
        about = os.fstat(handle)
        if not stat.S_ISREG(about.st_mode) or about.st_size > limit:
            raise NotOurFile(str(path))
        with os.fdopen(handle, "rb", closefd=False) as file:
            return file.read(limit)
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Make renames in a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_new(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, MODE)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(handle)
    except BaseException:
        with contextlib.suppress(OSError):
            path.unlink()
        raise
