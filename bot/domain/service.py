"""A service and how it is released into each environment: the shape of `configs/services/*.yaml` (design 6)."""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.domain.duration import Duration, Span
from bot.domain.evidence import Track
from bot.domain.slo import SloDocument
from bot.domain.statistics import Statistics

ENVIRONMENTS = ("dev", "stg", "prod")
ALIASES = {"staging": "stg", "production": "prod", "development": "dev"}
"""Spellings that are read, never written (design 1)."""

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,62}$")]


class _Setting(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class When(StrEnum):
    """The moment at which a gate speaks."""

    OPEN = "open"
    PROMOTE = "promote"
    BAKE = "bake"
    VERIFY = "verify"


class ApprovalRule(_Setting):
    """Who has to agree. `roles: {deploy-owner: 1}` means that at least one of the `count` comes from that role."""

    count: int = Field(default=1, ge=0, le=20, description="Distinct people who must approve.")
    roles: dict[str, int] = Field(default_factory=dict, description="Least approvals from each role, within the count.")
    exclude_requester: bool = Field(default=True, description="The person who opened the release does not count.")
    expires: Duration = Field(
        default=timedelta(hours=4), description="How long an unfinished release waits before it expires."
    )


class Strategy(_Setting):
    """How traffic moves: shares of traffic in percent, and how long each is watched before the next."""

    kind: Literal["canary"] = Field(default="canary", description="The way traffic moves.")
    steps: tuple[int, ...] = Field(default=(1, 5, 25, 100), description="Shares of traffic, rising, the last one 100.")
    bake: tuple[Duration, ...] = Field(
        default=(timedelta(minutes=10), timedelta(minutes=20), timedelta(minutes=30), timedelta(0)),
        description="Watching time after each step, one for each.",
    )
    advance: Literal["auto", "manual"] = Field(
        default="auto", description="Whether the next step starts by itself after a clean bake."
    )
    patience: Duration = Field(
        default=timedelta(minutes=10),
        description="How long past its bake a step waits for evidence before the release is held for a person.",
    )

    @model_validator(mode="after")
    def _steps_rise_to_full(self) -> Self:
        rising = all(low < high for low, high in zip(self.steps, self.steps[1:], strict=False))
        if not self.steps or not rising or self.steps[0] < 1 or self.steps[-1] != 100:
            raise ValueError("steps must rise and end at 100, such as [1, 5, 25, 100]")
        if len(self.bake) != len(self.steps):
            raise ValueError(f"bake needs one duration for each of the {len(self.steps)} steps, got {len(self.bake)}")
        return self


class CheckGate(_Setting):
    """A named result that CI posts for this very version."""

    kind: Literal["check"]
    name: Name
    when: When = Field(default=When.PROMOTE, description="When it speaks: open, promote, bake or verify.")
    required: bool = Field(default=True, description="Whether it blocks; a gate that is not required is only shown.")
    fresh: Span = Field(default=timedelta(hours=24), description="How old a result may be and still count.")


class SloGate(_Setting):
    """Absolute limits on measured request logs."""

    kind: Literal["slo"]
    name: Name
    when: When = Field(default=When.PROMOTE, description="When it speaks: open, promote, bake or verify.")
    required: bool = Field(default=True, description="Whether it blocks; a gate that is not required is only shown.")
    file: str = Field(description="SLO file, relative to the configuration folder.")
    source: str = Field(description="Name of the source that it reads.")
    track: Track = Field(default="stable", description="Which track the limits apply to.")
    window: Span = Field(default=timedelta(minutes=5), description="How much of the log is judged, up to now.")
    every: Span = Field(default=timedelta(seconds=30), description="How often it is measured while it matters.")
    fresh: Span = Field(default=timedelta(minutes=2), description="How old a measurement may be and still count.")
    slo: SloDocument | None = Field(default=None, exclude=False, description="Filled from `file` when read.")


class CanaryGate(_Setting):
    """The canary track against the stable one, window by window."""

    kind: Literal["canary"]
    name: Name
    when: When = Field(default=When.BAKE, description="When it speaks: open, promote, bake or verify.")
    required: bool = Field(default=True, description="Whether it blocks; a gate that is not required is only shown.")
    file: str = Field(description="SLO file with a `canary` block, relative to the configuration folder.")
    source: str = Field(description="Name of the source that it reads.")
    window: Span = Field(default=timedelta(minutes=1), description="Length of one judged window.")
    passes: int = Field(default=3, ge=1, le=50, description="Consecutive clean windows that make a pass.")
    burst: int = Field(default=0, ge=0, le=50, description="Bad windows in one step that are tolerated.")
    fresh: Span = Field(default=timedelta(minutes=2), description="How old the newest window may be.")
    # Left out where it is not set: the digests of releases that were opened before it existed stay what they were.
    statistics: Statistics | None = Field(
        default=None, exclude_if=lambda value: value is None, description="Evidence in place of fixed thresholds."
    )
    slo: SloDocument | None = Field(default=None, exclude=False, description="Filled from `file` when read.")


GateSpec = Annotated[CheckGate | SloGate | CanaryGate, Field(discriminator="kind")]


class CsvSource(_Setting):
    """Request logs as CSV files with the columns `ts,status,latency_ms` (contracts 1.10)."""

    kind: Literal["csv"]
    stable: str = Field(description="Log of the live version.")
    canary: str | None = Field(default=None, description="Log of the version that is being released.")


class StageDeployer(_Setting):
    """Writes the signed stage file that a controller watches (contracts 1.1, 1.2, 1.7)."""

    kind: Literal["stage"]
    path: str = Field(
        default="var/rollout/desired_stage.txt", description="The stage file; its manifest lies beside it."
    )
    hook: tuple[str, ...] | None = Field(default=None, description="Controller hook, as an argument list.")
    timeout: Span = Field(default=timedelta(minutes=1), description="How long the hook may run.")
    # Left out where it is not set: the digests of releases that were opened before it existed stay what they were.
    environment: tuple[str, ...] = Field(
        default=(), exclude_if=lambda value: not value, description="Names of environment variables that hooks may see."
    )


class CommandDeployer(_Setting):
    """Runs argument lists, never a shell; `{version} {previous} {percent} {id} {service} {environment}` are filled."""

    kind: Literal["command"]
    start: tuple[str, ...] = Field(min_length=1, description="Moves traffic to the version at the step's share.")
    rollback: tuple[str, ...] = Field(min_length=1, description="Brings all traffic back to `{version}`.")
    status: tuple[str, ...] | None = Field(
        default=None,
        description="Asks for deployment `{id}`; answers JSON with `state`: done, running, failed or unknown.",
    )
    timeout: Span = Field(default=timedelta(minutes=10), description="How long one command may run.")
    environment: tuple[str, ...] = Field(default=(), description="Names of environment variables that it may see.")
    cwd: str = Field(default=".", description="Working folder.")


DeployerSpec = Annotated[StageDeployer | CommandDeployer, Field(discriminator="kind")]


class EnvironmentConfig(_Setting):
    """Everything that decides about a release of one service into one environment."""

    follows: Literal["dev", "stg"] | None = Field(
        default=None, description="Environment in which the same version must be done first."
    )
    baseline: str | None = Field(default=None, description="Version that is live before the first release.")
    approvals: ApprovalRule = Field(default_factory=ApprovalRule, description="Who has to agree.")
    strategy: Strategy = Field(default_factory=Strategy, description="How traffic moves.")
    gates: tuple[GateSpec, ...] = Field(default=(), description="What must pass.")
    sources: dict[str, CsvSource] = Field(default_factory=dict, description="Where gates read, by name.")
    deployer: DeployerSpec = Field(description="What moves the traffic.")

    @model_validator(mode="after")
    def _names_agree(self) -> Self:
        names = [gate.name for gate in self.gates]
        if doubled := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"gate names must differ: {', '.join(doubled)} stands twice")
        for gate in self.gates:
            if gate.kind != "check" and gate.source not in self.sources:
                known = ", ".join(sorted(self.sources)) or "none"
                raise ValueError(f"gate {gate.name} reads source {gate.source}; known sources: {known}")
            if gate.kind == "canary" and self.sources[gate.source].canary is None:
                raise ValueError(f"gate {gate.name} compares two tracks; source {gate.source} names no canary log")
            if gate.kind == "slo" and gate.track == "canary" and self.sources[gate.source].canary is None:
                raise ValueError(f"gate {gate.name} judges the canary track; source {gate.source} names no canary log")
            if gate.when is When.BAKE and gate.required and len(self.strategy.steps) == 1:
                raise ValueError(
                    f"gate {gate.name} would never be asked: no step below 100 % bakes; add one, or use verify"
                )
        if self.deployer.kind == "command" and self.baseline is None:
            raise ValueError("a command deployer needs `baseline`: the version that a first rollback returns to")
        return self


class ServiceConfig(_Setting):
    """One service: its channels, and its environments."""

    service: Name
    repository: str | None = Field(default=None, description="Where the change list comes from: an address or a path.")
    channels: dict[Literal["dev", "stg", "prod"], str] = Field(description="Slack channel id for each environment.")
    tags: tuple[str, ...] = Field(default=(), description="Further version tag patterns, such as `nightly-YYYYMMDD`.")
    environments: dict[Literal["dev", "stg", "prod"], EnvironmentConfig] = Field(min_length=1)

    @model_validator(mode="after")
    def _every_environment_has_a_channel(self) -> Self:
        if missing := sorted(set(self.environments) - set(self.channels)):
            raise ValueError(f"channels has no entry for {', '.join(missing)}")
        return self
