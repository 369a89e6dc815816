"""Moments and durations in words: Slack shows a moment in the reader's own time zone, everybody else sees UTC."""

from datetime import UTC, datetime, timedelta


def moment(at: datetime, now: datetime | None = None) -> str:
    """A Slack date token; without `now`, or on another day than `now`, the day is named too."""
    utc = at.astimezone(UTC)
    today = now is not None and utc.date() == now.astimezone(UTC).date()
    shape = "{time}" if today else "{date_short_pretty} {time}"
    return f"<!date^{int(utc.timestamp())}^{shape}|{written(at, now)}>"


def written(at: datetime, now: datetime | None = None) -> str:
    """The moment in UTC, such as `14:22 UTC` or `3 Mar 2026 14:22 UTC`."""
    utc = at.astimezone(UTC)
    if now is not None and utc.date() == now.astimezone(UTC).date():
        return f"{utc:%H:%M} UTC"
    return f"{utc.day} {utc:%b %Y %H:%M} UTC"


def span(duration: timedelta) -> str:
    """A duration in its two largest units: `45 s`, `20 min`, `2 h 5 min`, `3 d`."""
    seconds = max(0, round(duration.total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return _pair(seconds, 60, "min", 1, "s")
    if seconds < 86400:
        return _pair(seconds, 3600, "h", 60, "min")
    return _pair(seconds, 86400, "d", 3600, "h")


def _pair(seconds: int, big: int, big_name: str, small: int, small_name: str) -> str:
    whole, rest = divmod(seconds, big)
    part = rest // small
    return f"{whole} {big_name} {part} {small_name}" if part else f"{whole} {big_name}"
