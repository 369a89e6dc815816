"""The release: its state as a fold over the events of its stream."""

from collections.abc import Iterable
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from bot.domain import events as e
from bot.domain.actor import Actor
from bot.domain.evidence import FACTS_KEPT, Fact, LogMeasurement
from bot.domain.journal import Entry
from bot.domain.plan import Plan
from bot.domain.states import ACTIVE, TABLE, Move, State
from bot.domain.verdict import Reason, Verdict


class Approval(BaseModel):
    """One person's agreement to one digest."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    person: str
    roles: tuple[str, ...]
    reason: str
    digest: str
    saw: tuple[str, ...]
    at: datetime


class Hold(BaseModel):
    """Why a release stands still, and by whom; `cause` is a code when the machine holds it for a gate."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    by: str
    reason: str
    cause: str
    gate: str = ""
    verdict: Verdict | None = None
    at: datetime


class Ending(BaseModel):
    """How a release came to its end or onto its way back: a code (`asked`, `gate`, `deployment`, …) and the words."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    by: str
    cause: str
    gate: str = ""
    reasons: tuple[Reason, ...] = ()
    reason: str = ""
    at: datetime


class Release(BaseModel):
    """One version of one service on its way into one environment. `seq`, `head`: the last entry of its stream."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    seq: int
    head: str
    service: str
    environment: str
    version: str
    artifact: str
    requester: Actor
    person: str | None
    reason: str
    channel: str
    thread: str | None = None
    previous: str | None
    plan: Plan
    policy: str
    digest: str
    state: State = State.PROPOSED
    opened_at: datetime
    expires_at: datetime
    changed_at: datetime
    approvals: tuple[Approval, ...] = ()
    hold: Hold | None = None
    step: int = -1
    percent: int = 0
    step_at: datetime | None = None
    bake_until: datetime | None = None
    patient_from: datetime | None = None
    asked_at: datetime | None = None
    deployment: str | None = None
    in_doubt: bool = False
    facts: tuple[Fact, ...] = ()
    target: str | None = None
    ending: Ending | None = None
    attempts: int = 0
    mover: str = ""

    @property
    def is_active(self) -> bool:
        """Whether it occupies the service's place in its environment."""
        return self.state in ACTIVE

    @property
    def held(self) -> bool:
        """Whether nothing may move forward."""
        return self.hold is not None

    @property
    def next_step(self) -> int | None:
        """Index of the step that would come next, or None after the last."""
        return self.step + 1 if self.step < self.plan.last_step else None

    def facts_of(self, gate: str) -> tuple[Fact, ...]:
        """What was measured for a gate, oldest first."""
        return tuple(fact for fact in self.facts if fact.gate == gate)


class Broken(RuntimeError):
    """The ledger holds an event that its release cannot have had."""


def replay(entries: Iterable[Entry]) -> Release | None:
    """Fold a whole stream; None for one without a release. Raises Broken."""
    release: Release | None = None
    for entry in entries:
        release = apply(release, entry)
    return release


def apply(release: Release | None, entry: Entry) -> Release:
    """The release after one more entry. Raises Broken when the state table has no such move."""
    event = entry.event
    if isinstance(event, e.ReleaseOpened):
        return _opened(event, entry)
    if release is None:
        raise Broken(f"{entry.stream}: {event.kind} before release_opened")
    changes = _changes(release, event, entry)
    return release.model_copy(update=changes | {"seq": entry.seq, "head": entry.hash})


def with_facts(release: Release, facts: Iterable[Fact]) -> Release:
    """The release as it will be once these facts stand in its stream, so that gates can judge them first."""
    for fact in facts:
        release = release.model_copy(update={"facts": _keep(release, fact)})
    return release


def _opened(event: e.ReleaseOpened, entry: Entry) -> Release:
    return Release(
        id=entry.stream,
        seq=entry.seq,
        head=entry.hash,
        opened_at=entry.at,
        changed_at=entry.at,
        **{name: getattr(event, name) for name in e.ReleaseOpened.model_fields if name != "kind"},
    )


def _changes(release: Release, event: e.Event, entry: Entry) -> dict[str, object]:  # one arm an event kind
    """What one event changes, field by field."""

    def to(move: Move) -> dict[str, object]:
        return _moved(release, entry, move)

    match event:
        case e.RequestRefused() | e.StageFellBack():
            return {}
        case e.BakeFinished():
            return {"asked_at": entry.at}
        case e.ThreadOpened():
            return {"channel": event.channel, "thread": event.ts}
        case e.EvidenceRecorded():
            return {"facts": _keep(release, event.fact)}
        case e.ApprovalGiven():
            given = Approval(at=entry.at, **event.model_dump(exclude={"kind"}))
            return to(Move.APPROVE) | {"approvals": (*release.approvals, given)}
        case e.QuorumReached():
            return to(Move.CLEAR)
        case e.ApprovalsVoided():
            kept = tuple(approval for approval in release.approvals if approval.person not in event.people)
            return to(Move.VOID) | {"approvals": kept}
        case e.PlanRevised():
            rules: dict[str, object] = {"plan": event.plan, "policy": event.policy, "digest": event.digest}
            return to(Move.VOID) | rules | {"approvals": ()}
        case e.ReleaseRejected():
            return to(Move.REJECT) | _ending(entry, "rejected", reason=event.reason)
        case e.ReleaseExpired():
            return to(Move.EXPIRE) | _ending(entry, "expired")
        case e.ReleaseAborted():
            if event.for_rollback_of:
                return to(Move.ABORT) | _ending(entry, "made_room", reason=event.for_rollback_of)
            return to(Move.ABORT) | _ending(entry, "aborted", reason=event.reason)
        case e.ReleaseHeld():
            hold = Hold(by=entry.actor, at=entry.at, **event.model_dump(exclude={"kind"}))
            return to(Move.HOLD) | {"hold": hold}
        case e.ReleaseResumed():
            return to(Move.RESUME) | {"hold": None, "patient_from": entry.at}
        case e.StepStarted():
            move = Move.PROMOTE if release.state is State.APPROVED else Move.ADVANCE
            return to(move) | {
                "step": event.step,
                "step_at": entry.at,
                "deployment": event.deployment,
                "bake_until": None,
                "in_doubt": False,
                "facts": tuple(fact for fact in release.facts if not isinstance(fact, LogMeasurement)),
                "attempts": release.attempts + 1,
                "mover": entry.actor,
            }
        case e.TrafficShifted():
            return to(Move.SHIFTED) | _arrived(event.percent, event.bake_until, entry)
        case e.TrafficArrived():
            return to(Move.ARRIVED) | _arrived(100, event.bake_until, entry)
        case e.ReleaseDone():
            return to(Move.VERIFIED) | {"bake_until": None, "hold": None}
        case e.DeploymentFailed():
            return {"in_doubt": False}
        case e.DeploymentDoubted():
            return {"in_doubt": True}
        case e.DeploymentSettled():
            renewed = {"deployment": event.again, "attempts": release.attempts + 1} if event.again else {}
            return to(Move.SETTLE) | {"in_doubt": False} | renewed
        case e.RollbackStarted():
            why = event.model_dump(include={"cause", "gate", "reasons", "reason"})
            return (
                to(Move.ROLLBACK)
                | {"ending": Ending(by=entry.actor, at=entry.at, **why)}
                | {
                    "target": event.to_version,
                    "deployment": event.deployment,
                    "bake_until": None,
                    "hold": None,
                    "in_doubt": False,
                    "attempts": release.attempts + 1,
                    "mover": entry.actor,
                }
            )
        case e.RollbackFinished():
            return to(Move.RETURNED) | {"percent": 0, "in_doubt": False}
        case e.RollbackFailed():
            return to(Move.FAIL) | {"in_doubt": False}
        case e.ReleaseOpened():
            raise Broken(f"{entry.stream}: opened twice")


def _moved(release: Release, entry: Entry, move: Move) -> dict[str, object]:
    """The state that the table names, and the moment; raises Broken where the table has no cell."""
    state = TABLE.get((release.state, move))
    if state is None:
        raise Broken(f"{entry.stream} entry {entry.seq}: no {move} from {release.state}")
    return {"state": state, "changed_at": entry.at}


def _arrived(percent: int, bake_until: datetime, entry: Entry) -> dict[str, object]:
    watched = {"bake_until": bake_until, "patient_from": bake_until, "asked_at": None}
    return {"percent": percent, "step_at": entry.at, "in_doubt": False} | watched


def _ending(entry: Entry, cause: str, reason: str = "") -> dict[str, object]:
    return {"ending": Ending(by=entry.actor, cause=cause, reason=reason, at=entry.at)}


def _keep(release: Release, fact: Fact) -> tuple[Fact, ...]:
    """The windows of a canary gate add up to the number that is kept, beside its newest failure to measure; of every
    other gate the fact counts that was observed last, and of several at one moment the one that came in last."""
    spec, mine = release.plan.gate(fact.gate), release.facts_of(fact.gate)
    others = tuple(one for one in release.facts if one.gate != fact.gate)
    if spec is not None and spec.kind == "canary":
        windows = tuple(one for one in mine if isinstance(one, LogMeasurement))
        return (*others, *(windows[1 - FACTS_KEPT :] if isinstance(fact, LogMeasurement) else windows), fact)
    return (*others, max((fact, *mine), key=lambda one: one.observed_at))
