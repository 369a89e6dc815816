"""Measuring what a gate judges."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.evidence import Fact
from bot.domain.release import Release


@dataclass(frozen=True, slots=True)
class Asked:
    """One measurement that is wanted: for which gate, about which version, over [start, end), as of `now`."""

    gate: str
    version: str
    start: datetime
    end: datetime
    now: datetime
    release: Release


class Source(Protocol):
    """Measures for one gate. Never raises for what it reads: what cannot be read is a SourceFailure."""

    async def measure(self, asked: Asked) -> Fact:
        """What there is to see, or a SourceFailure when it cannot be read."""
        ...
