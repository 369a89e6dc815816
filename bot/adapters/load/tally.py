"""What the requests of a load run add up to."""

import statistics
from collections import Counter

from bot.adapters.load.call import TIMED_OUT
from bot.domain.evidence.load import ErrorSeen, Latencies
from bot.evidence.measure import percentile

_ERRORS_KEPT = 10


class Tally:
    """Takes every request's end."""

    def __init__(self) -> None:
        self._latencies: list[float] = []
        self._errors: Counter[str] = Counter()
        self.ok = 0

    def add(self, latency_ms: float, error: str) -> None:
        """One request ended, so long after it was due."""
        self._latencies.append(latency_ms)
        if error:
            self._errors[error] += 1
        else:
            self.ok += 1

    @property
    def total(self) -> int:
        """How many ended."""
        return len(self._latencies)

    @property
    def timeouts(self) -> int:
        """How many were given up."""
        return self._errors[TIMED_OUT]

    def errors(self) -> tuple[ErrorSeen, ...]:
        """The first distinct failures, in the order in which they came."""
        seen = [(text, count) for text, count in self._errors.items() if count]
        return tuple(ErrorSeen(text=text[:200], count=count) for text, count in seen[:_ERRORS_KEPT])

    def latencies(self) -> Latencies | None:
        """The distribution over all requests, failed ones included; None without any."""
        ordered = sorted(self._latencies)
        if not ordered:
            return None
        shares = {"median": 0.5, "p75": 0.75, "p90": 0.9, "p95": 0.95, "p99": 0.99}
        return Latencies(
            min=ordered[0],
            mean=statistics.fmean(ordered),
            max=ordered[-1],
            stddev=statistics.pstdev(ordered),
            **{name: percentile(ordered, share) for name, share in shares.items()},
        )
