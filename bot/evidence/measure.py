"""What is measured in a request log: the one definition of an error and the one definition of a percentile.

Readers that count in SQL use these constants, and are tested against `sample_of`.
"""

from collections.abc import Iterable, Sequence

from bot.domain.evidence import Slower, TrackSample

SERVER_ERROR = 500
"""Statuses from here on are server errors: the service was not available."""

THROTTLED = 429
"""Counts as an error, since the caller was not served, but the service was available."""

QUANTILES = (0.50, 0.95, 0.99)
"""The percentiles of a TrackSample, in the order of its fields."""


def is_error(status: int) -> bool:
    """Whether a request failed: 5xx and 429 (contracts 1.10)."""
    return status >= SERVER_ERROR or status == THROTTLED


def is_unavailable(status: int) -> bool:
    """Whether the service did not answer for itself: 5xx alone (contracts 1.10, availability)."""
    return status >= SERVER_ERROR


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value below which `share` (0..1) of the sorted values lie, by linear interpolation between neighbours.

    The position is share * (n - 1), as in DuckDB's quantile_cont and NumPy's default. Raises ValueError without values.
    """
    if not ordered:
        raise ValueError("no values have no percentile")
    position = share * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)


def sample_of(requests: Iterable[tuple[int, float]], limits: Sequence[float] = ()) -> TrackSample:
    """The sample that requests, each a status and a latency in milliseconds, amount to; those slower than each of the
    limits are counted."""
    answered = list(requests)
    latencies = sorted(latency for _, latency in answered)
    return build_sample(
        count=len(answered),
        errors=sum(is_error(status) for status, _ in answered),
        unavailable=sum(is_unavailable(status) for status, _ in answered),
        quantiles=[percentile(latencies, share) for share in QUANTILES] if latencies else None,
        slower=[Slower(limit_ms=limit, count=sum(latency > limit for latency in latencies)) for limit in limits],
    )


def build_sample(
    count: int, errors: int, unavailable: int, quantiles: Sequence[float] | None, slower: Sequence[Slower] = ()
) -> TrackSample:
    """A sample from counted figures; `quantiles` are those of QUANTILES, None without requests."""
    p50, p95, p99 = quantiles or (None, None, None)
    return TrackSample(
        count=count,
        errors=errors,
        unavailable=unavailable,
        p50_ms=p50,
        p95_ms=p95,
        p99_ms=p99,
        slower=tuple(slower),
    )
