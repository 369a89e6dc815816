"""Where the ring of the judges lies: in the environment, in a file. AWS's places are in `aws.py`."""

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from bot.adapters.durable import NotOurFile, read_file, replace_file
from bot.adapters.keys.errors import KeysNotWritable, KeysUnusable
from bot.adapters.keys.key_list import read_keys, write_keys
from bot.adapters.lock import locked
from bot.settings.credentials import JudgeKey

Keys = tuple[JudgeKey, ...]
Change = Callable[[Keys], Keys]
"""From the keys as they stand to the keys as they shall stand. Called under the source's lock, with what is there."""


class KeySource(Protocol):
    """One place that holds the whole ring."""

    @property
    def name(self) -> str:
        """The environment variable that names it."""
        ...

    @property
    def place(self) -> str:
        """Where that is, for people."""
        ...

    @property
    def writable(self) -> bool:
        """Whether Interlock can write there at all; whether it may, shows when it tries."""
        ...

    def load(self) -> Keys:
        """The keys as they stand. Raises KeysUnusable. Blocking."""
        ...

    def change(self, change: Change) -> Keys:
        """Read, change, write and read again; what stands there then. Raises KeysUnusable, KeysNotWritable, KeysMoved,
        LockHeld. Blocking."""
        ...


class GivenKeys:
    """Keys that came with the environment: they stand as long as the process, and only whoever starts it changes
    them."""

    place = "the environment"
    writable = False

    def __init__(self, name: str, keys: Keys) -> None:
        self.name = name
        self._keys = keys

    def load(self) -> Keys:
        """The keys as given."""
        return self._keys

    def change(self, change: Change) -> Keys:
        """Raises KeysNotWritable."""
        raise KeysNotWritable(KeysNotWritable.__doc__)


class KeyFile:
    """A file with the list, closed to others. What a link leads to is meant: that is how secrets are mounted."""

    writable = True

    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self.place = str(path)
        self._path = path

    def load(self) -> Keys:
        """The keys in the file."""
        return read_keys(read_private(self._path, self.name), self.name)

    def change(self, change: Change) -> Keys:
        """Under a lock beside the file, in one step."""
        path = self._path.resolve()
        try:
            with locked(path.with_name(f".{path.name}.lock")):
                replace_file(path, write_keys(change(self.load())))
                return self.load()
        except PermissionError as denied:
            raise KeysNotWritable(f"{self._path} may not be written by this process") from denied


def read_private(path: Path, source: str) -> bytes:
    """The bytes of a file that others cannot read. Raises KeysUnusable."""
    try:
        raw = read_file(path.resolve())
        mode = stat.S_IMODE(os.stat(path).st_mode) if raw is not None else 0
    except (NotOurFile, OSError) as failure:
        why = failure.strerror if isinstance(failure, OSError) else None
        raise KeysUnusable("unreadable", source, f"{path} cannot be read ({why or 'no plain file'}).") from failure
    if raw is None:
        raise KeysUnusable("not_there", source, f"there is no file {path}.")
    if mode & 0o007:
        raise KeysUnusable("exposed", source, f"{path} can be read by others; run: chmod 600 {path}.")
    return raw
