"""The thread as the log: one reply for each thing that happened, with what to do next where something is to be done."""

from dataclasses import dataclass

from bot.domain import events as e
from bot.domain.actions import ACTIONS
from bot.domain.approvals import counted
from bot.domain.journal import Entry
from bot.domain.message import Block, Message
from bot.domain.release import Release
from bot.domain.states import ENDED, State, legal_moves
from bot.views import buttons, marks
from bot.views.approval_lines import needed, required
from bot.views.blocks import actions, message, section
from bot.views.escape import below, code, inline, passage
from bot.views.gate_log import (
    gate_overridden,
    gate_warned,
    item_ticked,
    item_unticked,
    override_lapsed,
    override_withdrawn,
)
from bot.views.gate_modes import in_shadow
from bot.views.marks import unmarked
from bot.views.people import listed, mention, who
from bot.views.preflight import preflight_run
from bot.views.progress import hold_reason
from bot.views.rollback_words import rollback_failed, rollback_finished, rollback_started
from bot.views.rollout_words import (
    bake_finished,
    deployment_doubted,
    deployment_settled,
    step_started,
    traffic_arrived,
    traffic_shifted,
)
from bot.views.states import named
from bot.views.times import moment, span


@dataclass(frozen=True, slots=True)
class Line:
    """A log line: what it says, and the moves that it offers."""

    text: str
    moves: tuple[str, ...] = ()


def log_entry(release: Release, entry: Entry) -> Message | None:
    """The thread reply for an entry; None for what is not posted."""
    line = log_line(release, entry)
    if line is None:
        return None
    blocks = [section(line.text), *_offers(release, line)]
    return message(unmarked(line.text), blocks)


def log_line(release: Release, entry: Entry) -> Line | None:  # one arm an event kind
    """What an entry says to people, and the moves that it asks them for. `release` counts the entry already."""
    event = entry.event
    match event:
        case e.ThreadOpened() | e.EvidenceRecorded() | e.RequestRefused():
            return None
        case e.EvidenceSealed() | e.EvidenceArchived():
            return None  # the card's small print says it
        case e.DeploymentFailed():
            return None  # the rollback that it causes says so, in the same breath
        case e.ReleaseOpened():
            return Line(_opened(release, entry, event))
        case e.ApprovalGiven():
            return Line(_approved(release, event))
        case e.QuorumReached():
            return Line(_cleared(release))
        case e.ApprovalsVoided():
            return Line(_voided(event))
        case e.PlanRevised():
            return Line(_revised(event))
        case e.ReleaseRejected():
            return Line(f"{marks.BAD} {who(entry.actor)} rejected {named(release)}.\n{passage(event.reason)}")
        case e.ReleaseExpired():
            return Line(_expired(release))
        case e.ReleaseAborted():
            return Line(_aborted(release, entry, event))
        case e.ReleaseHeld():
            return _held(release, entry, event)
        case e.ReleaseResumed():
            return Line(f"{who(entry.actor)} resumed the release; it goes on.{below(event.reason)}")
        case e.StepStarted():
            return Line(step_started(release, entry, event))
        case e.TrafficShifted():
            return Line(traffic_shifted(release, entry, event))
        case e.TrafficArrived():
            return Line(traffic_arrived(release, entry, event))
        case e.BakeFinished():
            return Line(bake_finished(release, event), ("promote", "rollback"))
        case e.ReleaseDone():
            return Line(_done(release, entry) + in_shadow(event.shadow))
        case e.DeploymentDoubted():
            return Line(deployment_doubted(release, event), ("settle",))
        case e.DeploymentSettled():
            return Line(deployment_settled(entry, event))
        case e.RollbackStarted():
            return Line(rollback_started(release, entry, event))
        case e.RollbackFinished():
            return Line(rollback_finished(release, event))
        case e.RollbackFailed():
            return Line(rollback_failed(release, event), ("rollback", "abort"))
        case e.StageFellBack():
            return Line(_fell_back(event))
        case e.PreflightRun():
            return Line(preflight_run(entry, event))
        case e.EvidenceFlawed():
            return Line(_evidence_flawed(release, event))
        case e.GateOverridden():
            return Line(gate_overridden(entry, event))
        case e.OverrideWithdrawn():
            return Line(override_withdrawn(entry, event))
        case e.OverrideLapsed():
            return Line(override_lapsed(event))
        case e.GateWarned():
            return Line(gate_warned(event))
        case e.ItemTicked():
            return Line(item_ticked(release, event))
        case e.ItemUnticked():
            return Line(item_unticked(release, event))


def _offers(release: Release, line: Line) -> tuple[Block, ...]:
    """Buttons for what is still legal when the line is posted, which may be later than it happened."""
    if release.state in ENDED or not line.moves:
        return ()
    if line.moves == ("settle",):
        return buttons.settle_choices(release) if release.in_doubt else ()
    legal = [move for move in line.moves if _is_legal(release, move)]
    return (actions([buttons.move_button(release, move) for move in legal]),) if legal else ()


def _is_legal(release: Release, action: str) -> bool:
    move = ACTIONS[action].move
    return move in legal_moves(release.state) and not (action == "resume" and not release.held)


def _opened(release: Release, entry: Entry, event: e.ReleaseOpened) -> str:
    live = f"Live now: {inline(event.previous, 40)}." if event.previous else "Nothing is live there yet."
    return (
        f"{who(entry.actor)} opened {named(release)}. {live} It needs {required(release)} and expires "
        f"{moment(event.expires_at, entry.at)}.{below(event.reason)}"
    )


def _approved(release: Release, event: e.ApprovalGiven) -> str:
    people = [approval.person for approval in counted(release)]
    place = f" ({people.index(event.person) + 1} of {needed(release)})" if event.person in people else ""
    return f"{marks.GOOD} {mention(event.person)} approved{place}.{below(event.reason)}"


def _cleared(release: Release) -> str:
    return f"{marks.GOOD} {named(release)} is approved by all who are needed. Next: promote it once its gates pass."


def _voided(event: e.ApprovalsVoided) -> str:
    return (
        f"{marks.ATTENTION} {_no_longer(event.people)}: gate {code(event.gate)} passed when it was given and does not "
        "pass now. Please look at the gate, then approve again."
    )


def _revised(event: e.PlanRevised) -> str:
    changed = listed([inline(part, 40) for part in event.changed])
    again = f" {_no_longer(event.people)}: please look at the card, then approve again." if event.people else ""
    return f"{marks.ATTENTION} The rules for this release changed ({changed}).{again}"


def _no_longer(people: tuple[str, ...]) -> str:
    names = listed([mention(person) for person in people])
    return (
        f"The approval of {names} no longer counts" if len(people) == 1 else f"The approvals of {names} no longer count"
    )


def _expired(release: Release) -> str:
    waited = span(release.expires_at - release.opened_at)
    return (
        f"{marks.BAD} {named(release)} expired: nobody promoted it within {waited}. No traffic moved. "
        "Open it again if it is still wanted."
    )


def _aborted(release: Release, entry: Entry, event: e.ReleaseAborted) -> str:
    if event.for_rollback_of:
        return (
            f"{marks.BAD} {named(release)} is over: {who(entry.actor)} rolls back {inline(event.for_rollback_of, 20)}, "
            f"which it was to follow. Open it again once that is settled.{below(event.reason)}"
        )
    left = (
        f"Interlock moves no more traffic; up to {release.percent} % may still be on {inline(release.version, 40)}."
        if release.percent
        else "No traffic of it is left."
    )
    return f"{marks.BAD} {who(entry.actor)} aborted {named(release)}. {left}\n{passage(event.reason)}"


def _held(release: Release, entry: Entry, event: e.ReleaseHeld) -> Line:
    if not event.cause:
        text = (
            f"{marks.ATTENTION} {who(entry.actor)} put the release on hold. Nothing moves forward until it is resumed."
        )
        return Line(f"{text}\n{passage(event.reason)}")
    waited = hold_reason(entry.actor, event.reason, event.gate, event.verdict)
    text = (
        f"{marks.ATTENTION} Interlock put {named(release)} on hold: {waited} Traffic stays at {release.percent} %. "
        f"Resume to wait another {span(release.plan.strategy.patience)} for evidence, or roll back."
    )
    back = release.state in (State.ROLLING, State.BAKING, State.VERIFYING)
    return Line(text, ("resume", "rollback" if back else "abort"))


def _done(release: Release, entry: Entry) -> str:
    before = f" {inline(release.previous, 40)} was live before; “rollback” brings it back." if release.previous else ""
    took = span(entry.at - release.opened_at)
    return f"{marks.GOOD} {named(release)} is done: all traffic moved and verified, {took} after it was opened.{before}"


def _evidence_flawed(release: Release, event: e.EvidenceFlawed) -> str:
    return (
        f"{marks.ATTENTION} The sealed evidence in {code(event.path)} is not what was sealed ({code(event.code)}), so "
        f"nothing more is sealed there. Next: run {code(f'interlock evidence verify {release.id}')} to see which "
        "file was changed, then find out who or what wrote it. The ledger holds all that was measured."
    )


def _fell_back(event: e.StageFellBack) -> str:
    return (
        f"{marks.ATTENTION} The stage file {code(event.path)} was not what Interlock signed (found: "
        f"{code(event.found)}), so it was set back to {code('stable')}. Next: find out who or what wrote it."
    )
