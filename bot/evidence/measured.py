"""The blocks of an evidence document that are measured: requests, judges, canary, drift, saturation (contracts 1.8)."""

from typing import Annotated, Literal, Self

from pydantic import Field, JsonValue, model_validator

from bot.evidence.block import Block, Count, Instant, Number, Positive, Sha256, Share, moment


class Latency(Block):
    """Percentiles in milliseconds, by linear interpolation."""

    p50: Positive
    p95: Positive
    p99: Positive


class Window(Block):
    """When the measured requests were made: half open, or first to last where no span was asked for."""

    start: Instant
    end: Instant
    duration_sec: Positive | None = None

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if moment(self.end) < moment(self.start):
            raise ValueError("a window cannot end before it starts")
        return self


class SourceFile(Block):
    """The log that was measured: `sha256` over its first `size` bytes, since a log grows on."""

    path: str
    sha256: Sha256
    size: Count
    rows: Count


class Perf(Block):
    """Requests of a request log. Errors are 5xx and 429. An empty log has `count` 0 and no figures.

    `errors` and `unavailable` (5xx alone) are the counts behind the shares; documents of the source system lack them,
    as they lack `source`.
    """

    count: Count
    latency_ms: Latency | None = None
    error_rate: Share | None = None
    window: Window | None = None
    errors: Count | None = None
    unavailable: Count | None = None
    source: SourceFile | None = None


class PerfJudge(Block):
    """Requests of a judge log: as Perf, with `availability` (not 5xx) and the share of signatures that were wrong."""

    count: Count
    latency_ms: Latency | None = None
    availability: Share | None = None
    error_rate: Share | None = None
    signature_error_rate: Share | None = None
    window: Window | None = None
    errors: Count | None = None
    unavailable: Count | None = None
    signature_errors: Count | None = None
    source: SourceFile | None = None


class JudgeVote(Block):
    """One judge's answer. `meta` holds what it took, or what went wrong."""

    id: str
    decision: Literal["pass", "fail"]
    reasons: tuple[JsonValue, ...] = ()
    meta: dict[str, JsonValue] = Field(default_factory=dict)
    version: str | None = None


class Judges(Block):
    """What a quorum decided: `pass` needs k of n (contracts 1.12)."""

    k: Annotated[Count, Field(ge=1)]
    n: Annotated[Count, Field(ge=1)]
    final: Literal["pass", "fail"]
    votes: tuple[JudgeVote, ...]
    pass_count: Count | None = None
    degraded: bool | None = None


class TrackPerf(Block):
    """One track of a canary comparison. Percentiles in milliseconds, none of them when `count` is 0."""

    count: Count
    p50: Positive | None = None
    p95: Positive | None = None
    p99: Positive | None = None
    error_rate: Share | None = None
    signature_error_rate: Share | None = None
    errors: Count | None = None
    signature_errors: Count | None = None
    source: SourceFile | None = None


class Deltas(Block):
    """Canary against control: `p95_rel` = (canary - control) / max(control, 1 ms), the others are differences of
    shares. A figure that one track does not have is absent."""

    p95_rel: Number | None = None
    error_delta: Number | None = None
    sig_error_delta: Number | None = None


class CanaryWindow(Block):
    """One compared window. `burst` counts how many limits it broke, so 0 is a calm one; a thin window has `pass` false
    and `burst` 0. Windows of the source system hold the first three fields only."""

    passed: bool = Field(alias="pass")
    burst: Positive
    timestamp_unix: Number | None = None
    start: Instant | None = None
    end: Instant | None = None
    control_count: Count | None = None
    canary_count: Count | None = None
    deltas: Deltas | None = None


class Canary(Block):
    """The canary against its control. `windows` only ever grows."""

    control_perf: TrackPerf | None = None
    canary_perf: TrackPerf | None = None
    deltas: Deltas | None = None
    window: Window | None = None
    windows: tuple[CanaryWindow, ...] = ()


class Drift(Block):
    """How far the measured distribution moved from its reference; `severity` as the producer grades it."""

    source: str | None = None
    abs_diff: Positive | None = None
    kl: Positive | None = None
    severity: str | None = None


class Saturation(Block):
    """How full the machines are: percent, and requests a second."""

    cpu_percent: Positive | None = None
    mem_percent: Positive | None = None
    qps: Positive | None = None
