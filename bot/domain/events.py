"""What can happen to a release, in the past tense: the bodies of the ledger's entries."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.actor import Actor
from bot.domain.evidence import Fact
from bot.domain.plan import Plan
from bot.domain.verdict import Reason, Verdict


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ReleaseOpened(_Event):
    """A version was proposed for an environment. `previous` is the version that was live then."""

    kind: Literal["release_opened"] = "release_opened"
    service: str
    environment: str
    version: str
    artifact: str
    requester: Actor
    person: str | None
    reason: str
    channel: str
    previous: str | None
    plan: Plan
    policy: str
    digest: str
    expires_at: datetime


class ThreadOpened(_Event):
    """The root message stands in Slack; everything else goes below it."""

    kind: Literal["thread_opened"] = "thread_opened"
    channel: str
    ts: str


class ApprovalGiven(_Event):
    """A person agreed to one digest, having seen these gates pass."""

    kind: Literal["approval_given"] = "approval_given"
    person: str
    roles: tuple[str, ...]
    reason: str
    digest: str
    saw: tuple[str, ...]


class QuorumReached(_Event):
    """Enough people in the right roles have agreed."""

    kind: Literal["quorum_reached"] = "quorum_reached"


class ApprovalsVoided(_Event):
    """Approvals fell because a gate that they saw pass no longer does."""

    kind: Literal["approvals_voided"] = "approvals_voided"
    gate: str
    people: tuple[str, ...]


class PlanRevised(_Event):
    """The rules changed under an open release; approvals for the old digest fell."""

    kind: Literal["plan_revised"] = "plan_revised"
    plan: Plan
    policy: str
    digest: str
    changed: tuple[str, ...]
    people: tuple[str, ...]


class ReleaseRejected(_Event):
    """A person turned the release down."""

    kind: Literal["release_rejected"] = "release_rejected"
    reason: str


class ReleaseExpired(_Event):
    """Nobody finished the release in time."""

    kind: Literal["release_expired"] = "release_expired"


class ReleaseAborted(_Event):
    """A person ended the release; no traffic of it is left, or a person answers for what is. `for_rollback_of` names
    the release below it whose rollback took its place, if that is why."""

    kind: Literal["release_aborted"] = "release_aborted"
    reason: str
    for_rollback_of: str = ""


class ReleaseHeld(_Event):
    """Nothing moves until somebody resumes. `cause` is empty when a person asked; `evidence` when a gate did not come
    to a pass in time, which `gate` and `verdict` then name."""

    kind: Literal["release_held"] = "release_held"
    reason: str
    cause: str = ""
    gate: str = ""
    verdict: Verdict | None = None


class ReleaseResumed(_Event):
    """The hold is over."""

    kind: Literal["release_resumed"] = "release_resumed"
    reason: str


class StepStarted(_Event):
    """Traffic is being moved to a step's share. `reason` is the person's, empty when the machine advanced."""

    kind: Literal["step_started"] = "step_started"
    step: int
    percent: int
    deployment: str
    reason: str = ""


class TrafficShifted(_Event):
    """The deployer confirmed a share below 100 %; it bakes until then."""

    kind: Literal["traffic_shifted"] = "traffic_shifted"
    step: int
    percent: int
    bake_until: datetime
    summary: str = ""


class TrafficArrived(_Event):
    """The deployer confirmed 100 %; it is watched until then."""

    kind: Literal["traffic_arrived"] = "traffic_arrived"
    step: int
    bake_until: datetime
    summary: str = ""


class BakeFinished(_Event):
    """A step was watched to its end and is clean; the next one waits for a person."""

    kind: Literal["bake_finished"] = "bake_finished"
    step: int


class ReleaseDone(_Event):
    """The version is live and verified."""

    kind: Literal["release_done"] = "release_done"


class DeploymentFailed(_Event):
    """The deployer said no, for good."""

    kind: Literal["deployment_failed"] = "deployment_failed"
    deployment: str
    summary: str


class DeploymentDoubted(_Event):
    """A deployment was started and nobody knows what became of it; a person is asked."""

    kind: Literal["deployment_doubted"] = "deployment_doubted"
    deployment: str


class DeploymentSettled(_Event):
    """A person said what became of a deployment. `again` is the id under which it is asked for anew, if it is."""

    kind: Literal["deployment_settled"] = "deployment_settled"
    deployment: str
    outcome: Literal["started", "not_started"]
    reason: str = ""
    again: str = ""


class RollbackStarted(_Event):
    """Traffic is on its way back. `cause` is `asked` for a person, else the code of what went wrong."""

    kind: Literal["rollback_started"] = "rollback_started"
    deployment: str
    to_version: str | None
    cause: str
    gate: str = ""
    reasons: tuple[Reason, ...] = ()
    reason: str = ""


class RollbackFinished(_Event):
    """All traffic is back on the earlier version."""

    kind: Literal["rollback_finished"] = "rollback_finished"
    to_version: str | None
    summary: str = ""


class RollbackFailed(_Event):
    """The way back failed; people must act."""

    kind: Literal["rollback_failed"] = "rollback_failed"
    summary: str


class EvidenceRecorded(_Event):
    """A measured fact entered the ledger."""

    kind: Literal["evidence_recorded"] = "evidence_recorded"
    fact: Fact


class StageFellBack(_Event):
    """The stage file was not what we signed; it was set back to `stable`."""

    kind: Literal["stage_fell_back"] = "stage_fell_back"
    path: str
    found: str


class RequestRefused(_Event):
    """Somebody asked for something and was told no."""

    kind: Literal["request_refused"] = "request_refused"
    action: str
    code: str


Event = Annotated[
    ReleaseOpened
    | ThreadOpened
    | ApprovalGiven
    | QuorumReached
    | ApprovalsVoided
    | PlanRevised
    | ReleaseRejected
    | ReleaseExpired
    | ReleaseAborted
    | ReleaseHeld
    | ReleaseResumed
    | StepStarted
    | TrafficShifted
    | TrafficArrived
    | BakeFinished
    | ReleaseDone
    | DeploymentFailed
    | DeploymentDoubted
    | DeploymentSettled
    | RollbackStarted
    | RollbackFinished
    | RollbackFailed
    | EvidenceRecorded
    | StageFellBack
    | RequestRefused,
    Field(discriminator="kind"),
]
