"""What happens to a release before its traffic moves, and how it ends without."""

from datetime import datetime
from typing import Literal

from bot.domain.actor import Actor
from bot.domain.events.base import Body
from bot.domain.plan import Plan
from bot.domain.verdict import Verdict


class ReleaseOpened(Body):
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


class ThreadOpened(Body):
    """The root message stands in Slack; everything else goes below it."""

    kind: Literal["thread_opened"] = "thread_opened"
    channel: str
    ts: str


class ApprovalGiven(Body):
    """A person agreed to one digest, having seen these gates pass."""

    kind: Literal["approval_given"] = "approval_given"
    person: str
    roles: tuple[str, ...]
    reason: str
    digest: str
    saw: tuple[str, ...]


class QuorumReached(Body):
    """Enough people in the right roles have agreed."""

    kind: Literal["quorum_reached"] = "quorum_reached"


class ApprovalsVoided(Body):
    """Approvals fell because a gate that they saw pass no longer does."""

    kind: Literal["approvals_voided"] = "approvals_voided"
    gate: str
    people: tuple[str, ...]


class PlanRevised(Body):
    """The rules changed under an open release; approvals for the old digest fell."""

    kind: Literal["plan_revised"] = "plan_revised"
    plan: Plan
    policy: str
    digest: str
    changed: tuple[str, ...]
    people: tuple[str, ...]


class ReleaseRejected(Body):
    """A person turned the release down."""

    kind: Literal["release_rejected"] = "release_rejected"
    reason: str


class ReleaseExpired(Body):
    """Nobody finished the release in time."""

    kind: Literal["release_expired"] = "release_expired"


class ReleaseAborted(Body):
    """A person ended the release; no traffic of it is left, or a person answers for what is. `for_rollback_of` names
    the release below it whose rollback took its place, if that is why."""

    kind: Literal["release_aborted"] = "release_aborted"
    reason: str
    for_rollback_of: str = ""


class ReleaseHeld(Body):
    """Nothing moves until somebody resumes. `cause` is empty when a person asked; `evidence` when a gate did not come
    to a pass in time, which `gate` and `verdict` then name."""

    kind: Literal["release_held"] = "release_held"
    reason: str
    cause: str = ""
    gate: str = ""
    verdict: Verdict | None = None


class ReleaseResumed(Body):
    """The hold is over."""

    kind: Literal["release_resumed"] = "release_resumed"
    reason: str
