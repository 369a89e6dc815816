"""How a canary gate judges with statistics: the settings of the always-valid test (engines B.2)."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.domain.slo import LatencyBlock, SloDocument

Chance = Annotated[float, Field(gt=0, lt=0.5, allow_inf_nan=False)]
Times = Annotated[float, Field(ge=1, le=1000, allow_inf_nan=False)]
Milliseconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class _Setting(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class HardStop(_Setting):
    """What a single window may not show, whatever the evidence so far."""

    ratio: Times = Field(default=10, description="Share of failed or slow requests, as a multiple of stable's.")
    requests: int = Field(default=50, ge=1, description="Least canary requests in the window.")
    events: int = Field(default=10, ge=1, description="Least failed or slow ones among them.")


class Statistics(_Setting):
    """How windows are weighed: by fixed thresholds each, or all together by evidence that may be looked at any time."""

    mode: Literal["fixed", "sequential"] = Field(default="fixed", description="Fixed thresholds, or evidence.")
    alpha: Chance = Field(default=0.01, description="Chance that a canary as good as stable fails.")
    beta: Chance = Field(default=0.05, description="Chance that a canary passes that is `worse` times as bad.")
    margin: Times = Field(default=1.2, description="Failed or slow requests, as a multiple of stable's, that are fine.")
    worse: Times = Field(default=2, description="The multiple of stable's that has to be ruled out for a pass.")
    floor: float = Field(
        default=0.001, ge=0, lt=1, allow_inf_nan=False,
        description="A share of failed or slow requests below this is no harm, however small stable's is.",
    )  # fmt: skip
    slow_ms: tuple[Milliseconds, ...] = Field(
        default=(), description="Requests slower than this are counted and compared; else the file's lowest limit."
    )
    hard_stop: HardStop = Field(default_factory=HardStop, description="What a single window may not show.")

    @model_validator(mode="after")
    def _apart(self) -> Self:
        if self.worse <= self.margin:
            raise ValueError(f"worse must exceed margin, got {self.worse:g} and {self.margin:g}")
        if len(set(self.slow_ms)) < len(self.slow_ms):
            raise ValueError("slow_ms names a limit twice")
        return self

    def slow_limits(self, slo: SloDocument) -> tuple[float, ...]:
        """Milliseconds beyond which requests of both tracks are counted and compared; empty when nothing says so."""
        return self.slow_ms or tuple(sorted({limit.ms for limit in latency_limits(slo)})[:1])


class LatencyLimit(_Setting):
    """A limit on a percentile, as a limit on counts: at most `share` of the requests may take longer than `ms`."""

    name: str
    ms: float
    share: float


def latency_limits(slo: SloDocument) -> tuple[LatencyLimit, ...]:
    """The latency limits of a document, `grace_burst` included (contracts 1.11)."""
    infra = slo.judge_infra
    blocks: list[tuple[str, LatencyBlock | None, float]] = [
        ("latency", slo.latency, 1.0),
        ("infra.latency", infra.latency if infra else None, 1 + infra.grace_burst if infra else 1.0),
    ]
    return tuple(
        LatencyLimit(name=f"{name}.{percentile}", ms=limit * grace, share=share)
        for name, block, grace in blocks
        if block is not None
        for percentile, limit, share in (("p95", block.max_p95_ms, 0.05), ("p99", block.max_p99_ms, 0.01))
        if limit is not None
    )
