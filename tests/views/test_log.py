"""The thread as the log: what each event says."""

from typing import get_args

import pytest
from syrupy.assertion import SnapshotAssertion

from bot.domain import events as e
from bot.domain.actor import MACHINE
from bot.domain.preflight import Checked
from bot.domain.states import State
from bot.domain.verdict import Verdict
from bot.views.log import log_entry
from bot.views.plain import plain
from tests.releases import (
    BAD_CANARY,
    BO,
    DANA,
    DIGEST,
    POLICY,
    REQUESTER,
    WITH_CHECKLIST,
    a_check,
    a_plan,
    a_release,
    a_stream,
    an_approval,
    an_entry,
    at,
    opened,
)
from tests.views.slack_rules import elements, message_problems, offered

AUTO = MACHINE.name
SHADOW = e.Shadow(gate="canary", verdict=Verdict.FAIL, reasons=BAD_CANARY)
LOGGED: dict[str, tuple[State, e.Event, str]] = {
    "opened": (State.PROPOSED, opened(), REQUESTER.name),
    "approved": (State.APPROVED, an_approval("U01DANA", ("deploy-owner",), "Read it"), DANA),
    "cleared": (State.APPROVED, e.QuorumReached(), BO),
    "voided": (State.PROPOSED, e.ApprovalsVoided(gate="unit-tests", people=("U01DANA", "U01BO")), AUTO),
    "revised": (
        State.PROPOSED,
        e.PlanRevised(plan=a_plan(), policy=POLICY, digest="a" * 64, changed=("gates",), people=("U01DANA",)),
        AUTO,
    ),
    "rejected": (State.REJECTED, e.ReleaseRejected(reason="Not reversible"), BO),
    "expired": (State.EXPIRED, e.ReleaseExpired(), AUTO),
    "aborted": (State.ABORTED, e.ReleaseAborted(reason="Superseded"), DANA),
    "held by a person": (State.BAKING, e.ReleaseHeld(reason="Lunch"), DANA),
    "resumed": (State.BAKING, e.ReleaseResumed(reason="Fed"), DANA),
    "first step": (State.ROLLING, e.StepStarted(step=0, percent=10, deployment="d", reason="Quiet hour"), DANA),
    "next step": (State.ROLLING, e.StepStarted(step=1, percent=100, deployment="d"), AUTO),
    "shifted": (State.BAKING, e.TrafficShifted(step=0, percent=10, bake_until=at(35), summary="weight 10"), AUTO),
    "arrived": (State.VERIFYING, e.TrafficArrived(step=1, bake_until=at(25)), AUTO),
    "arrived unwatched": (State.VERIFYING, e.TrafficArrived(step=1, bake_until=at(15)), AUTO),
    "bake finished": (State.BAKING, e.BakeFinished(step=0), AUTO),
    "done": (State.DONE, e.ReleaseDone(), AUTO),
    "settled": (State.ROLLING, e.DeploymentSettled(deployment="d", outcome="started", reason="Saw it"), DANA),
    "settled, again": (State.ROLLING, e.DeploymentSettled(deployment="d", outcome="not_started", again="d2"), DANA),
    "back by a gate": (
        State.ROLLING_BACK,
        e.RollbackStarted(deployment="d", to_version="v2.0.0", cause="gate", gate="canary", reasons=BAD_CANARY),
        AUTO,
    ),
    "back by a failed deployment": (
        State.ROLLING_BACK,
        e.RollbackStarted(deployment="d", to_version="v2.0.0", cause="deployment", reason="exit 3"),
        AUTO,
    ),
    "back as asked": (
        State.ROLLING_BACK,
        e.RollbackStarted(deployment="d", to_version="v2.0.0", cause="asked", reason="p99 looks odd"),
        DANA,
    ),
    "back as aborted": (
        State.ROLLING_BACK,
        e.RollbackStarted(deployment="d", to_version=None, cause="aborted", reason="Wrong branch"),
        DANA,
    ),
    "is back": (State.ROLLED_BACK, e.RollbackFinished(to_version="v2.0.0", summary="weight 0"), AUTO),
    "overridden": (
        State.BAKING,
        e.GateOverridden(
            gate="canary",
            person="U01DANA",
            reason="A known flake; I watch it by hand",
            verdict=Verdict.FAIL,
            reasons=BAD_CANARY,
            until=at(75),
            digest=DIGEST,
        ),
        DANA,
    ),
    "override withdrawn": (State.BAKING, e.OverrideWithdrawn(gate="canary", reason="It was no flake"), DANA),
    "override over": (State.BAKING, e.OverrideLapsed(gate="canary"), AUTO),
    "warned": (State.BAKING, e.GateWarned(gate="canary", reasons=BAD_CANARY), AUTO),
    "ticked": (State.PROPOSED, e.ItemTicked(gate="before", item="flags", person="U01DANA", digest=DIGEST), DANA),
    "unticked": (State.PROPOSED, e.ItemUnticked(gate="before", item="flags", person="U01DANA"), DANA),
    "next step in spite of a shadow": (
        State.ROLLING,
        e.StepStarted(step=1, percent=100, deployment="d", shadow=(SHADOW,)),
        AUTO,
    ),
    "done in spite of a shadow": (State.DONE, e.ReleaseDone(shadow=(SHADOW,)), AUTO),
    "pre-flight": (
        State.PROPOSED,
        e.PreflightRun(
            go=False,
            checks=(
                Checked(name="scopes", health="good", found="5 roles"),
                Checked(name="clock", health="bad", found="9 s off Slack's"),
            ),
        ),
        DANA,
    ),
    "evidence flawed": (State.BAKING, e.EvidenceFlawed(path="R-12/evidence-1.json", code="seal.changed:perf"), AUTO),
    "stage fell back": (State.BAKING, e.StageFellBack(path="var/rollout/desired_stage.txt", found="canary"), AUTO),
}
NEEDS_PEOPLE: dict[str, tuple[State, e.Event, str]] = {
    "held by a gate that fails": (
        State.BAKING,
        e.ReleaseHeld(reason="", cause="gate", gate="canary", verdict=Verdict.FAIL),
        AUTO,
    ),
    "held without evidence": (
        State.BAKING,
        e.ReleaseHeld(reason="", cause="evidence", gate="canary", verdict=Verdict.NO_DATA),
        AUTO,
    ),
    "in doubt": (State.ROLLING, e.DeploymentDoubted(deployment="R-12-1-step-1"), AUTO),
    "rollback in doubt": (State.ROLLING_BACK, e.DeploymentDoubted(deployment="R-12-2-rollback"), AUTO),
    "rollback failed": (State.FAILED, e.RollbackFailed(summary="proxy refused: 502"), AUTO),
}
SILENT: tuple[e.Event, ...] = (
    e.EvidenceSealed(path="R-12/evidence-1.locked.json", content_sha256=DIGEST, number=1, key_ids=("k1",)),
    e.EvidenceArchived(place="evidence-archive", files=3, keep_until=at(60)),
    e.ThreadOpened(channel="C01REL", ts="1.2"),
    e.EvidenceRecorded(fact=a_check()),
    e.RequestRefused(action="approve", code="missing_scope"),
    e.DeploymentFailed(deployment="d", summary="exit 3"),
)


def test_every_kind_of_event_is_covered_here() -> None:
    """A new event needs its sentence, or a reason to be silent."""
    kinds = {kind.model_fields["kind"].default for kind in get_args(get_args(e.Event)[0])}
    seen = {event.kind for _, event, _ in (*LOGGED.values(), *NEEDS_PEOPLE.values())}
    assert seen | {event.kind for event in SILENT} == kinds


@pytest.mark.parametrize("name", [*LOGGED, *NEEDS_PEOPLE])
def test_every_event_has_its_line(name: str, snapshot: SnapshotAssertion) -> None:
    """Word for word, as a terminal shows it, and within Slack's limits."""
    state, event, actor = {**LOGGED, **NEEDS_PEOPLE}[name]
    doubt = isinstance(event, e.DeploymentDoubted)
    made = log_entry(a_release(state, first=opened(plan=WITH_CHECKLIST), in_doubt=doubt), an_entry(event, actor=actor))
    assert made is not None
    assert plain(made) == snapshot
    assert message_problems(made) == []


@pytest.mark.parametrize("event", SILENT, ids=lambda event: event.kind)
def test_some_events_are_not_posted(event: e.Event) -> None:
    """The thread stays quiet about what the card shows or the next line says."""
    assert log_entry(a_release(State.ROLLING), an_entry(event)) is None


def test_a_doubt_offers_both_answers() -> None:
    """Each in a block of its own, because Slack wants action ids to differ within one."""
    release = a_release(State.ROLLING, in_doubt=True)
    made = log_entry(release, an_entry(e.DeploymentDoubted(deployment="d"), actor=AUTO))
    assert made is not None
    assert offered(made.blocks) == ["settle:started", "settle:not_started"]
    assert {button["action_id"] for button in elements(made.blocks, "button")} == {"act:settle"}


def test_a_doubt_that_was_settled_meanwhile_offers_nothing() -> None:
    """A late post shows the truth."""
    made = log_entry(a_release(State.BAKING), an_entry(e.DeploymentDoubted(deployment="d"), actor=AUTO))
    assert made is not None
    assert offered(made.blocks) == []


def test_a_hold_of_the_machine_offers_the_two_ways_out() -> None:
    """Resume, or roll back."""
    event = e.ReleaseHeld(reason="", cause="evidence", gate="canary", verdict=Verdict.NO_DATA)
    stream = a_stream(State.BAKING, more=[(37, event, AUTO)])
    made = log_entry(a_release(State.BAKING, more=[(37, event, AUTO)]), stream[-1])
    assert made is not None
    assert offered(made.blocks) == ["resume", "rollback"]


def test_a_failed_rollback_says_what_now_and_offers_it() -> None:
    """The worst message of all is the one that has to be clearest."""
    stream = a_stream(State.FAILED)
    made = log_entry(a_release(State.FAILED), stream[-1])
    assert made is not None
    assert offered(made.blocks) == ["rollback", "abort"]
    assert "What now:" in made.text


def test_a_line_about_something_long_over_has_no_buttons() -> None:
    """Nothing is offered that the release can no longer do."""
    made = log_entry(a_release(State.ABORTED), an_entry(e.RollbackFailed(summary="x"), actor=AUTO))
    assert made is not None
    assert offered(made.blocks) == []
