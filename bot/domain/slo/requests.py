"""Limits on measured requests: absolute ones, and the canary against stable."""

from typing import Self

from pydantic import Field, model_validator

from bot.domain.slo.words import Amount, Count, Limits, Rate


class LatencyBlock(Limits):
    """How slow requests may be."""

    max_p95_ms: Amount | None = Field(default=None, description="Highest 95th percentile, in milliseconds.")
    max_p99_ms: Amount | None = Field(default=None, description="Highest 99th percentile, in milliseconds.")
    min_samples: Count = Field(default=1, description="Fewer requests than this decide nothing.")

    @model_validator(mode="after")
    def _limits_something(self) -> Self:
        if self.max_p95_ms is None and self.max_p99_ms is None:
            raise ValueError("set max_p95_ms, max_p99_ms or both")
        return self


class ErrorBlock(Limits):
    """How many requests may fail with 5xx or 429."""

    max_error_rate: Rate = Field(description="Highest share of failed requests, 0..1.")
    min_samples: Count = Field(default=1, description="Fewer requests than this decide nothing.")


class InfraAvailability(Limits):
    """How often the service must answer without 5xx."""

    min_availability: Rate = Field(description="Lowest share of requests that are not 5xx, 0..1.")


class InfraSignatures(Limits):
    """How many signatures may be wrong."""

    max_sig_error_rate: Rate = Field(description="Highest share of signature errors, 0..1.")
    min_samples: Count = Field(default=1, description="Fewer requests than this decide nothing.")


class InfraBlock(Limits):
    """What the infrastructure must keep. Latency limits are multiplied by 1 + `grace_burst`; availability is judged
    only on as many requests as latency asks for."""

    latency: LatencyBlock | None = Field(default=None, description="How slow requests may be.")
    availability: InfraAvailability | None = Field(default=None, description="How often the service must answer.")
    sig: InfraSignatures | None = Field(default=None, description="How many signatures may be wrong.")
    window_sec: Count = Field(default=300, description="Longest span of log, in seconds, that is judged.")
    grace_burst: Rate = Field(default=0.0, description="Tolerance on the latency limits: 0.05 allows 5 % more.")

    @model_validator(mode="after")
    def _limits_something(self) -> Self:
        if self.latency is None and self.availability is None and self.sig is None:
            raise ValueError("set latency, availability or sig")
        return self


class CanaryThresholds(Limits):
    """How much worse than stable the canary may be."""

    max_p95_rel_increase: Amount = Field(default=0.15, description="Highest relative rise of p95: 0.15 allows 15 %.")
    max_error_abs_delta: Rate = Field(default=0.01, description="Highest rise of the error rate: 0.01 is one point.")
    # The source system's default is 0.0005. A default would ask every canary for signatures, which request logs lack.
    max_sig_error_delta: Rate | None = Field(
        default=None, description="Highest rise of the signature error rate. When set, evidence must hold it."
    )


class CanaryBlock(Limits):
    """The canary against the stable track over the same window."""

    thresholds: CanaryThresholds = Field(default_factory=CanaryThresholds, description="How much worse it may be.")
    min_sample_count: Count = Field(default=1000, description="Least requests of each track in a window.")
    guardband_minutes: Amount = Field(
        default=10, description="Minutes that a document must have watched the canary for; a gate watches for its bake."
    )
