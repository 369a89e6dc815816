"""Forms."""

import pytest
from hypothesis import given

from bot.domain.actions import ACTIONS, Action
from bot.domain.refusal import Code, Refusal
from bot.domain.states import State
from bot.views.modals import as_view, field_errors, form
from bot.views.pressed import decode
from tests.releases import a_release
from tests.views.hostile import hostile
from tests.views.slack_rules import problems, units

ASKING = [row for row in ACTIONS.values() if row.fields]


@pytest.mark.parametrize("action", ASKING, ids=lambda action: action.name)
def test_a_form_asks_for_what_the_action_declares(action: Action) -> None:
    """One input a field, named as the field, required as declared."""
    release = a_release(State.BAKING) if action.on_release else None
    made = form(action, release)
    inputs = [block for block in made.blocks if block["type"] == "input"]
    assert [block["block_id"] for block in inputs] == [field.name for field in action.fields]
    assert [block["optional"] for block in inputs] == [not field.required for field in action.fields]
    assert all(block["element"]["action_id"] == "value" for block in inputs)  # type: ignore[index]  # Block Kit is a mapping
    assert made.callback == f"act:{action.name}"
    assert problems(made.blocks, "modal") == []
    assert max(units(made.title), units(made.submit)) <= 24


def test_a_form_carries_its_release() -> None:
    """Looked up again when it comes back."""
    pressed = decode(form(ACTIONS["reject"], a_release()).private)
    assert pressed is not None
    assert (pressed.release, pressed.action) == ("R-12", "reject")


def test_values_that_were_typed_are_filled_in() -> None:
    """Nobody types a reason twice; a choice is chosen; what does not fit is left out."""
    made = form(ACTIONS["settle"], a_release(State.ROLLING), {"outcome": "not_started", "reason": "Saw the proxy"})
    outcome, reason = (block["element"] for block in made.blocks if block["type"] == "input")
    assert outcome["initial_option"]["value"] == "not_started"  # type: ignore[index]  # Block Kit is a mapping
    assert reason["initial_value"] == "Saw the proxy"  # type: ignore[index]  # Block Kit is a mapping
    other = form(ACTIONS["settle"], a_release(State.ROLLING), {"outcome": "maybe", "reason": "x" * 4000})
    assert "initial_option" not in str(other.blocks)
    assert "initial_value" not in str(other.blocks)


@given(hostile)
def test_hostile_values_never_break_a_form(value: str) -> None:
    """They are shown to the one who typed them, within Slack's limits."""
    made = form(ACTIONS["open"], None, dict.fromkeys(("service", "version", "environment", "reason"), value))
    assert problems(made.blocks, "modal") == []


def test_errors_stand_beside_their_field() -> None:
    """In plain words: Slack reads no markup there."""
    errors = field_errors(Refusal(code=Code.UNKNOWN_VERSION, subject="<!channel>", known=("vX.Y.Z",)))
    assert errors == {"version": "“‹!channel›” is not a version that I can read. A version looks like vX.Y.Z."}
    assert set(field_errors(Refusal(code=Code.INVALID_INPUT, subject="reason", detail="missing"))) == {"reason"}
    assert set(field_errors(Refusal(code=Code.UNKNOWN_SERVICE, subject="x"))) == {"service"}


def test_a_refusal_about_no_field_has_no_errors() -> None:
    """The caller shows it another way."""
    assert field_errors(Refusal(code=Code.MISSING_SCOPE, subject="deploy:approve")) == {}


def test_a_form_becomes_slacks_view() -> None:
    """With everything that views.open needs."""
    view = as_view(form(ACTIONS["hold"], a_release(State.BAKING)))
    assert view["type"] == "modal"
    assert view["callback_id"] == "act:hold"
    assert set(view) == {"type", "callback_id", "title", "submit", "close", "blocks", "private_metadata"}
