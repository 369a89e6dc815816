"""What an evidence document must say of its bill, its load and itself."""

from typing import Literal, Self

from pydantic import Field, model_validator

from bot.domain.slo.words import Amount, Count, Flag, Limits, Percent, Word


class WitnessBlock(Limits):
    """What the measured file must prove about itself."""

    require_csv_sha256: Flag = Field(default=True, description="The SHA-256 of every log must be in the evidence.")
    require_signature: Flag = Field(default=True, description="The evidence must be signed.")
    min_rows: Count = Field(default=1, description="Least number of rows in every log.")


class BudgetBlock(Limits):
    """What may have been spent."""

    allow_levels: tuple[Literal["ok", "warn", "exceeded"], ...] = Field(
        default=("ok", "warn"), description="Budget levels that are accepted."
    )
    max_spent: Amount | None = Field(default=None, description="Highest amount spent.")


class QuotaBlock(Limits):
    """Quota decisions that must not have happened."""

    forbid_actions: dict[Word, tuple[Word, ...]] = Field(
        default_factory=dict, description="Metric -> actions that are forbidden, such as tokens: [deny, throttle]."
    )


class AnomalyBlock(Limits):
    """Whether a spike is acceptable."""

    allow_spike: Flag = Field(default=False, description="Whether evidence with a spike may pass.")


class IntegrityBlock(Limits):
    """What must hold for the evidence document as a whole."""

    require_signature: Flag = Field(default=True, description="The evidence document must be signed.")


class QuorumBlock(Limits):
    """How many judges must agree."""

    k: Count = Field(default=2, description="Judges that must pass.")
    n: Count = Field(default=3, description="Judges that are asked.")
    fail_closed_on_degrade: Flag = Field(default=True, description="A judge that does not answer fails the vote.")

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        if self.k > self.n:
            raise ValueError(f"k must not exceed n, got {self.k} of {self.n}")
        return self


class DriftBlock(Limits):
    """How far distributions may have moved."""

    source: Word | None = Field(default=None, description="Where the drift report comes from.")
    max_abs_diff: Amount = Field(default=0.15, description="Highest absolute difference.")
    max_kl: Amount = Field(default=1.0, description="Highest Kullback-Leibler divergence.")
    forbid_severity: tuple[Word, ...] = Field(default=("critical",), description="Severities that fail.")


class SaturationBlock(Limits):
    """How full the machines may be."""

    max_cpu_percent: Percent = Field(default=90.0, description="Highest processor use, in percent.")
    max_mem_percent: Percent = Field(default=85.0, description="Highest memory use, in percent.")
    max_qps: Amount | None = Field(default=None, description="Highest requests per second.")
    fail_closed: Flag = Field(default=True, description="Missing figures are not accepted.")
