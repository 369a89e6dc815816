"""A token bucket: so many questions at once, and so many a second after that."""

from datetime import datetime


class Bucket:
    """Hands out turns. Full at the start."""

    def __init__(self, per_second: float, burst: int) -> None:
        self._per_second = per_second
        self._burst = burst
        self._tokens = float(burst)
        self._seen: datetime | None = None

    def wait_of(self, now: datetime) -> float:
        """Take a turn; how many seconds to wait for it, 0 for one that is free."""
        if self._seen is not None:
            gained = max((now - self._seen).total_seconds(), 0) * self._per_second
            self._tokens = min(self._burst, self._tokens + gained)
        self._seen = now
        self._tokens -= 1
        return max(-self._tokens / self._per_second, 0)
