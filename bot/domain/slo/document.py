"""SLO documents as configuration files hold them: the complete format of contracts 1.11.

Every block is optional, and only the blocks that a file holds are enforced; inside a block the defaults apply.
"""

from typing import Literal, Self

from pydantic import Field, model_validator

from bot.domain.slo.account import (
    AnomalyBlock,
    BudgetBlock,
    DriftBlock,
    IntegrityBlock,
    QuorumBlock,
    QuotaBlock,
    SaturationBlock,
    WitnessBlock,
)
from bot.domain.slo.objectives import Objective, Scoring
from bot.domain.slo.requests import CanaryBlock, ErrorBlock, InfraBlock, LatencyBlock
from bot.domain.slo.words import Count, Limits

_NO_BLOCK = ("version", "max_age_sec")


class SloDocument(Limits):
    """One SLO file: the limits that a release must keep. Unknown keys are errors, and so is a file without a block."""

    version: Literal["v1"] = Field(default="v1", description="Version of the format.")
    latency: LatencyBlock | None = Field(default=None, description="How slow requests may be.")
    error: ErrorBlock | None = Field(default=None, description="How many requests may fail.")
    judge_infra: InfraBlock | None = Field(default=None, description="What the infrastructure must keep.")
    canary: CanaryBlock | None = Field(default=None, description="How much worse than stable a canary may be.")
    witness: WitnessBlock | None = Field(default=None, description="What the measured file must prove about itself.")
    budget: BudgetBlock | None = Field(default=None, description="What may have been spent.")
    quota: QuotaBlock | None = Field(default=None, description="Quota decisions that must not have happened.")
    anomaly: AnomalyBlock | None = Field(default=None, description="Whether a spike is acceptable.")
    integrity: IntegrityBlock | None = Field(default=None, description="What must hold for the evidence as a whole.")
    quorum: QuorumBlock | None = Field(default=None, description="How many judges must agree.")
    drift: DriftBlock | None = Field(default=None, description="How far distributions may have moved.")
    saturation: SaturationBlock | None = Field(default=None, description="How full the machines may be.")
    # Left out where they are not set: the digests of releases that were opened before they existed stay what they were.
    objectives: tuple[Objective, ...] = Field(
        default=(), exclude_if=lambda value: not value, description="Limits on single figures, with warn bands."
    )
    scoring: Scoring | None = Field(
        default=None, exclude_if=lambda value: value is None, description="A total score over the objectives."
    )
    max_age_sec: Count | None = Field(
        default=None, exclude_if=lambda value: value is None, description="Seconds that evidence may be old."
    )

    @property
    def blocks(self) -> tuple[str, ...]:
        """Names of the blocks that the file holds, in the order of the format."""
        return tuple(name for name in type(self).model_fields if name not in _NO_BLOCK and getattr(self, name))

    @property
    def reads_signatures(self) -> bool:
        """Whether anything in it is about what judge logs hold."""
        asked = self.canary is not None and self.canary.thresholds.max_sig_error_delta is not None
        named = (one.indicator for one in self.objectives)
        judged = any(one.startswith("infra.") or one == "canary.sig_error_delta" for one in named)
        return self.judge_infra is not None or asked or judged

    @model_validator(mode="after")
    def _limits_something(self) -> Self:
        if not self.blocks:
            raise ValueError("the file holds no block, so it would limit nothing")
        if self.scoring and not sum(one.weight for one in self.objectives):
            raise ValueError("scoring needs objectives that weigh something")
        return self
