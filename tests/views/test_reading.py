"""Answers to questions."""

import pytest
from syrupy.assertion import SnapshotAssertion

from bot.domain.actions import ACTIONS
from bot.domain.evidence import SourceFailure
from bot.domain.refusal import Code, Refusal
from bot.domain.service import CheckGate
from bot.domain.states import State
from bot.domain.verdict import Judgement, Reason, Verdict
from bot.views.plain import plain
from bot.views.reading import broken_config, gates, help_text, menu, nothing_here, status, why
from tests.releases import a_plan, a_release, at, judgements
from tests.views.slack_rules import elements, message_problems, offered

BAKING = Refusal(code=Code.STILL_BAKING, release="R-12", until=at(27))
GATE = Refusal(
    code=Code.GATE_NOT_PASSED,
    release="R-12",
    subject="canary",
    detail="pending",
    reasons=(Reason(code="canary.windows_clean", observed=2, limit=3),),
)
QUORUM = Refusal(code=Code.QUORUM_MISSING, release="R-12", subject="1")


def test_status_is_the_card_and_the_way_to_the_thread() -> None:
    """With the moves that are legal now."""
    made = status(a_release(), judgements(), ("approve", "reject"), at(5))
    assert offered(made.blocks) == ["approve", "reject"]
    assert plain(made).endswith("Its thread is in #C01REL.")
    assert message_problems(made) == []


def test_why_lists_every_blocker_and_the_earliest_moment(snapshot: SnapshotAssertion) -> None:
    """In the order in which they have to be cleared."""
    made = why(a_release(State.BAKING), (BAKING, GATE), at(20))
    assert plain(made) == snapshot
    assert message_problems(made) == []


def test_why_gives_the_moment_when_time_alone_decides() -> None:
    """The latest of the moments that the blockers name."""
    assert plain(why(a_release(State.BAKING), (BAKING,), at(20))).endswith("Earliest moment: 14:27 UTC.")


def test_why_says_when_a_waiting_release_expires() -> None:
    """People may not come in time."""
    assert "it expires 18:00 UTC" in plain(why(a_release(), (QUORUM,), at(20)))


@pytest.mark.parametrize("state", State)
def test_why_has_an_answer_where_nothing_blocks(state: State, snapshot: SnapshotAssertion) -> None:
    """It says what comes next, or that nothing does; that promote does not fit the state is no blocker."""
    assert plain(why(a_release(state), (), at(20))) == snapshot
    wrong = Refusal(code=Code.WRONG_STATE, release="R-12", subject=state.value)
    assert why(a_release(state), (wrong,), at(20)) == why(a_release(state), (), at(20))


@pytest.mark.parametrize("verdict", Verdict)
def test_gates_show_every_number(verdict: Verdict, snapshot: SnapshotAssertion) -> None:
    """Reasons with limits and samples, both tracks, age, file."""
    made = gates(a_release(State.BAKING), judgements(verdict), at(13))
    assert plain(made) == snapshot
    assert message_problems(made) == []


def test_gates_say_why_a_source_could_not_be_read() -> None:
    """File and line, so that somebody can repair it."""
    failure = SourceFailure(
        gate="canary",
        version="v2.1.0",
        observed_at=at(12),
        producer="csv",
        code="bad_row",
        detail="canary.csv line 7: NaN",
    )
    text = plain(gates(a_release(State.BAKING, facts=(failure,)), judgements(Verdict.ERROR), at(13)))
    assert "its source could not be read (bad_row): canary.csv line 7: NaN" in text


def test_many_gates_with_much_to_say_are_cut_to_what_slack_takes() -> None:
    """Sixty gates, each with a long summary: fifty blocks, four thousand characters of text."""
    plan = a_plan(gates=tuple(CheckGate(kind="check", name=f"check-{number}") for number in range(60)))
    said = tuple(
        Judgement(gate=gate.name, verdict=Verdict.FAIL, reasons=(Reason(code="check.failed", detail="x" * 900),) * 20)
        for gate in plan.gates
    )
    made = gates(a_release(plan=plan), said, at(13))
    assert message_problems(made) == []
    assert "… and 12 more" in str(made.blocks[-1])


def test_gates_say_that_evidence_stopped_counting() -> None:
    """Stale numbers are shown with the moment at which they became so."""
    assert "stopped counting 14:14 UTC" in plain(gates(a_release(State.BAKING), judgements(), at(20)))


def test_a_menu_offers_each_release() -> None:
    """Values as buttons carry them, so that the same check follows."""
    releases = tuple(a_release(id=f"R-{number}") for number in range(1, 4))
    made = menu("approve", releases)
    (element,) = elements(made.blocks, "static_select")
    assert element["action_id"] == "pick:approve"
    assert [option["value"].split("|")[:2] for option in element["options"]] == [
        ["approve", f"R-{number}"] for number in range(1, 4)
    ]
    assert message_problems(made) == []


def test_a_menu_holds_a_hundred_and_says_nothing_of_none() -> None:
    """Slack's limit, and an answer for a menu whose releases have gone."""
    many = menu("approve", tuple(a_release(id=f"R-{number}") for number in range(150)))
    assert len(elements(many.blocks, "static_select")[0]["options"]) == 100
    assert message_problems(many) == []
    assert message_problems(menu("approve", ())) == []


def test_help_lists_what_the_person_may_do(snapshot: SnapshotAssertion) -> None:
    """Grouped, with examples, under this installation's command names."""
    made = help_text(tuple(ACTIONS.values()), "acme-")
    assert plain(made) == snapshot
    assert message_problems(made) == []
    assert all(row.summary in plain(made) for row in ACTIONS.values())


def test_help_leaves_out_what_the_person_may_not_do() -> None:
    """Reading only."""
    made = plain(help_text((ACTIONS["status"],), ""))
    assert "/release status" in made
    assert "/approve" not in made


def test_help_for_nobody_says_where_rights_come_from() -> None:
    """An empty list would help nobody."""
    assert "rbac.yaml" in plain(help_text((), ""))


def test_nothing_here_names_what_is_released_here() -> None:
    """And what to do."""
    assert "checkout and payments" in plain(nothing_here(("checkout", "payments")))
    assert message_problems(nothing_here(())) == []


def test_broken_configuration_lists_every_problem_it_has_room_for() -> None:
    """All at once, within Slack's limits."""
    made = broken_config(tuple(f"rbac.yaml: bindings.{number}: <unknown> key" for number in range(300)))
    assert "rbac.yaml: bindings.0: <unknown> key" in plain(made)
    assert "more" in plain(made)
    assert message_problems(made) == []
