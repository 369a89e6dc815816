"""What happens while traffic moves, forward and back."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from bot.domain.events.base import Body
from bot.domain.verdict import Reason, Verdict


class Shadow(Body):
    """What a gate in shadow said when the release went on without it."""

    gate: str
    verdict: Verdict
    reasons: tuple[Reason, ...] = ()


class StepStarted(Body):
    """Traffic is being moved to a step's share. `reason` is the person's, empty when the machine advanced; `shadow` are
    the gates that would have stopped it, were they not in shadow."""

    kind: Literal["step_started"] = "step_started"
    step: int
    percent: int
    deployment: str
    reason: str = ""
    shadow: tuple[Shadow, ...] = Field(default=(), exclude_if=lambda value: not value)


class TrafficShifted(Body):
    """The deployer confirmed a share below 100 %; it bakes until then."""

    kind: Literal["traffic_shifted"] = "traffic_shifted"
    step: int
    percent: int
    bake_until: datetime
    summary: str = ""


class TrafficArrived(Body):
    """The deployer confirmed 100 %; it is watched until then."""

    kind: Literal["traffic_arrived"] = "traffic_arrived"
    step: int
    bake_until: datetime
    summary: str = ""


class BakeFinished(Body):
    """A step was watched to its end and is clean; the next one waits for a person."""

    kind: Literal["bake_finished"] = "bake_finished"
    step: int


class ReleaseDone(Body):
    """The version is live and verified. `shadow` are the gates that would have stopped it, were they not in shadow."""

    kind: Literal["release_done"] = "release_done"
    shadow: tuple[Shadow, ...] = Field(default=(), exclude_if=lambda value: not value)


class DeploymentFailed(Body):
    """The deployer said no, for good."""

    kind: Literal["deployment_failed"] = "deployment_failed"
    deployment: str
    summary: str


class DeploymentDoubted(Body):
    """A deployment was started and nobody knows what became of it; a person is asked."""

    kind: Literal["deployment_doubted"] = "deployment_doubted"
    deployment: str


class DeploymentSettled(Body):
    """A person said what became of a deployment. `again` is the id under which it is asked for anew, if it is."""

    kind: Literal["deployment_settled"] = "deployment_settled"
    deployment: str
    outcome: Literal["started", "not_started"]
    reason: str = ""
    again: str = ""


class RollbackStarted(Body):
    """Traffic is on its way back. `cause` is `asked` for a person, else the code of what went wrong."""

    kind: Literal["rollback_started"] = "rollback_started"
    deployment: str
    to_version: str | None
    cause: str
    gate: str = ""
    reasons: tuple[Reason, ...] = ()
    reason: str = ""


class RollbackFinished(Body):
    """All traffic is back on the earlier version."""

    kind: Literal["rollback_finished"] = "rollback_finished"
    to_version: str | None
    summary: str = ""


class RollbackFailed(Body):
    """The way back failed; people must act."""

    kind: Literal["rollback_failed"] = "rollback_failed"
    summary: str
