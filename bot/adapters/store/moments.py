"""Times as the database keeps them: whole microseconds since 1970, UTC, so that both databases compare them alike."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_micros(moment: datetime) -> int:
    """The stored form of an aware datetime; raises TypeError for a naive one."""
    return (moment - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """The aware UTC datetime behind a stored value."""
    return _EPOCH + timedelta(microseconds=micros)
