"""Reading what a service did."""

from datetime import datetime
from typing import Protocol

from bot.domain.evidence import Fact


class Source(Protocol):
    """Measures request logs. Blocking: call it in a thread."""

    def measure(self, gate: str, version: str, start: datetime, end: datetime, now: datetime) -> Fact:
        """What the logs show over [start, end): a LogMeasurement, or a SourceFailure when they cannot be read."""
        ...
