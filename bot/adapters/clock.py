"""The system's clock."""

from datetime import UTC, datetime


class SystemClock:
    """What time it is."""

    def now(self) -> datetime:
        """The current moment, aware, UTC."""
        return datetime.now(UTC)
