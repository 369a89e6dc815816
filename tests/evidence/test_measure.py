"""The definitions of measuring."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.evidence import TrackSample
from bot.evidence.measure import is_error, is_unavailable, percentile, sample_of

TABLE = [
    ([7.0], 0.95, 7.0),
    ([1.0, 2.0], 0.5, 1.5),
    ([1.0, 2.0, 3.0, 4.0, 5.0], 0.95, 4.8),
    ([float(n) for n in range(1, 101)], 0.95, 95.05),
    ([float(n) for n in range(1, 101)], 0.99, 99.01),
    ([0.0, 10.0], 0.0, 0.0),
    ([0.0, 10.0], 1.0, 10.0),
]


@pytest.mark.parametrize(("values", "share", "expected"), TABLE)
def test_percentiles_interpolate_linearly(values: list[float], share: float, expected: float) -> None:
    """The position is share * (n - 1)."""
    assert percentile(values, share) == pytest.approx(expected)


def test_no_values_have_no_percentile() -> None:
    """Nothing is not zero."""
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.95)


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0, 1), st.floats(0, 1))
def test_percentiles_rise(values: list[float], one: float, other: float) -> None:
    """A higher share is never a lower value, and all lie within the values."""
    ordered, (low, high) = sorted(values), sorted((one, other))
    hair = 1e-9 * max(1.0, ordered[-1])
    assert percentile(ordered, low) <= percentile(ordered, high) + hair
    assert ordered[0] - hair <= percentile(ordered, low) <= ordered[-1] + hair


@pytest.mark.parametrize(
    ("status", "error", "unavailable"),
    [
        (200, False, False),
        (404, False, False),
        (429, True, False),
        (499, False, False),
        (500, True, True),
        (599, True, True),
    ],
)
def test_errors_are_5xx_and_429(status: int, error: bool, unavailable: bool) -> None:
    """One definition everywhere; a throttled caller met an available service."""
    assert (is_error(status), is_unavailable(status)) == (error, unavailable)


def test_a_sample_without_requests_has_no_numbers() -> None:
    """Rates and percentiles are unknown, not zero."""
    nothing = sample_of([])
    assert nothing == TrackSample(count=0, errors=0, unavailable=0)
    assert (nothing.error_rate, nothing.availability, nothing.p95_ms) == (None, None, None)


def test_a_sample_counts_both_kinds_of_error() -> None:
    """4 requests: one 500, one 429."""
    some = sample_of([(200, 4.0), (500, 1.0), (429, 3.0), (200, 2.0)])
    assert (some.count, some.errors, some.unavailable, some.p50_ms) == (4, 2, 1, 2.5)
