"""Moments and durations."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.views.times import moment, span

AT = datetime(2026, 3, 3, 14, 22, tzinfo=UTC)


def test_a_moment_of_today_is_a_time_and_any_other_names_its_day() -> None:
    """In the reader's zone by token, in UTC for everybody else."""
    assert moment(AT, AT) == "<!date^1772547720^{time}|14:22 UTC>"
    assert moment(AT, AT + timedelta(days=1)) == "<!date^1772547720^{date_short_pretty} {time}|3 Mar 2026 14:22 UTC>"
    assert moment(AT).endswith("|3 Mar 2026 14:22 UTC>")


def test_other_zones_are_written_in_utc() -> None:
    """One clock for everybody."""
    assert moment(AT.astimezone(timezone(timedelta(hours=9))), AT) == moment(AT, AT)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (45, "45 s"), (1200, "20 min"), (7500, "2 h 5 min"), (90, "1 min 30 s"), (259200, "3 d"), (-5, "0 s")],
)
def test_durations_have_two_units_at_most(seconds: int, words: str) -> None:
    """Enough to decide by."""
    assert span(timedelta(seconds=seconds)) == words
