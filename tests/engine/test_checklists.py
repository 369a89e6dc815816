"""Checklists: items ticked by people who may, each with who and when, for what is being decided now."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.domain.outcome import Outcome
from bot.domain.reports import Looked
from bot.domain.states import State
from bot.domain.verdict import Verdict
from tests.engine.road import CI, DANA, LEE, MIKA, RAVI, Road, build_road, configure, refused
from tests.stories.house import RBAC, Rules

GATES = """[
  {name: before, kind: checklist, items: [
    {id: flags, text: Flags are off},
    {id: way-back, text: The way back is written down, roles: [deploy-owner]},
    {id: keys, text: Keys are current, scope: keys:read}]},
  {name: during, kind: checklist, when: bake, items: [{id: graphs, text: Somebody looks at the graphs}]}]"""
WITH_KEYS = RBAC.replace("deploy-owner: {scopes: [", "deploy-owner: {scopes: [keys:read, ")


@pytest.fixture
def road(database_url: str, tmp_path: Path) -> Iterator[Road]:
    """R-1 is approved, and has a list to do before promote and one while it bakes."""
    built = build_road(tmp_path, database_url, Rules(gates=GATES))
    configure(tmp_path, Rules(gates=GATES), WITH_KEYS)
    built.core.catalogue.refresh()
    built.approved()
    yield built
    built.core.close()


def tick(road: Road, *items: str, done: str = "", who: object = DANA) -> Outcome:
    """Somebody ticks items of R-1."""
    return road.ask(who, "tick", "R-1", item=" ".join(items), done=done)  # type: ignore[arg-type]  # an actor


def test_it_passes_once_every_item_is_ticked(road: Road) -> None:
    """Until then promote is refused, with what is missing and who can."""
    assert tick(road, "flags", who=MIKA).happened == ("item_ticked",)
    lack = refused(road.ask(MIKA, "promote", "R-1", noop="yes"))
    assert [one.code for one in lack.reasons] == [
        "checklist.progress", "checklist.open:deploy-owner", "checklist.open:keys:read",
    ]  # fmt: skip
    assert {one.role for one in lack.holders} == {"deploy-owner", "sre"}
    assert tick(road, "way-back,", "keys").happened == ("item_ticked", "item_ticked")
    assert road.ask(MIKA, "promote", "R-1").accepted
    (before, _) = road.core.questions.judged(road.release())
    assert (before.verdict, before.as_of) == (Verdict.PASS, road.clock.now())
    assert [(one.item, one.person) for one in road.release().ticks] == [
        ("flags", "U01MIKA"), ("way-back", "U01DANA"), ("keys", "U01DANA"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("item", "who", "code"),
    [
        ("flags", LEE, "missing_scope"),
        ("flags", CI, "missing_scope"),
        ("way-back", MIKA, "missing_role"),
        ("keys", MIKA, "missing_scope"),
        ("flags, way-back", MIKA, "missing_role"),
        ("graphs", DANA, "unknown_item"),
        ("nonsense", DANA, "unknown_item"),
        (",", DANA, "unknown_item"),
    ],
)
def test_nobody_ticks_what_is_not_theirs(road: Road, item: str, who: object, code: str) -> None:
    """Without the scope or the role, or what is not on a list of now; then nothing of it is ticked."""
    assert road.code(tick(road, item, who=who)) == code
    assert road.release().ticks == ()


def test_twice_is_once(road: Road) -> None:
    """A colleague was faster; whoever unticks afterwards takes it back."""
    tick(road, "flags")
    assert tick(road, "flags", who=RAVI).happened == ()
    assert road.release().ticks[0].person == "U01DANA"
    assert tick(road, "flags", done="no", who=RAVI).happened == ("item_unticked",)
    assert road.release().ticks == ()


def test_other_rules_void_the_ticks(road: Road) -> None:
    """They were given for another digest."""
    tick(road, "flags", "way-back", "keys")
    configure(road.folder, Rules(gates=GATES, bake="[2s, 0s]"), WITH_KEYS)
    road.ask(MIKA, "promote", "R-1")
    assert road.release().ticks == ()


def test_the_last_tick_lets_a_baked_step_go_on(road: Road) -> None:
    """The bake is over and only the list is open."""
    tick(road, "flags", "way-back", "keys")
    road.ask(MIKA, "promote", "R-1")
    road.deployed("R-1")
    road.clock.turn(seconds=2)
    assert road.report(Looked("R-1")).happened == ()
    tick(road, "graphs", who=MIKA)
    assert road.report(Looked("R-1")).happened == ("step_started",)
    assert road.state() is State.ROLLING
