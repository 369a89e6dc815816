"""A rollback always works: in every state that has traffic, whatever else waits, and never to a version taken back."""

from datetime import timedelta

import pytest

from bot.domain.effects import StartRollback, StartStep
from bot.domain.reports import Deployed
from bot.domain.states import State
from tests.engine.road import DANA, LEE, MIKA, RAVI, Road, refused

MOVING = (State.ROLLING, State.BAKING, State.VERIFYING)


@pytest.mark.parametrize("state", [*MOVING, State.DONE, State.FAILED])
def test_a_rollback_goes_from_every_state_with_traffic(road: Road, state: State) -> None:
    """One request is enough, and the deployer's answer ends it."""
    release = road.bring_to(state)
    assert road.ask(MIKA, "rollback", release).accepted
    assert road.release(release).target == "v2.0.0"
    road.deployed(release)
    assert road.state(release) is State.ROLLED_BACK


@pytest.mark.parametrize("state", MOVING)
def test_neither_hold_nor_doubt_stands_in_the_way(road: Road, state: State) -> None:
    """A release that is held goes back, and so does one whose deployment is in doubt; both are over with it."""
    release = road.bring_to(state)
    if state is State.ROLLING:
        road.deployed(release, "in_doubt")
        assert road.release(release).in_doubt
    assert road.ask(MIKA, "hold", release, reason="wait").accepted
    assert road.ask(MIKA, "rollback", release).accepted
    assert not road.release(release).held
    assert not road.release(release).in_doubt


@pytest.mark.parametrize("approved", [False, True])
def test_a_live_release_goes_back_although_another_waits(road: Road, approved: bool) -> None:
    """What was proposed on top of the version that goes ends with it, says why, and can be opened again after."""
    live = road.bring_to(State.DONE)
    waiting = road.approved() if approved else road.open()
    outcome = road.ask(MIKA, "rollback", live, reason="carts are empty")
    assert outcome.accepted, outcome.refusal
    assert road.state(live) is State.ROLLING_BACK
    assert road.state(waiting) is State.ABORTED
    ending = road.release(waiting).ending
    assert ending is not None
    assert (ending.cause, ending.reason) == ("made_room", live)
    road.deployed(live)
    assert road.state(live) is State.ROLLED_BACK
    assert road.open() == "R-3"


def test_without_the_scope_nothing_makes_room(road: Road) -> None:
    """A rollback that is refused, or only asked about, leaves the waiting release alone."""
    live, waiting = road.bring_to(State.DONE), road.open()
    assert road.code(road.ask(LEE, "rollback", live)) == "missing_scope"
    assert road.ask(MIKA, "rollback", live, noop="yes").happened == ("rollback_started",)
    assert road.state(waiting) is State.PROPOSED
    assert road.state(live) is State.DONE


def test_only_the_newest_traffic_goes_back(road: Road) -> None:
    """While a newer release moves traffic, the one below it is refused, and the refusal names the one that is meant."""
    live = road.bring_to(State.DONE)
    newer = road.bring_to(State.BAKING)
    refusal = refused(road.ask(MIKA, "rollback", live))
    assert (refusal.code.value, refusal.subject) == ("not_live", newer)


def test_a_chain_of_rollbacks_goes_down_version_by_version(road: Road) -> None:
    """Each way back leads to what was live before and still stands, down to the baseline."""
    first, second, third = (road.bring_to(State.DONE) for _ in range(3))
    targets = []
    for release in (third, second, first):
        assert road.ask(MIKA, "rollback", release).accepted
        targets.append(road.release(release).target)
        road.deployed(release)
    assert targets == ["v2.2.0", "v2.1.0", "v2.0.0"]


def test_a_version_that_was_taken_back_is_never_a_way_back(road: Road) -> None:
    """However many releases were tried and taken back since, the way back leads below all of them."""
    good = road.bring_to(State.DONE)
    for _ in range(11):
        bad = road.bring_to(State.DONE)
        assert road.ask(MIKA, "rollback", bad).accepted
        road.deployed(bad)
    assert road.ask(MIKA, "rollback", good).accepted
    assert road.release(good).target == "v2.0.0"


def test_a_start_that_waits_to_be_tried_again_does_not_hold_up_the_way_back(road: Road) -> None:
    """The deployer was busy and the step waits a minute; the rollback is due at once, in the same lane."""
    release = road.bring_to(State.ROLLING)
    store, now = road.core.store, road.clock.now()
    (start,) = (one for one in store.claim("w", now, timedelta(seconds=30), 50) if isinstance(one.task, StartStep))
    store.postpone(start, now + timedelta(minutes=1), "busy")
    assert road.ask(MIKA, "rollback", release).accepted
    tasks = [one.task for one in store.claim("w", now, timedelta(seconds=30), 50)]
    assert [type(one) for one in tasks if isinstance(one, StartStep | StartRollback)] == [StartRollback]


def test_a_late_answer_of_the_step_changes_nothing_on_the_way_back(road: Road) -> None:
    """The step's deployer answers after the rollback began: neither done nor failed is believed of the rollback."""
    release = road.bring_to(State.ROLLING)
    step = road.release(release).deployment or ""
    road.deployed(release, "in_doubt")
    assert road.ask(MIKA, "rollback", release).accepted
    for result in ("done", "failed", "in_doubt"):
        assert road.report(Deployed(release, step, result, "late")).happened == ()
    assert road.state(release) is State.ROLLING_BACK


def test_a_rollback_needs_no_reason_no_approval_and_no_gate(road: Road) -> None:
    """The requester of a release cannot approve it, but anybody with the scope can take it back."""
    release = road.bring_to(State.BAKING)
    for person in (DANA, RAVI):
        assert road.ask(person, "rollback", release, noop="yes").accepted
    assert road.code(road.ask(LEE, "rollback", release)) == "missing_scope"
