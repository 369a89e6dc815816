"""Objectives: limits on single figures of the evidence, with a warn band, a weight, and a comparison with the last good
release. All of it is ours; a file of the source system holds none."""

from typing import Literal, Self

from pydantic import Field, model_validator

from bot.domain.slo.words import Amount, Flag, Limits, Rate, Ratio

Indicator = Literal[
    "latency.p50_ms",
    "latency.p95_ms",
    "latency.p99_ms",
    "error_rate",
    "error_budget.burn",
    "infra.latency.p95_ms",
    "infra.latency.p99_ms",
    "infra.availability",
    "infra.signature_error_rate",
    "canary.p95_rel",
    "canary.error_delta",
    "canary.sig_error_delta",
    "drift.abs_diff",
    "drift.kl",
    "saturation.cpu_percent",
    "saturation.mem_percent",
    "saturation.qps",
    "budget.spent",
]
"""A figure of the evidence, by the block that holds it. `error_budget.burn` is the error rate divided by what the
objective's `target` leaves for errors: 1 spends the budget exactly."""


class Compare(Limits):
    """How much worse than the last good release a figure may be."""

    to: Literal["last_good"] = Field(default="last_good", description="What it is compared with.")
    max_ratio: Ratio | None = Field(default=None, description="Highest multiple: 1.1 allows 10 % worse.")
    max_delta: Amount | None = Field(default=None, description="Highest difference, in the figure's own unit.")

    @model_validator(mode="after")
    def _limits_something(self) -> Self:
        if self.max_ratio is None and self.max_delta is None:
            raise ValueError("set max_ratio, max_delta or both")
        return self


class Objective(Limits):
    """One figure with its limits. Beyond `warn_…` it is a warning and counts half; beyond `max` or `min` it fails."""

    indicator: Indicator = Field(description="The figure that is judged.")
    max: Amount | None = Field(default=None, description="Highest value.")
    min: Amount | None = Field(default=None, description="Lowest value.")
    warn_max: Amount | None = Field(default=None, description="Beyond this a warning is shown.")
    warn_min: Amount | None = Field(default=None, description="Below this a warning is shown.")
    compare: Compare | None = Field(default=None, description="Against the last good release.")
    target: Rate | None = Field(default=None, description="For `error_budget.burn`: share that must succeed, as 0.999.")
    min_samples: int = Field(default=1, ge=1, description="Fewer requests than this decide nothing.")
    weight: Amount = Field(default=1.0, description="What it counts in the total score.")
    critical: Flag = Field(default=False, description="Whether it fails the file by itself, whatever the score.")
    on_missing: Literal["no_data", "inconclusive", "fail"] = Field(
        default="no_data", description="The verdict where the figure is missing; never a pass."
    )

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.max is None and self.min is None and self.compare is None:
            raise ValueError("set max, min or compare")
        if (self.indicator == "error_budget.burn") is not (self.target is not None):
            raise ValueError("target belongs to error_budget.burn, which needs it")
        if self.target == 1:
            raise ValueError("a target of 1 leaves no error budget to burn")
        if self.max is not None and self.warn_max is not None and self.warn_max > self.max:
            raise ValueError("warn_max must not lie beyond max")
        if self.min is not None and self.warn_min is not None and self.warn_min < self.min:
            raise ValueError("warn_min must not lie below min")
        return self


class Scoring(Limits):
    """The total score over all objectives: kept ones count their weight, warnings half. Shares of the whole weight."""

    pass_: Rate = Field(default=0.9, alias="pass", description="From this score on the file passes.")
    warn: Rate = Field(default=0.75, description="From this score on it passes with a warning; below, it fails.")

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if self.warn > self.pass_:
            raise ValueError("warn must not lie above pass")
        return self
