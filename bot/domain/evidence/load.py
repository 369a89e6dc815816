"""What a load run saw."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.evidence.base import FactBody


class Latencies(BaseModel):
    """Milliseconds from the moment at which a request was due to its end, failed ones included; percentiles by linear
    interpolation."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    min: float
    mean: float
    median: float
    p75: float
    p90: float
    p95: float
    p99: float
    max: float
    stddev: float


class ErrorSeen(BaseModel):
    """One kind of failure, and how often it came."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    count: int = Field(ge=1)


class LoadMeasurement(FactBody):
    """Requests at a steady rate against one address. `total` were sent of `scheduled`; `held_back` were not, because
    `in_flight` others still waited. `achieved_rps` is the rate at which they were really sent. `health`: the status of
    the look beforehand; where it is not 200, nothing was sent."""

    kind: Literal["load"] = "load"
    url: str
    health: int
    asked_rps: float
    seconds: float
    scheduled: int = Field(ge=0)
    total: int = Field(ge=0)
    ok: int = Field(ge=0)
    failed: int = Field(ge=0)
    timeouts: int = Field(ge=0)
    held_back: int = Field(ge=0)
    in_flight: int = Field(ge=0)
    achieved_rps: float = Field(ge=0)
    latency_ms: Latencies | None = None
    errors: tuple[ErrorSeen, ...] = ()

    @property
    def error_rate(self) -> float | None:
        """Share of sent requests that failed, or None when none was sent."""
        return self.failed / self.total if self.total else None
