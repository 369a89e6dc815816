"""What can happen to a release, in the past tense: the bodies of the ledger's entries."""

from typing import Annotated

from pydantic import Field

from bot.domain.events.gates import (
    GateOverridden,
    GateWarned,
    ItemTicked,
    ItemUnticked,
    OverrideLapsed,
    OverrideWithdrawn,
)
from bot.domain.events.notes import (
    EvidenceArchived,
    EvidenceFlawed,
    EvidenceRecorded,
    EvidenceSealed,
    PreflightRun,
    RequestRefused,
    StageFellBack,
)
from bot.domain.events.traffic import (
    BakeFinished,
    DeploymentDoubted,
    DeploymentFailed,
    DeploymentSettled,
    ReleaseDone,
    RollbackFailed,
    RollbackFinished,
    RollbackStarted,
    Shadow,
    StepStarted,
    TrafficArrived,
    TrafficShifted,
)
from bot.domain.events.waiting import (
    ApprovalGiven,
    ApprovalsVoided,
    PlanRevised,
    QuorumReached,
    ReleaseAborted,
    ReleaseExpired,
    ReleaseHeld,
    ReleaseOpened,
    ReleaseRejected,
    ReleaseResumed,
    ThreadOpened,
)

__all__ = [
    "ApprovalGiven",
    "ApprovalsVoided",
    "BakeFinished",
    "DeploymentDoubted",
    "DeploymentFailed",
    "DeploymentSettled",
    "Event",
    "EvidenceArchived",
    "EvidenceFlawed",
    "EvidenceRecorded",
    "EvidenceSealed",
    "GateOverridden",
    "GateWarned",
    "ItemTicked",
    "ItemUnticked",
    "OverrideLapsed",
    "OverrideWithdrawn",
    "PlanRevised",
    "PreflightRun",
    "QuorumReached",
    "ReleaseAborted",
    "ReleaseDone",
    "ReleaseExpired",
    "ReleaseHeld",
    "ReleaseOpened",
    "ReleaseRejected",
    "ReleaseResumed",
    "RequestRefused",
    "RollbackFailed",
    "RollbackFinished",
    "RollbackStarted",
    "Shadow",
    "StageFellBack",
    "StepStarted",
    "ThreadOpened",
    "TrafficArrived",
    "TrafficShifted",
]

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
    | EvidenceSealed
    | EvidenceFlawed
    | EvidenceArchived
    | PreflightRun
    | StageFellBack
    | GateOverridden
    | OverrideWithdrawn
    | OverrideLapsed
    | GateWarned
    | ItemTicked
    | ItemUnticked
    | RequestRefused,
    Field(discriminator="kind"),
]
