"""A person's command, decided: pure, from the situation to the events it causes."""

from bot.domain import events as e
from bot.domain.approvals import quorum
from bot.domain.attest import override, shadows, tick
from bot.domain.command import Command
from bot.domain.release import Approval, Release
from bot.domain.situation import Situation
from bot.domain.states import MOVING, State


def decide(command: Command, at: Situation) -> tuple[e.Event, ...]:
    """The events of a command that nothing blocks. Raises KeyError for an action that moves nothing."""
    reason = command.reason
    match command.action:
        case "approve":
            return _approve(reason, at)
        case "reject":
            return (e.ReleaseRejected(reason=reason),)
        case "promote":
            return (start_step(at, reason),)
        case "hold":
            return (e.ReleaseHeld(reason=reason),)
        case "resume":
            return (e.ReleaseResumed(reason=reason),)
        case "rollback":
            return (roll_back(at, cause="asked", reason=reason),)
        case "abort":
            return (_abort(at, reason),)
        case "settle":
            return _settle(command, at)
        case "override":
            return override(command, at)
        case "withdraw":
            return (e.OverrideWithdrawn(gate=command.gate, reason=reason),)
        case "tick":
            return tick(command, at)
    raise KeyError(command.action)


def start_step(at: Situation, reason: str = "") -> e.StepStarted:
    """The next step, under a deployment id of its own."""
    release = at.release
    step = release.step + 1
    percent = release.plan.strategy.steps[step]
    deployment = _deployment(release, f"step-{step + 1}")
    return e.StepStarted(step=step, percent=percent, deployment=deployment, reason=reason, shadow=shadows(at))


def roll_back(at: Situation, cause: str, **why: object) -> e.RollbackStarted:
    """The way back, to the version that was live before."""
    deployment = _deployment(at.release, "rollback")
    parts = {"deployment": deployment, "to_version": at.way_back, "cause": cause} | why
    return e.RollbackStarted.model_validate(parts)


def make_room(command: Command, at: Situation) -> tuple[e.Event, ...]:
    """What a decision means for the rival. A release that is live goes back at once, whatever waits to follow it: the
    way back takes the place, and what was proposed on top of the version that goes is over."""
    if command.action != "rollback" or at.release.state is not State.DONE or at.rival is None:
        return ()
    return (e.ReleaseAborted(reason=command.reason, for_rollback_of=at.release.id),)


def _approve(reason: str, at: Situation) -> tuple[e.Event, ...]:
    release, person = at.release, at.person or ""
    binding = {gate.name for gate in release.plan.gates if gate.binds}
    saw = tuple(one.gate for one in at.judgements if one.passes and one.gate in binding)
    roles = tuple(sorted(at.roles))
    given = e.ApprovalGiven(person=person, roles=roles, reason=reason, digest=release.digest, saw=saw)
    counted = Approval(person=person, roles=roles, reason=reason, digest=release.digest, saw=saw, at=at.now)
    after = release.model_copy(update={"approvals": (*release.approvals, counted)})
    return (given, e.QuorumReached()) if quorum(after).reached else (given,)


def _abort(at: Situation, reason: str) -> e.Event:
    if at.release.state in MOVING:
        return roll_back(at, cause="aborted", reason=reason)
    return e.ReleaseAborted(reason=reason)


def _settle(command: Command, at: Situation) -> tuple[e.Event, ...]:
    release = at.release
    started = command.outcome == "started"
    again = "" if started else _deployment(release, "rollback" if release.state is State.ROLLING_BACK else "again")
    settled = e.DeploymentSettled.model_validate(
        {"deployment": release.deployment, "outcome": command.outcome, "reason": command.reason, "again": again}
    )
    return (settled, *confirmed(release, at, "confirmed by hand")) if started else (settled,)


def confirmed(release: Release, at: Situation, summary: str) -> tuple[e.Event, ...]:
    """What follows when the deployer's work is known to be done."""
    if release.state is State.ROLLING_BACK:
        return (e.RollbackFinished(to_version=release.target, summary=summary),)
    bake = release.plan.strategy.bake[release.step]
    if release.step == release.plan.last_step:
        return (e.TrafficArrived(step=release.step, bake_until=at.now + bake, summary=summary),)
    percent = release.plan.strategy.steps[release.step]
    return (e.TrafficShifted(step=release.step, percent=percent, bake_until=at.now + bake, summary=summary),)


def _deployment(release: Release, what: str) -> str:
    """An id that no other deployment of this release has had."""
    return f"{release.id}-{release.attempts + 1}-{what}"
