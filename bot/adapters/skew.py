"""How far two clocks lie apart, when one of them was asked over a network."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

NOTHING = timedelta()


def skew(before: datetime, after: datetime, theirs: datetime) -> timedelta:
    """Their clock minus ours, at least: they were asked after `before` and answered before `after`, by our clock, so
    whatever they say between the two is no difference at all."""
    if theirs < before:
        return theirs - before
    if theirs > after:
        return theirs - after
    return NOTHING


def read_date(header: str | None) -> datetime | None:
    """The moment in an HTTP Date header, in UTC; None when there is none that can be read."""
    try:
        moment = parsedate_to_datetime(header or "")
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError):
        return None
