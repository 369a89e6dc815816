"""The plan of a release: the rules that were read from configuration when it was opened, and the digest over them."""

import hashlib
from typing import cast

import rfc8785
from pydantic import BaseModel, ConfigDict

from bot.domain.service import ApprovalRule, CsvSource, DeployerSpec, EnvironmentConfig, GateSpec, Strategy, When


class Plan(BaseModel):
    """One environment's rules, frozen into the release. SLO files are part of it, by content."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    follows: str | None
    baseline: str | None
    approvals: ApprovalRule
    strategy: Strategy
    gates: tuple[GateSpec, ...]
    sources: dict[str, CsvSource]
    deployer: DeployerSpec

    def gates_for(self, *moments: When) -> tuple[GateSpec, ...]:
        """The gates that speak at these moments."""
        return tuple(gate for gate in self.gates if gate.when in moments)

    def gate(self, name: str) -> GateSpec | None:
        """The gate of that name, or None."""
        return next((gate for gate in self.gates if gate.name == name), None)

    @property
    def last_step(self) -> int:
        """Index of the step that reaches 100 %."""
        return len(self.strategy.steps) - 1


def plan_from(config: EnvironmentConfig) -> Plan:
    """The plan that a release opened now would follow."""
    return Plan(
        follows=config.follows,
        baseline=config.baseline,
        approvals=config.approvals,
        strategy=config.strategy,
        gates=config.gates,
        sources=config.sources,
        deployer=config.deployer,
    )


def digest_of(version: str, artifact: str, plan: Plan, policy: str) -> str:
    """SHA-256 over what is being decided (design 1, "digest"), in hex. `policy` is the hash of rbac.yaml's rules."""
    decided = {"version": version, "artifact": artifact, "plan": plan.model_dump(mode="json"), "policy": policy}
    return hashlib.sha256(rfc8785.dumps(cast("dict[str, object]", decided))).hexdigest()  # type: ignore[arg-type]  # its JSON type is recursive


def changed_parts(old: Plan, new: Plan) -> tuple[str, ...]:
    """Names of the plan's parts that differ, for people."""
    return tuple(name for name in Plan.model_fields if getattr(old, name) != getattr(new, name))
