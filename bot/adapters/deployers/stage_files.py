"""Where the files around one stage file lie, and the lock that keeps two writers apart."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.adapters import lock

LOCK_WITHIN = 10.0
"""Seconds. A write takes a few milliseconds; whoever holds the lock longer is stuck."""


class StageBusy(RuntimeError):
    """Another process holds the lock of the stage file and does not let go; nothing was changed."""


@dataclass(frozen=True, slots=True)
class StagePaths:
    """The stage file and its neighbours, all named after it: `desired_stage.txt`, `desired_stage.manifest.json`, …"""

    token: Path

    @property
    def manifest(self) -> Path:
        """What was signed: stage, binding, epoch."""
        return self.token.with_suffix(".manifest.json")

    @property
    def journal(self) -> Path:
        """The manifest of a write that has begun and not ended."""
        return self.token.with_suffix(".pending.json")

    @property
    def epoch(self) -> Path:
        """The highest epoch that was ever signed here, so that an older pair is refused."""
        return self.token.with_suffix(".epoch.json")

    @property
    def hooked(self) -> Path:
        """The epoch whose hooks have run to their end."""
        return self.token.with_suffix(".hooked")

    @property
    def lock(self) -> Path:
        """Held by whoever writes."""
        return self.token.with_suffix(".lock")

    @property
    def hook_log(self) -> Path:
        """What the hooks came to, a line each."""
        return self.token.with_name("hooks.log")

    @property
    def last_hook(self) -> Path:
        """The last change of stage."""
        return self.token.with_name("last_hook.json")


@contextlib.contextmanager
def locked(path: Path, within: float | None = None) -> Iterator[None]:
    """Alone with the stage file; the kernel lets go when the holder dies. Blocks for LOCK_WITHIN, or `within`, seconds
    at most. Raises StageBusy and OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as held:
        try:
            held.enter_context(lock.locked(path, LOCK_WITHIN if within is None else within))
        except lock.LockHeld as busy:
            raise StageBusy(str(busy)) from None
        yield
