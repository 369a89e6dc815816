"""Computing a release: its state as a fold over the events of its stream."""

from collections.abc import Iterable
from datetime import datetime

from bot.domain import events as e
from bot.domain.evidence import FACTS_KEPT, Fact, LogMeasurement
from bot.domain.journal import Entry
from bot.domain.release import Approval, Ending, Hold, Release, Sealed, Tick
from bot.domain.states import TABLE, Move, State
from bot.domain.verdict import Override


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
        case e.RequestRefused() | e.StageFellBack() | e.EvidenceFlawed() | e.EvidenceArchived() | e.PreflightRun():
            return {}
        case e.EvidenceSealed():
            return {"sealed": Sealed(at=entry.at, **event.model_dump(exclude={"kind"}))}
        case e.BakeFinished():
            return {"asked_at": entry.at}
        case e.ThreadOpened():
            return {"channel": event.channel, "thread": event.ts}
        case e.EvidenceRecorded():
            return {"facts": _keep(release, event.fact)}
        case e.ApprovalGiven():
            approval = Approval(at=entry.at, **event.model_dump(exclude={"kind"}))
            return to(Move.APPROVE) | {"approvals": (*release.approvals, approval)}
        case e.QuorumReached():
            return to(Move.CLEAR)
        case e.ApprovalsVoided():
            kept = tuple(approval for approval in release.approvals if approval.person not in event.people)
            return to(Move.VOID) | {"approvals": kept}
        case e.PlanRevised():
            rules: dict[str, object] = {"plan": event.plan, "policy": event.policy, "digest": event.digest}
            return to(Move.VOID) | rules | {"approvals": (), "overrides": (), "ticks": (), "warned": ()}
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
                "warned": (),
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
        case e.GateOverridden():
            given = Override(by=entry.actor, at=entry.at, **event.model_dump(exclude={"kind"}))
            return {"overrides": (*_without(release, event.gate), given)}
        case e.OverrideWithdrawn() | e.OverrideLapsed():
            return {"overrides": _without(release, event.gate)}
        case e.GateWarned():
            return {"warned": (*release.warned, event.gate)}
        case e.ItemTicked():
            tick = Tick(at=entry.at, **event.model_dump(exclude={"kind"}))
            return {"ticks": (*_unticked(release, event.gate, event.item), tick)}
        case e.ItemUnticked():
            return {"ticks": _unticked(release, event.gate, event.item)}
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


def _without(release: Release, gate: str) -> tuple[Override, ...]:
    return tuple(one for one in release.overrides if one.gate != gate)


def _unticked(release: Release, gate: str, item: str) -> tuple[Tick, ...]:
    return tuple(one for one in release.ticks if (one.gate, one.item) != (gate, item))


def _keep(release: Release, fact: Fact) -> tuple[Fact, ...]:
    """The windows of a canary gate add up to the number that is kept, beside its newest failure to measure; of every
    other gate the fact counts that was observed last, and of several at one moment the one that came in last."""
    spec, mine = release.plan.gate(fact.gate), release.facts_of(fact.gate)
    others = tuple(one for one in release.facts if one.gate != fact.gate)
    if spec is not None and spec.kind == "canary":
        windows = tuple(one for one in mine if isinstance(one, LogMeasurement))
        return (*others, *(windows[1 - FACTS_KEPT :] if isinstance(fact, LogMeasurement) else windows), fact)
    return (*others, max((fact, *mine), key=lambda one: one.observed_at))
