"""From events to effects: what has to be done outside because something happened; pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain import effects as f
from bot.domain import events as e
from bot.domain.actor import ActorKind
from bot.domain.evidence import Fact, LogMeasurement, SourceFailure
from bot.domain.journal import Entry
from bot.domain.release import Release
from bot.domain.service import CanaryGate, PolledGate, When
from bot.domain.states import WAITING, State

SETTLE = timedelta(seconds=1)
"""A window is read this long after its end, so that requests which were under way are in the log."""

_BROADCAST = (
    e.QuorumReached,
    e.BakeFinished,
    e.DeploymentDoubted,
    e.RollbackFinished,
    e.RollbackFailed,
    e.ReleaseDone,
)
_ENDS = (
    e.ReleaseRejected,
    e.ReleaseExpired,
    e.ReleaseAborted,
    e.ReleaseDone,
    e.RollbackFinished,
    e.RollbackFailed,
)
"""With these a release is over, or rests until a person takes it up again: its evidence is locked."""

_RESTED_ON_EVIDENCE = (e.QuorumReached, e.StepStarted, e.RollbackStarted, *_ENDS)
"""Decisions whose evidence is sealed, as it stood right before them."""

_TOLD = (
    e.QuorumReached,
    e.ApprovalsVoided,
    e.PlanRevised,
    e.ReleaseRejected,
    e.ReleaseExpired,
    e.ReleaseAborted,
    e.ReleaseDone,
    e.RollbackStarted,
    e.RollbackFinished,
    e.RollbackFailed,
)


def consequences(release: Release, entries: Sequence[Entry], now: datetime) -> tuple[f.Effect, ...]:
    """The effects of new entries of a release; `release` already counts them."""
    caused = [effect for entry in entries for effect in _of(release, entry, entry.event, now)]
    return tuple(caused)


def broadcasts(event: e.Event) -> bool:
    """Whether a log line is one of the milestones that the whole channel sees (design 5)."""
    if isinstance(event, e.ReleaseHeld):
        return event.cause != ""
    if isinstance(event, e.RollbackStarted):
        return event.cause not in ("asked", "aborted")
    return isinstance(event, _BROADCAST)


def measure(release: Release, gate: str, due: datetime) -> f.Effect:
    """Read a gate's source at a moment; asking again before then only moves the moment."""
    task = f.Measure(release=release.id, gate=gate)
    return f.Effect(key=f"measure:{release.id}:{gate}", task=task, due_at=due, lane="")


def look(release: Release, due: datetime) -> f.Effect:
    """Look at a moment whether the release goes on by itself."""
    task = f.BakeOver(release=release.id, step=release.step)
    return f.Effect(key=f"look:{release.id}", task=task, due_at=due, lane="")


def _lapse(release: Release, event: e.GateOverridden) -> f.Effect:
    task = f.OverrideOver(release=release.id, gate=event.gate)
    return f.Effect(key=f"override:{release.id}:{event.gate}", task=task, due_at=event.until, lane="")


def card_edit(release: Release, due: datetime, urgent: bool = False) -> f.Effect:
    """Bring the card up to date."""
    return f.Effect(key=f"card:{release.id}", task=f.EditCard(release=release.id, urgent=urgent), due_at=due, lane="")


def start_deployment(release: Release, now: datetime) -> f.Effect:
    """Ask the deployer for what the release's state wants: its step, or the way back."""
    deployment = release.deployment or ""
    task: f.Task
    if release.state is State.ROLLING_BACK:
        task = f.StartRollback(release=release.id, deployment=deployment)
    else:
        task = f.StartStep(release=release.id, step=release.step, deployment=deployment)
    lane = f"deploy:{release.service}:{release.environment}"
    return f.Effect(key=f"deploy:{deployment}", task=task, due_at=now, lane=lane)


def _of(release: Release, entry: Entry, event: e.Event, now: datetime) -> list[f.Effect]:
    """Effects of one entry: what Slack shows of it, what it sets going, and what is kept of it."""
    return [*_shown(release, entry, event, now), *_going(release, event, now), *_kept(release, entry, event, now)]


def _shown(release: Release, entry: Entry, event: e.Event, now: datetime) -> list[f.Effect]:
    if isinstance(event, e.ReleaseOpened):
        root = f.OpenThread(release=release.id)
        return [f.Effect(key=f"thread:{release.id}", task=root, due_at=now, lane=_lane(release))]
    if isinstance(event, e.RequestRefused):
        return []
    if isinstance(event, e.EvidenceArchived):
        return []
    if isinstance(event, e.ThreadOpened | e.EvidenceRecorded | e.EvidenceSealed):
        return [card_edit(release, now)]
    log = f.PostLog(release=release.id, seq=entry.seq, broadcast=broadcasts(event))
    shown = [
        card_edit(release, now, urgent=True),
        f.Effect(key=f"log:{release.id}:{entry.seq}", task=log, due_at=now, lane=_lane(release)),
    ]
    if isinstance(event, _TOLD) or broadcasts(event):
        shown += [_tell(release, entry, person, now) for person in _concerned(release, entry, event)]
    return shown


def _going(release: Release, event: e.Event, now: datetime) -> list[f.Effect]:
    match event:
        case e.ReleaseOpened():
            expiry = f.Expire(release=release.id)
            ends = f.Effect(key=f"expire:{release.id}", task=expiry, due_at=release.expires_at, lane="")
            return [ends, *_measurements(release, (When.OPEN, When.PROMOTE), now)]
        case e.PlanRevised():
            return _measurements(release, (When.OPEN, When.PROMOTE), now)
        case e.StepStarted() | e.RollbackStarted():
            return [start_deployment(release, now)]
        case e.DeploymentSettled() if event.again:
            return [start_deployment(release, now)]
        case e.EvidenceRecorded() if event.fact.kind != "check":
            return _next_measurement(release, event.fact, now)
        case e.TrafficShifted():
            return [look(release, event.bake_until), *_measurements(release, (When.BAKE,), now)]
        case e.TrafficArrived():
            return [look(release, event.bake_until), *_measurements(release, (When.VERIFY,), now)]
        case e.GateOverridden():
            return [_lapse(release, event), look(release, now)]
        case e.ReleaseResumed() | e.OverrideWithdrawn() | e.ItemTicked() | e.ItemUnticked():
            return [look(release, now)]
        case _:
            return []


def _kept(release: Release, entry: Entry, event: e.Event, now: datetime) -> list[f.Effect]:
    """Evidence has a lane of its own: nothing else waits for it."""
    lane = f"evidence:{release.id}"
    if isinstance(event, _RESTED_ON_EVIDENCE):
        sealing = f.SealEvidence(release=release.id, seq=entry.seq, lock=isinstance(event, _ENDS))
        return [f.Effect(key=f"seal:{release.id}:{entry.seq}", task=sealing, due_at=now, lane=lane)]
    if isinstance(event, e.EvidenceSealed):
        later = f.ArchiveEvidence(release=release.id, seq=entry.seq)
        return [f.Effect(key=f"archive:{release.id}:{entry.seq}", task=later, due_at=now, lane="")]
    return []


def rests_on_evidence(event: e.Event) -> bool:
    """Whether the evidence before an event is sealed because of it."""
    return isinstance(event, _RESTED_ON_EVIDENCE)


def _measurements(release: Release, moments: tuple[When, ...], now: datetime) -> list[f.Effect]:
    """The first measurement of each gate that reads a source; the gatherer asks for the later ones."""
    due = []
    for gate in release.plan.gates_for(*moments):
        if isinstance(gate, CanaryGate):
            due.append(measure(release, gate.name, now + gate.window + SETTLE))
        elif isinstance(gate, PolledGate):
            waits = timedelta(0) if release.state in WAITING else min(gate.looks_back, gate.every) + SETTLE
            due.append(measure(release, gate.name, now + waits))
    return due


def _next_measurement(release: Release, fact: Fact, now: datetime) -> list[f.Effect]:
    """The measurement after the one that was just recorded; it looks by itself whether it still matters."""
    gate = release.plan.gate(fact.gate)
    if isinstance(gate, PolledGate):
        return [measure(release, gate.name, now + gate.every)]
    if not isinstance(gate, CanaryGate):
        return []
    if isinstance(fact, SourceFailure):
        return [measure(release, gate.name, now + gate.window)]
    _, end = next_window(release, gate)
    return [measure(release, gate.name, max(end + SETTLE, now))]


def next_window(release: Release, gate: CanaryGate) -> tuple[datetime, datetime]:
    """The window [start, end) that a canary gate measures next: windows follow each other from the step's beginning."""
    measured = [fact.end for fact in release.facts_of(gate.name) if isinstance(fact, LogMeasurement)]
    start = max(measured, default=release.step_at or release.opened_at)
    return start, start + gate.window


def _lane(release: Release) -> str:
    """Everything that is posted into one thread goes out in order."""
    return f"thread:{release.id}"


def _tell(release: Release, entry: Entry, person: str, now: datetime) -> f.Effect:
    task = f.Tell(release=release.id, person=person, seq=entry.seq)
    return f.Effect(key=f"tell:{release.id}:{entry.seq}:{person}", task=task, due_at=now, lane="")


def _concerned(release: Release, entry: Entry, event: e.Event) -> tuple[str, ...]:
    """The requester and the approvers, without whoever did it."""
    people = {approval.person for approval in release.approvals}
    if isinstance(event, e.ApprovalsVoided | e.PlanRevised):
        people |= set(event.people)
    if release.requester.kind is ActorKind.SLACK:
        people.add(release.requester.id)
    return tuple(sorted(person for person in people if not entry.actor.endswith(f"/{person}")))
