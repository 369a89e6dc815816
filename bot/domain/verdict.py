"""What a gate says, and why: the six verdicts of which only `pass` opens."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Verdict(StrEnum):
    """The answer of a gate (design 1). Missing, stale, unreadable or foreign evidence is never PASS."""

    PASS = "pass"
    FAIL = "fail"
    PENDING = "pending"
    NO_DATA = "no_data"
    INCONCLUSIVE = "inconclusive"
    ERROR = "error"


class Reason(BaseModel):
    """One finding of a gate: a stable code, and the numbers behind it where there are any. `window` is the span of
    requests that they were counted in, `source` the file, query or address that they come from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    observed: float | None = None
    limit: float | None = None
    samples: int | None = None
    detail: str = ""
    window: tuple[datetime, datetime] | None = Field(default=None, exclude_if=lambda value: value is None)
    source: str = Field(default="", exclude_if=lambda value: not value)


class Statistic(BaseModel):
    """What the windows of a step say about one metric (engines B.2). `worse` and `good` are the evidence that the
    canary is too bad, and that it is not; each counts from its limit on. `form`: whether events were counted, or only
    windows on the wrong side; `dispersion`: what the newest window's evidence was divided by. `ratio` is to stable's
    share; `limit` is set where the canary's own share is held against an absolute limit."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    metric: str
    form: Literal["count", "sign"]
    windows: int
    canary_events: int
    canary_requests: int
    stable_events: int
    stable_requests: int
    ratio: float | None = None
    limit: float | None = None
    worse: float
    worse_limit: float
    good: float
    good_limit: float
    dispersion: float


class Power(BaseModel):
    """How soon a rise of the error rate (a share, 0..1) would be seen at the traffic so far; `seconds` is None when it
    may stay unseen."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rise: float
    seconds: float | None


class Override(BaseModel):
    """A person's word that a gate does not count until a moment, for one digest, and what the gate said then."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    gate: str
    by: str
    person: str
    reason: str
    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    at: datetime
    until: datetime
    digest: str


class Judgement(BaseModel):
    """A gate's verdict at one moment. `as_of`: when its evidence was observed; `stale_at`: when it stops counting.
    `warnings` are worth a look and keep nothing from passing. `statistics` and `power` are given by gates that judge
    with statistics; `override` by a person, while it lasts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    gate: str
    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    warnings: tuple[Reason, ...] = Field(default=(), exclude_if=lambda value: not value)
    as_of: datetime | None = None
    stale_at: datetime | None = None
    link: str = ""
    statistics: tuple[Statistic, ...] = ()
    power: Power | None = None
    override: Override | None = None

    @property
    def passes(self) -> bool:
        """Whether the gate itself says so."""
        return self.verdict is Verdict.PASS

    @property
    def opens(self) -> bool:
        """Whether a move that needs this gate may go: it passes, or a person answers for it."""
        return self.passes or self.override is not None
