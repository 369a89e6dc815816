"""How far a gate's word reaches: shadow, advise, hold, enforce."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.domain import events as e
from bot.domain.reports import Looked
from bot.domain.states import State
from bot.views.plain import plain
from bot.views.reading import gates
from tests.engine.road import DANA, MIKA, RAVI, Road, build_road
from tests.stores import fresh_database
from tests.stories.house import Rules

Build = Callable[[str], Road]


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """What a mode does is decided before any database is asked, so one kind of it is enough."""
    with fresh_database(request, tmp_path, migrated=True) as url:
        yield url


@pytest.fixture
def build(database_url: str, tmp_path: Path) -> Iterator[Build]:
    """A road whose two checks have a mode: one before promote, one while ten minutes bake."""
    built: list[Road] = []

    def with_mode(mode: str) -> Road:
        checks = (("unit-tests", "promote"), ("smoke", "bake"))
        spec = ", ".join(f"{{name: {name}, kind: check, when: {when}, mode: {mode}}}" for name, when in checks)
        built.append(build_road(tmp_path, database_url, Rules(bake="[10m, 0s]", patience="5m", gates=f"[{spec}]")))
        return built[0]

    yield with_mode
    built[0].core.close()


def test_a_shadow_never_stops_anything_and_the_log_says_what_it_would_have(build: Build) -> None:
    """Both fail, approvals ignore them, and the release is done."""
    road = build("shadow")
    road.open()
    road.check("R-1")
    for owner in (DANA, RAVI):
        road.ask(owner, "approve", "R-1")
    assert road.release().approvals[0].saw == ()
    road.check("R-1", "fail")
    assert road.state() is State.APPROVED
    road.ask(MIKA, "promote", "R-1")
    road.deployed("R-1")
    road.check("R-1", "fail", gate="smoke")
    assert (road.state(), road.release().held) == (State.BAKING, False)
    found = gates(road.release(), road.core.questions.judged(road.release()), road.clock.now())
    assert "would have brought traffic back" in plain(found)
    road.clock.turn(minutes=10)
    road.report(Looked("R-1"))
    road.deployed("R-1")
    road.report(Looked("R-1"))
    assert road.state() is State.DONE
    shadows = [one.gate for event in events(road) if isinstance(event, e.StepStarted) for one in event.shadow]
    assert shadows == ["unit-tests", "smoke"]


def test_advice_is_told_once_in_a_step_and_stops_nothing(build: Build) -> None:
    """It fails, recovers and fails again: one line in the thread; the next step may hear it anew."""
    road = build("advise")
    road.bring_to(State.BAKING)
    for status in ("fail", "pass", "fail"):
        road.check("R-1", status, gate="smoke")
    assert road.kinds().count("gate_warned") == 1
    road.clock.turn(minutes=10)
    assert road.report(Looked("R-1")).happened == ("step_started",)
    assert road.release().warned == ()


def test_a_gate_that_holds_leaves_a_fail_to_a_person(build: Build) -> None:
    """It blocks promote as ever; while baking its fail holds, and whoever resumes has the strategy's patience."""
    road = build("hold")
    road.approved()
    assert road.code(road.ask(MIKA, "promote", "R-1", noop="yes")) == "gate_not_passed"
    road.check("R-1")
    road.ask(MIKA, "promote", "R-1")
    road.deployed("R-1")
    assert road.check("R-1", "fail", gate="smoke").happened == ("evidence_recorded", "release_held")
    assert "failed, and leaves it to a person" in plain_card(road)
    road.ask(MIKA, "resume", "R-1")
    assert road.report(Looked("R-1")).happened == ()
    road.clock.turn(minutes=5)
    assert road.report(Looked("R-1")).happened == ("release_held",)
    assert road.ask(DANA, "override", "R-1", gate="smoke", reason="seen", duration="1h").accepted
    road.ask(MIKA, "resume", "R-1")
    road.clock.turn(minutes=5)
    assert road.report(Looked("R-1")).happened == ("step_started",)


def test_the_default_goes_back(build: Build) -> None:
    """As it always did."""
    road = build("enforce")
    road.approved()
    road.check("R-1")
    road.ask(MIKA, "promote", "R-1")
    road.deployed("R-1")
    assert road.check("R-1", "fail", gate="smoke").happened == ("evidence_recorded", "rollback_started")


def events(road: Road) -> list[e.Event]:
    """What the ledger holds of R-1."""
    with road.core.store.read() as reader:
        return [entry.event for entry in reader.entries("R-1")]


def plain_card(road: Road) -> str:
    """The card of R-1 as words."""
    with road.core.store.read() as reader:
        return plain(road.core.questions.card(road.release(), reader))
