"""What follows by itself: the machine's own moves on timers, evidence and deployers' answers; pure."""

from bot.domain import events as e
from bot.domain.approvals import fallen
from bot.domain.attest import lapses, shadows, warnings
from bot.domain.decide import confirmed, roll_back, start_step
from bot.domain.gate_rules import needed_gates
from bot.domain.plan import changed_parts, digest_of
from bot.domain.policy import is_overdue
from bot.domain.reports import (
    Deployed,
    EvidenceKept,
    Lapsed,
    Looked,
    Measured,
    Preflighted,
    Report,
    RulesChanged,
    ThreadPosted,
)
from bot.domain.service import Mode
from bot.domain.situation import Situation
from bot.domain.states import WAITING, State
from bot.domain.verdict import Judgement, Verdict


def react(report: Report, at: Situation) -> tuple[e.Event, ...]:
    """The events that a report causes; none when it comes too late to matter. For Measured, the situation's
    judgements already count the new facts."""
    release = at.release
    match report:
        case ThreadPosted():
            if release.thread != report.instead_of:
                return ()
            return (e.ThreadOpened(channel=report.channel, ts=report.ts),)
        case Measured():
            return (*(e.EvidenceRecorded(fact=fact) for fact in report.facts), *go_on(at))
        case Looked():
            return go_on(at)
        case Lapsed():
            return (e.ReleaseExpired(),) if is_overdue(release, at.now) else ()
        case Deployed():
            return (*report.found, *_deployed(report, at))
        case Preflighted():
            return (e.PreflightRun(go=report.go, checks=report.checks),)
        case RulesChanged():
            return _revised(report, at)
        case EvidenceKept():
            return (report.found,)


def go_on(at: Situation) -> tuple[e.Event, ...]:
    """What the evidence and the time make of a release: onwards, back, on hold, or nothing yet."""
    return (*lapses(at), *warnings(at), *_moves(at))


def _moves(at: Situation) -> tuple[e.Event, ...]:
    release = at.release
    if release.state in WAITING:
        return overdue(at)
    if release.state not in (State.BAKING, State.VERIFYING) or release.bake_until is None:
        return ()
    verdicts = _needed(at)
    failed = [one for one in verdicts if one.verdict is Verdict.FAIL and not one.opens]
    if fatal := next((one for one in failed if _mode(one, at) is Mode.ENFORCE), None):
        return (roll_back(at, cause="gate", gate=fatal.gate, reasons=fatal.reasons),)
    if failed and not release.held and _may_hold(at):
        return (e.ReleaseHeld(reason="", cause="gate", gate=failed[0].gate, verdict=failed[0].verdict),)
    if at.now < release.bake_until or release.held:
        return ()
    if waits := next((one for one in verdicts if not one.opens), None):
        return _out_of_patience(waits, at)
    if release.state is State.VERIFYING:
        return (e.ReleaseDone(shadow=shadows(at)),)
    if release.plan.strategy.advance == "auto":
        return (start_step(at),)
    return () if release.asked_at else (e.BakeFinished(step=release.step),)


def overdue(at: Situation) -> tuple[e.Event, ...]:
    """What time and evidence have made of a waiting release, whether or not its timer has run: it expired, or
    approvals fell."""
    if is_overdue(at.release, at.now):
        return (e.ReleaseExpired(),)
    return _void(at) if at.release.state in WAITING else ()


def _needed(at: Situation) -> tuple[Judgement, ...]:
    names = {gate.name for gate in needed_gates(at.release.plan, at.release.state)}
    return tuple(judgement for judgement in at.judgements if judgement.gate in names)


def _mode(judgement: Judgement, at: Situation) -> Mode:
    gate = at.release.plan.gate(judgement.gate)
    return gate.mode if gate is not None else Mode.ENFORCE


def _may_hold(at: Situation) -> bool:
    """Whoever resumed in spite of a failing gate is given the strategy's patience before they are asked again."""
    since, arrived = at.release.patient_from, at.release.bake_until
    return since is None or since == arrived or at.now >= since + at.release.plan.strategy.patience


def _out_of_patience(waits: Judgement, at: Situation) -> tuple[e.Event, ...]:
    since = max(filter(None, (at.release.patient_from, at.release.bake_until)), default=at.now)
    if at.now < since + at.release.plan.strategy.patience:
        return ()
    return (e.ReleaseHeld(reason="", cause="evidence", gate=waits.gate, verdict=waits.verdict),)


def _void(at: Situation) -> tuple[e.Event, ...]:
    """Approvals fall with the gates that their people saw pass."""
    return tuple(e.ApprovalsVoided(gate=gate, people=people) for gate, people in fallen(at.release, at.judgements))


def _deployed(report: Deployed, at: Situation) -> tuple[e.Event, ...]:
    release = at.release
    current = report.deployment == release.deployment and release.state in (State.ROLLING, State.ROLLING_BACK)
    if not current:
        return ()
    match report.result:
        case "done":
            return confirmed(release, at, report.summary)
        case "in_doubt":
            return () if release.in_doubt else (e.DeploymentDoubted(deployment=report.deployment),)
        case "failed" if release.state is State.ROLLING_BACK:
            return (e.RollbackFailed(summary=report.summary),)
        case "failed":
            failure = e.DeploymentFailed(deployment=report.deployment, summary=report.summary)
            return failure, roll_back(at, cause="deployment", reason=report.summary)


def _revised(report: RulesChanged, at: Situation) -> tuple[e.Event, ...]:
    release = at.release
    digest = digest_of(release.version, release.artifact, report.plan, report.policy)
    if release.state not in WAITING or digest == release.digest:
        return ()
    changed = changed_parts(release.plan, report.plan) or ("rbac",)
    people = tuple(approval.person for approval in release.approvals)
    revised = e.PlanRevised(plan=report.plan, policy=report.policy, digest=digest, changed=changed, people=people)
    return (revised, e.QuorumReached()) if report.plan.approvals.count == 0 else (revised,)
