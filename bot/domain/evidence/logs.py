"""What request logs showed, track by track."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.evidence.base import FactBody

Track = Literal["stable", "canary"]
"""Whose requests a log holds: the live version's, or the one's that is being released."""


class Slower(BaseModel):
    """How many requests took longer than a limit."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    limit_ms: float = Field(gt=0)
    count: int = Field(ge=0)


class TrackSample(BaseModel):
    """Requests of one track inside one window. Latencies are milliseconds (linear interpolation), None when count is 0.
    Errors are 5xx and 429; `unavailable` counts 5xx alone (contracts 1.10). `slower`: counts over the limits that the
    gate asked for."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    count: int = Field(ge=0)
    errors: int = Field(ge=0)
    unavailable: int = Field(ge=0)
    p50_ms: float | None = None
    p95_ms: float | None = None
    p99_ms: float | None = None
    slower: tuple[Slower, ...] = Field(default=(), exclude_if=lambda value: not value)

    def slower_than(self, limit_ms: float) -> int | None:
        """How many requests took longer, or None when that was not counted."""
        return next((one.count for one in self.slower if one.limit_ms == limit_ms), None)

    @property
    def error_rate(self) -> float | None:
        """Share of requests that failed, or None without requests."""
        return self.errors / self.count if self.count else None

    @property
    def availability(self) -> float | None:
        """Share of requests that were not 5xx, or None without requests."""
        return 1 - self.unavailable / self.count if self.count else None


class LogFile(BaseModel):
    """The file that a measurement was read from, so that it can be checked later: `sha256` is over its first `size`
    bytes, since a log grows on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str
    sha256: str
    size: int = Field(ge=0)
    rows: int = Field(ge=0)


class LogMeasurement(FactBody):
    """Request logs measured over [start, end): the canary track, and the stable track where the gate compares.
    `newest_at` is the newest request seen in any file; None when all are empty."""

    kind: Literal["reqlog"] = "reqlog"
    start: datetime
    end: datetime
    stable: TrackSample | None = None
    canary: TrackSample | None = None
    newest_at: datetime | None = None
    files: tuple[LogFile, ...] = ()
