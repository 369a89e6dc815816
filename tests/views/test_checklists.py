"""The checklist as a form of boxes."""

from typing import Any

from hypothesis import given

from bot.domain import events as e
from bot.domain.service import ChecklistGate, ChecklistItem, When
from bot.domain.states import State
from bot.views.checklists import changes, is_ticking, ticking
from bot.views.modals import as_view
from tests.releases import DANA, DIGEST, WITH_CHECKLIST, a_plan, a_release, at, opened
from tests.views.hostile import hostile
from tests.views.slack_rules import elements, problems


def _storable(text: str) -> str:
    """Configuration is UTF-8: it cannot hold a lone surrogate."""
    return text.encode("utf-8", "replace").decode()


TICKED = (4, e.ItemTicked(gate="before", item="flags", person="U01DANA", digest=DIGEST), DANA)


def shown() -> dict[str, Any]:
    """The form of a release on which Dana has ticked the flags, as Slack sends it back untouched."""
    form = ticking(a_release(more=[TICKED], first=opened(plan=WITH_CHECKLIST)), at(5))
    assert form is not None
    view: dict[str, Any] = as_view(form)
    assert problems(view["blocks"], "modal") == []
    return view


def submitted(*ticked: str) -> dict[str, Any]:
    """The form as it comes back with these boxes ticked."""
    chosen = [{"value": name} for name in ticked]
    return shown() | {"state": {"values": {"item": {"value": {"type": "checkboxes", "selected_options": chosen}}}}}


def test_boxes_say_who_ticked_and_who_has_to() -> None:
    """What is ticked is ticked; the rest says whose it is."""
    (boxes,) = elements(shown()["blocks"], "checkboxes")
    asides = {one["value"]: one["description"]["text"] for one in boxes["options"]}
    assert asides == {"flags": "Ticked by <@U01DANA>, 14:04 UTC", "rollback-plan": "Needs deploy-owner"}
    assert [one["value"] for one in boxes["initial_options"]] == ["flags"]


def test_only_what_was_changed_is_asked_for() -> None:
    """Held against what the form showed: what a colleague ticked meanwhile stays ticked."""
    assert list(changes(submitted("flags"))) == []
    assert list(changes(submitted("flags", "rollback-plan"))) == [{"item": "rollback-plan", "done": "yes"}]
    assert list(changes(submitted("rollback-plan"))) == [
        {"item": "rollback-plan", "done": "yes"}, {"item": "flags", "done": "no"},
    ]  # fmt: skip


def test_a_release_without_a_list_has_no_such_form() -> None:
    """And a form of another action is none of these."""
    assert ticking(a_release(), at(5)) is None
    assert ticking(a_release(State.BAKING, first=opened(plan=WITH_CHECKLIST)), at(5)) is None
    assert not is_ticking({"blocks": [{"type": "section"}]})


@given(hostile.filter(lambda text: 0 < len(text) <= 75).map(_storable))
def test_hostile_texts_never_break_the_form(text: str) -> None:
    """Two lists of ten, each within Slack's limits."""
    items = tuple(ChecklistItem(id=f"i{number}", text=text, roles=(text,)) for number in range(10))
    lists = tuple(
        ChecklistGate(kind="checklist", name=name, when=When.PROMOTE, items=items) for name in ("before", "also")
    )
    form = ticking(a_release(first=opened(plan=a_plan(gates=lists))), at(5))
    assert form is not None
    assert problems(form.blocks, "modal") == []
