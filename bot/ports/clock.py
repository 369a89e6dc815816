"""The time, handed in."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The time, handed in."""

    def now(self) -> datetime:
        """The current moment, aware, UTC."""
        ...
