"""What the asker alone sees."""

import pytest
from syrupy.assertion import SnapshotAssertion

from bot.domain.outcome import Outcome
from bot.domain.refusal import Code, Refusal
from bot.domain.states import State
from bot.views.answers import answer
from bot.views.plain import plain
from tests.releases import a_release
from tests.views.slack_rules import message_problems

LINK = "https://acme.slack.com/archives/C01REL/p1772546400000100"
QUORUM = Refusal(code=Code.QUORUM_MISSING, release="R-12", subject="1", known=("deploy-owner:1",))
GATE = Refusal(code=Code.GATE_NOT_PASSED, release="R-12", subject="unit-tests", detail="no_data")
HAPPENED = {
    "open": (State.PROPOSED, ("release_opened",)),
    "approve": (State.PROPOSED, ("approval_given",)),
    "approve, the last": (State.APPROVED, ("approval_given", "quorum_reached")),
    "reject": (State.REJECTED, ("release_rejected",)),
    "promote": (State.ROLLING, ("step_started",)),
    "hold": (State.BAKING, ("release_held",)),
    "resume": (State.BAKING, ("release_resumed",)),
    "rollback": (State.ROLLING_BACK, ("rollback_started",)),
    "abort": (State.ABORTED, ("release_aborted",)),
    "settle": (State.BAKING, ("deployment_settled", "traffic_shifted")),
    "nothing": (State.BAKING, ()),
}


@pytest.mark.parametrize("name", HAPPENED)
def test_an_accepted_request_says_what_happened(name: str, snapshot: SnapshotAssertion) -> None:
    """And leads to the thread."""
    state, kinds = HAPPENED[name]
    made = answer(Outcome(action=name.split(",")[0], release="R-12", happened=kinds), a_release(state), LINK)
    assert plain(made) == snapshot
    assert LINK in plain(made)
    assert message_problems(made) == []


@pytest.mark.parametrize("name", HAPPENED)
def test_noop_says_that_nothing_was_changed(name: str, snapshot: SnapshotAssertion) -> None:
    """And what would have been."""
    _, kinds = HAPPENED[name]
    made = answer(Outcome(action=name.split(",")[0], release="R-12", happened=kinds, noop=True), a_release())
    assert plain(made) == snapshot
    assert plain(made).startswith("Nothing was changed. ")


def test_noop_of_a_refused_request_lists_every_blocker_in_order() -> None:
    """Not only the first."""
    outcome = Outcome(action="promote", release="R-12", noop=True, refusal=QUORUM, blockers=(QUORUM, GATE))
    text = plain(answer(outcome, a_release()))
    assert text.startswith(
        "Nothing was changed. This would be refused:\n1. R-12 needs 1 more approval, from deploy-owner."
    )
    assert "2. Gate unit-tests has not passed: no data." in text


def test_noop_of_opening_needs_no_release() -> None:
    """It does not exist yet."""
    made = answer(Outcome(action="open", noop=True, happened=("release_opened",)), None)
    assert plain(made) == "Nothing was changed. This would open the release and its thread."


def test_a_refused_request_gives_sentence_hint_and_thread() -> None:
    """The refusal's own words."""
    made = answer(Outcome(action="promote", release="R-12", refusal=QUORUM), a_release(), LINK)
    assert "R-12 needs 1 more approval, from deploy-owner. Ask somebody who may approve." in plain(made)
    assert LINK in plain(made)
    assert message_problems(made) == []


def test_an_approval_says_what_is_still_missing() -> None:
    """So that the approver knows whether to go on or to wait."""
    made = answer(Outcome(action="approve", release="R-12", happened=("approval_given",)), a_release())
    assert "You approved R-12 (checkout v2.1.0 → prod). It needs 1 more approval." in plain(made)
