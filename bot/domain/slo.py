"""SLO documents as configuration files hold them: the complete format of contracts 1.11.

Every block is optional, and only the blocks that a file holds are enforced; inside a block the defaults apply.
"""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Amount = Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False)]
"""A finite number that is not negative; text and booleans are refused."""

Rate = Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False)]
"""A share, 0..1."""

Percent = Annotated[float, Field(strict=True, ge=0, le=100, allow_inf_nan=False)]
Count = Annotated[int, Field(strict=True, ge=1, le=1_000_000_000)]
Flag = Annotated[bool, Field(strict=True)]
Word = Annotated[str, Field(strict=True, min_length=1, max_length=200)]


class _Block(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LatencyBlock(_Block):
    """How slow requests may be."""

    max_p95_ms: Amount | None = Field(default=None, description="Highest 95th percentile, in milliseconds.")
    max_p99_ms: Amount | None = Field(default=None, description="Highest 99th percentile, in milliseconds.")
    min_samples: Count = Field(default=1, description="Fewer requests than this decide nothing.")

    @model_validator(mode="after")
    def _limits_something(self) -> Self:
        if self.max_p95_ms is None and self.max_p99_ms is None:
            raise ValueError("set max_p95_ms, max_p99_ms or both")
        return self


class ErrorBlock(_Block):
    """How many requests may fail with 5xx or 429."""

    max_error_rate: Rate = Field(description="Highest share of failed requests, 0..1.")
    min_samples: Count = Field(default=1, description="Fewer requests than this decide nothing.")


class WitnessBlock(_Block):
    """What the measured file must prove about itself."""

    require_csv_sha256: Flag = Field(default=True, description="The SHA-256 of every log must be in the evidence.")
    require_signature: Flag = Field(default=True, description="The evidence must be signed.")
    min_rows: Count = Field(default=1, description="Least number of rows in every log.")


class InfraAvailability(_Block):
    """How often the service must answer without 5xx."""

    min_availability: Rate = Field(description="Lowest share of requests that are not 5xx, 0..1.")


class InfraSignatures(_Block):
    """How many signatures may be wrong."""

    max_sig_error_rate: Rate = Field(description="Highest share of signature errors, 0..1.")
    min_samples: Count = Field(default=1, description="Fewer requests than this decide nothing.")


class InfraBlock(_Block):
    """What the infrastructure must keep. Latency limits are multiplied by 1 + `grace_burst`; availability is judged
    only on as many requests as latency asks for."""

    latency: LatencyBlock | None = Field(default=None, description="How slow requests may be.")
    availability: InfraAvailability | None = Field(default=None, description="How often the service must answer.")
    sig: InfraSignatures | None = Field(default=None, description="How many signatures may be wrong.")
    window_sec: Count = Field(default=300, description="Seconds of log that the limits are meant for; not judged.")
    grace_burst: Rate = Field(default=0.0, description="Tolerance on the latency limits: 0.05 allows 5 % more.")

    @model_validator(mode="after")
    def _limits_something(self) -> Self:
        if self.latency is None and self.availability is None and self.sig is None:
            raise ValueError("set latency, availability or sig")
        return self


class CanaryThresholds(_Block):
    """How much worse than stable the canary may be."""

    max_p95_rel_increase: Amount = Field(default=0.15, description="Highest relative rise of p95: 0.15 allows 15 %.")
    max_error_abs_delta: Rate = Field(default=0.01, description="Highest rise of the error rate: 0.01 is one point.")
    # The source system's default is 0.0005. A default would ask every canary for signatures, which request logs lack.
    max_sig_error_delta: Rate | None = Field(
        default=None, description="Highest rise of the signature error rate. When set, evidence must hold it."
    )


class CanaryBlock(_Block):
    """The canary against the stable track over the same window."""

    thresholds: CanaryThresholds = Field(default_factory=CanaryThresholds, description="How much worse it may be.")
    min_sample_count: Count = Field(default=1000, description="Least requests of each track in a window.")
    guardband_minutes: Amount = Field(default=10, description="Minutes around a change; carried, not judged.")


class BudgetBlock(_Block):
    """What may have been spent."""

    allow_levels: tuple[Literal["ok", "warn", "exceeded"], ...] = Field(
        default=("ok", "warn"), description="Budget levels that are accepted."
    )
    max_spent: Amount | None = Field(default=None, description="Highest amount spent.")


class QuotaBlock(_Block):
    """Quota decisions that must not have happened."""

    forbid_actions: dict[Word, tuple[Word, ...]] = Field(
        default_factory=dict, description="Metric -> actions that are forbidden, such as tokens: [deny, throttle]."
    )


class AnomalyBlock(_Block):
    """Whether a spike is acceptable."""

    allow_spike: Flag = Field(default=False, description="Whether evidence with a spike may pass.")


class IntegrityBlock(_Block):
    """What must hold for the evidence document as a whole."""

    require_signature: Flag = Field(default=True, description="The evidence document must be signed.")


class QuorumBlock(_Block):
    """How many judges must agree."""

    k: Count = Field(default=2, description="Judges that must pass.")
    n: Count = Field(default=3, description="Judges that are asked.")
    fail_closed_on_degrade: Flag = Field(default=True, description="A judge that does not answer fails the vote.")

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        if self.k > self.n:
            raise ValueError(f"k must not exceed n, got {self.k} of {self.n}")
        return self


class DriftBlock(_Block):
    """How far distributions may have moved."""

    source: Word | None = Field(default=None, description="Where the drift report comes from.")
    max_abs_diff: Amount = Field(default=0.15, description="Highest absolute difference.")
    max_kl: Amount = Field(default=1.0, description="Highest Kullback-Leibler divergence.")
    forbid_severity: tuple[Word, ...] = Field(default=("critical",), description="Severities that fail.")


class SaturationBlock(_Block):
    """How full the machines may be."""

    max_cpu_percent: Percent = Field(default=90.0, description="Highest processor use, in percent.")
    max_mem_percent: Percent = Field(default=85.0, description="Highest memory use, in percent.")
    max_qps: Amount | None = Field(default=None, description="Highest requests per second.")
    fail_closed: Flag = Field(default=True, description="Missing figures are not accepted.")


class SloDocument(_Block):
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

    @property
    def blocks(self) -> tuple[str, ...]:
        """Names of the blocks that the file holds, in the order of the format."""
        return tuple(name for name in type(self).model_fields if name != "version" and getattr(self, name) is not None)

    @model_validator(mode="after")
    def _holds_a_block(self) -> Self:
        if not self.blocks:
            raise ValueError("the file holds no block, so it would limit nothing")
        return self
