"""The breaker and the bucket, with a clock whose hands are turned."""

from datetime import UTC, datetime, timedelta

from bot.adapters.judges.breaker import Breaker
from bot.adapters.judges.bucket import Bucket

NOW = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_it_opens_after_so_many_failures_in_a_row_and_closes_after_a_good_try() -> None:
    breaker = Breaker(3, timedelta(seconds=5))
    for _ in range(3):
        assert breaker.allows(NOW)
        breaker.failed(NOW)
    assert not breaker.allows(after(4.9))
    assert breaker.allows(after(5))
    breaker.succeeded()
    assert breaker.allows(after(5))


def test_one_try_alone_tells_whether_it_closes() -> None:
    """While that one is under way the others wait, and its failure opens the breaker again at once."""
    breaker = Breaker(1, timedelta(seconds=5))
    breaker.failed(NOW)
    assert breaker.allows(after(5))
    assert not breaker.allows(after(5))
    breaker.failed(after(6))
    assert not breaker.allows(after(10.9))
    assert breaker.allows(after(11))


def test_a_success_in_between_starts_the_count_again() -> None:
    breaker = Breaker(2, timedelta(seconds=5))
    breaker.failed(NOW)
    breaker.succeeded()
    breaker.failed(NOW)
    assert breaker.allows(NOW)


def test_a_bucket_lets_a_burst_through_and_then_its_rate() -> None:
    bucket = Bucket(10, 2)
    assert [bucket.wait_of(NOW) for _ in range(4)] == [0, 0, 0.1, 0.2]
    assert bucket.wait_of(after(10)) == 0, "full again, and no fuller than full"
    assert [bucket.wait_of(after(10)) for _ in range(2)] == [0, 0.1]
