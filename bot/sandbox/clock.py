"""The workspace's clock: real time, plus what a test has turned forward."""

from __future__ import annotations

import time


class Clock:
    """Seconds since the epoch; `advance` makes triggers, response URLs and rate windows age without waiting."""

    def __init__(self) -> None:
        self.ahead = 0.0
        self._last = 0

    def now(self) -> float:
        return time.time() + self.ahead

    def advance(self, seconds: float) -> None:
        self.ahead += seconds

    def ts(self) -> str:
        """A message ts: microseconds of now, never given twice, always growing."""
        micros = max(int(self.now() * 1_000_000), self._last + 1)
        self._last = micros
        return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"
