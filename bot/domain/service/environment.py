"""A service, and everything that decides about its releases into each environment."""

from typing import Literal, Self

from pydantic import Field, model_validator

from bot.domain.service.checklist import ChecklistGate
from bot.domain.service.deployers import DeployerSpec
from bot.domain.service.gates import LogGate
from bot.domain.service.quorum import QuorumGate
from bot.domain.service.sources import CsvSource
from bot.domain.service.spec import GateSpec
from bot.domain.service.strategy import ApprovalRule, Strategy
from bot.domain.service.words import Name, Setting, When


class EnvironmentConfig(Setting):
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
        items = [item.id for gate in self.gates if isinstance(gate, ChecklistGate) for item in gate.items]
        if doubled := sorted({item for item in items if items.count(item) > 1}):
            raise ValueError(f"checklist items must differ: {', '.join(doubled)} stands twice")
        for gate in self.gates:
            if isinstance(gate, LogGate | QuorumGate):
                self._reads_what_is_there(gate)
            if gate.when is When.BAKE and gate.decides and len(self.strategy.steps) == 1:
                raise ValueError(
                    f"gate {gate.name} would never be asked: no step below 100 % bakes; add one, or use verify"
                )
        if self.deployer.kind == "command" and self.baseline is None:
            raise ValueError("a command deployer needs `baseline`: the version that a first rollback returns to")
        return self

    def _reads_what_is_there(self, gate: LogGate | QuorumGate) -> None:
        if gate.source is None:
            return
        if gate.source not in self.sources:
            known = ", ".join(sorted(self.sources)) or "none"
            raise ValueError(f"gate {gate.name} reads source {gate.source}; known sources: {known}")
        if self.sources[gate.source].canary is not None:
            return
        if gate.kind == "canary":
            raise ValueError(f"gate {gate.name} compares two tracks; source {gate.source} names no canary log")
        if gate.track == "canary":
            raise ValueError(f"gate {gate.name} judges the canary track; source {gate.source} names no canary log")


class ServiceConfig(Setting):
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
