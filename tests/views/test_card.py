"""The card of a release in every state of its life."""

from datetime import timedelta

import pytest
from syrupy.assertion import SnapshotAssertion

from bot.domain import events as e
from bot.domain.actor import MACHINE
from bot.domain.offers import offers
from bot.domain.service import ApprovalRule, CheckGate, Strategy
from bot.domain.states import ENDED, State
from bot.domain.verdict import Judgement, Verdict
from bot.views.card import card
from bot.views.plain import plain
from tests.releases import DANA, a_plan, a_release, at, judgements, opened
from tests.views.slack_rules import elements, message_problems, offered, texts

COMPARE = "https://github.com/acme/checkout/compare/v2.0.0...v2.1.0"
HELD = (14, e.ReleaseHeld(reason="The database is being moved"), DANA)
DOUBTED = (8, e.DeploymentDoubted(deployment="R-12-1-step-1"), MACHINE.name)
NO_EVIDENCE = (37, e.ReleaseHeld(reason="", cause="evidence", gate="canary", verdict=Verdict.NO_DATA), MACHINE.name)
BAKED = (27, e.BakeFinished(step=0), MACHINE.name)
WENT_BACK = (State.ROLLING_BACK, State.ROLLED_BACK, State.FAILED)


def seen(state: State) -> tuple[Judgement, ...]:
    """What the gates say in a state; the canary fails where the release goes back."""
    return judgements(Verdict.FAIL if state in WENT_BACK else Verdict.PENDING)


@pytest.mark.parametrize("state", State)
def test_every_state_has_its_card(state: State, snapshot: SnapshotAssertion) -> None:
    """Words, blocks and buttons of each state, exactly."""
    release, gates = a_release(state), seen(state)
    made = card(release, gates, offers(release, gates, is_live=True), release.changed_at, compare_url=COMPARE)
    assert made == snapshot


@pytest.mark.parametrize("state", State)
def test_every_card_keeps_slacks_limits_and_fits_a_phone(state: State) -> None:
    """Nothing that Slack refuses, and nine blocks at most."""
    release, gates = a_release(state), seen(state)
    made = card(release, gates, offers(release, gates, is_live=True), release.changed_at)
    assert message_problems(made) == []
    assert len(made.blocks) <= 9


@pytest.mark.parametrize("state", sorted(ENDED))
def test_a_release_that_is_over_has_no_buttons(state: State) -> None:
    """Whatever the caller offers."""
    made = card(a_release(state), (), ("approve", "promote", "rollback", "why"), at(300))
    assert offered(made.blocks) == []
    assert elements(made.blocks, "overflow") == []
    assert "Buttons" not in made.text


@pytest.mark.parametrize("state", State)
def test_the_text_says_everything_that_the_blocks_say(state: State) -> None:
    """A screen reader hears every number, name and reason that the eye sees."""
    release, gates = a_release(state), seen(state)
    made = card(release, gates, offers(release, gates, is_live=True), release.changed_at)
    heard = made.text.replace("*", "")
    for block in made.blocks:
        if block["type"] in ("header", "section", "context"):
            for text in texts(block):
                for line in text.replace("*", "").split("\n"):
                    assert line.lstrip(":abcdefghijklmnopqrstuvwxyz_ ")[:60] in heard


def test_the_first_two_moves_are_buttons_and_the_rest_is_behind_the_dots() -> None:
    """In the order of usefulness; each carries the release and the digest that was shown."""
    release = a_release()
    made = card(release, (), ("approve", "reject", "hold", "abort", "why", "gates"), at(5))
    assert [button["action_id"] for button in elements(made.blocks, "button")] == ["act:approve", "act:reject"]
    (menu,) = elements(made.blocks, "overflow")
    assert menu["action_id"] == "act:more"
    assert offered(made.blocks) == ["approve", "reject", "hold", "abort", "why", "gates"]
    assert all(option["value"].endswith(f"|R-12|{release.digest[:16]}") for option in menu["options"])


def test_more_moves_than_the_menu_holds_are_all_still_there() -> None:
    """Slack's menu has five places; what does not fit stays in the open."""
    moves = ("approve", "promote", "reject", "hold", "resume", "rollback", "abort", "why", "gates")
    made = card(a_release(), (), moves, at(5))
    assert offered(made.blocks) == list(moves)
    assert message_problems(made) == []


def test_what_cannot_be_taken_back_asks_first() -> None:
    """Reject, rollback and abort are red and ask; approve and promote are green and do not."""
    for action, style, asks in (
        ("approve", "primary", False),
        ("promote", "primary", False),
        ("reject", "danger", True),
        ("rollback", "danger", True),
        ("abort", "danger", True),
    ):
        (button,) = elements(card(a_release(State.BAKING), (), (action,), at(15)).blocks, "button")
        assert (button["style"], "confirm" in button) == (style, asks), action


def test_a_hold_says_who_and_why_and_what_ends_it(snapshot: SnapshotAssertion) -> None:
    """The banner of a person's hold."""
    release = a_release(State.BAKING, more=[HELD])
    made = card(release, judgements(), offers(release, judgements(), is_live=False), at(15))
    assert plain(made) == snapshot
    assert offered(made.blocks)[0] == "resume"


def test_a_hold_of_the_machine_names_the_gate(snapshot: SnapshotAssertion) -> None:
    """The banner when evidence did not come."""
    release, gates = a_release(State.BAKING, more=[NO_EVIDENCE]), judgements(Verdict.NO_DATA)
    made = card(release, gates, offers(release, gates, is_live=False), at(38))
    assert plain(made) == snapshot


def test_a_doubt_is_shown_with_the_button_that_settles_it(snapshot: SnapshotAssertion) -> None:
    """Beside the moves that are legal anyway."""
    release = a_release(State.ROLLING, more=[DOUBTED])
    made = card(release, (), offers(release, (), is_live=False), at(9))
    assert plain(made) == snapshot
    assert offered(made.blocks)[0] == "settle"
    assert len(made.blocks) <= 9


def test_a_clean_bake_that_waits_for_a_person_says_so() -> None:
    """With manual advance the card asks for the promote, by its share."""
    release = a_release(State.BAKING, more=[BAKED])
    made = card(release, judgements(Verdict.PASS), offers(release, judgements(), is_live=False), at(28))
    assert "waits for a person to promote" in plain(made)
    assert "Promote to 100 %" in plain(made)
    assert "canary: pass; 3 of 3 windows clean; p95 21 ms vs 20 ms, errors 0.49 % vs 0.3 %" in plain(made)


def test_a_bake_that_is_over_without_evidence_says_what_it_waits_for() -> None:
    """Not "bakes until" a moment that has passed."""
    made = card(a_release(State.BAKING), judgements(Verdict.INCONCLUSIVE), (), at(28))
    assert "time was over at 14:27 UTC; waiting for its gates" in plain(made)
    assert "canary: inconclusive; too few requests to compare: 12 of 100 needed" in plain(made)


def test_an_approved_release_waits_for_gates_that_do_not_pass() -> None:
    """The heading does not promise what the gates forbid."""
    failing = judgements(unit_tests=Verdict.FAIL)
    assert "Approved, waiting for gates" in plain(card(a_release(State.APPROVED), failing, (), at(6)))
    assert "Approved, ready to promote" in plain(card(a_release(State.APPROVED), judgements(), (), at(6)))


def test_a_gate_without_a_judgement_has_no_data() -> None:
    """A missing answer is never shown as a pass."""
    assert "unit-tests: no data" in plain(card(a_release(State.APPROVED), (), (), at(6)))


def test_missing_approvals_name_the_role() -> None:
    """What is still missing, and from whom."""
    assert "Approvals: 0 of 2; needs 2 more approvals, at least 1 from deploy-owner" in plain(
        card(a_release(approvals=()), (), (), at(1))
    )


def test_a_service_without_approvals_says_so() -> None:
    """Nobody has to guess whether something is missing."""
    plan = a_plan(approvals=ApprovalRule(count=0))
    assert "No approval needed." in plain(card(a_release(plan=plan, approvals=()), (), (), at(1)))


def test_a_failing_gate_stays_in_sight_among_many() -> None:
    """Twenty gates do not fit on a phone; those that do not pass come first."""
    names = [f"check-{number}" for number in range(20)]
    plan = a_plan(gates=tuple(CheckGate(kind="check", name=name) for name in names))
    said = tuple(Judgement(gate=name, verdict=Verdict.FAIL if name == "check-19" else Verdict.PASS) for name in names)
    text = plain(card(a_release(plan=plan), said, (), at(1)))
    assert "check-19: fail" in text
    assert "… and 12 more" in text


def test_a_rollback_ends_with_the_number_that_caused_it() -> None:
    """So that nobody has to search the thread for it."""
    made = plain(card(a_release(State.ROLLED_BACK), judgements(Verdict.FAIL), (), at(20)))
    assert "All traffic is back on v2.0.0 since 14:14 UTC, because gate canary failed: error rate 8.1 % is over" in made


def test_the_digest_that_is_decided_travels_in_every_value() -> None:
    """A changed plan makes other values, so that a click on an older card is refused."""
    before = card(a_release(), (), ("approve",), at(1))
    after = card(a_release(digest="f" * 64), (), ("approve",), at(1))
    assert elements(before.blocks, "button")[0]["value"] != elements(after.blocks, "button")[0]["value"]


def test_a_single_step_release_has_no_later_bake() -> None:
    """Gates that can never speak are not promised."""
    plan = a_plan(strategy=Strategy(steps=(100,), bake=(timedelta(0),)))
    text = plain(card(a_release(first=opened(plan=plan)), judgements(), (), at(1)))
    assert "Steps: 100 %\n" in text
    assert "speaks while a step bakes" not in text
