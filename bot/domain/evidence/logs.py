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
    gate asked for. `signature_errors`: wrong signatures, None in a log that does not tell."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    count: int = Field(ge=0)
    errors: int = Field(ge=0)
    unavailable: int = Field(ge=0)
    p50_ms: float | None = None
    p95_ms: float | None = None
    p99_ms: float | None = None
    slower: tuple[Slower, ...] = Field(default=(), exclude_if=lambda value: not value)
    signature_errors: int | None = Field(default=None, ge=0, exclude_if=lambda value: value is None)

    def slower_than(self, limit_ms: float) -> int | None:
        """How many requests took longer, or None when that was not counted."""
        return next((one.count for one in self.slower if one.limit_ms == limit_ms), None)

    @property
    def error_rate(self) -> float | None:
        """Share of requests that failed, or None without requests."""
        return self.errors / self.count if self.count else None

    @property
    def signature_error_rate(self) -> float | None:
        """Share of requests whose signature was wrong, or None without requests or in a log that does not tell."""
        return self.signature_errors / self.count if self.signature_errors is not None and self.count else None

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
    `newest_at` is the newest request seen in any file; None when all are empty. `stable_judged` and `canary_judged` are
    the same tracks by their judge logs, where such were read. `files` stand in the order of these four."""

    kind: Literal["reqlog"] = "reqlog"
    start: datetime
    end: datetime
    stable: TrackSample | None = None
    canary: TrackSample | None = None
    newest_at: datetime | None = None
    files: tuple[LogFile, ...] = ()
    stable_judged: TrackSample | None = Field(default=None, exclude_if=lambda value: value is None)
    canary_judged: TrackSample | None = Field(default=None, exclude_if=lambda value: value is None)

    def sample_of(self, track: Track) -> TrackSample | None:
        """The requests of a track; None where its log was not read."""
        return self.stable if track == "stable" else self.canary

    def judged_of(self, track: Track) -> TrackSample | None:
        """The requests of a track by its judge log; None where that was not read."""
        return self.stable_judged if track == "stable" else self.canary_judged

    def file_of(self, track: Track, judged: bool = False) -> LogFile | None:
        """The file of a track, or its judge log; None where it was not read or nobody says which it was."""
        read = {
            ("stable", False): self.stable,
            ("canary", False): self.canary,
            ("stable", True): self.stable_judged,
            ("canary", True): self.canary_judged,
        }
        places = [place for place, sample in read.items() if sample is not None]
        place = places.index((track, judged)) if (track, judged) in places else len(self.files)
        return self.files[place] if place < len(self.files) else None
