"""A circuit breaker: a judge that keeps failing is left alone for a while, so that nobody waits for it."""

from datetime import datetime, timedelta


class Breaker:
    """Opens after so many failures in a row; after the reset time one try is let through, and its end decides."""

    def __init__(self, max_failures: int, reset: timedelta) -> None:
        self._most = max_failures
        self._reset = reset
        self._failures = 0
        self._shut_until: datetime | None = None

    def allows(self, now: datetime) -> bool:
        """Whether the judge may be asked now. Whoever is let through reports how it went."""
        if self._shut_until is None:
            return True
        if now < self._shut_until:
            return False
        self._shut_until = now + self._reset  # one try; the others wait for what comes of it
        return True

    def succeeded(self) -> None:
        """The judge answered."""
        self._failures = 0
        self._shut_until = None

    def failed(self, now: datetime) -> None:
        """It did not."""
        self._failures += 1
        if self._failures >= self._most:
            self._shut_until = now + self._reset
