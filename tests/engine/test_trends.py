"""What stopped releases lately: counted from the ledger, of what the asker may read, weighed, with what to do next."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.actor import Actor, ActorKind
from bot.domain.command import Command, read_command
from bot.domain.states import State
from bot.engine.dispatch import Request
from bot.views.plain import plain
from tests.engine.road import LEE, MIKA, Road, build_road, refused
from tests.stories.house import Rules

GATES = "[{name: unit-tests, kind: check}, {name: smoke, kind: check, when: bake}]"
HERE = (("checkout", "prod"),)
WEEK = timedelta(days=7)


@pytest.fixture
def road(database_url: str, tmp_path: Path) -> Iterator[Road]:
    """One release was refused twice for its check, the next one was rolled back by a gate two days later."""
    built = build_road(tmp_path, database_url, Rules(bake="[10m, 0s]", gates=GATES))
    built.approved()
    for _ in range(2):
        built.ask(MIKA, "promote", "R-1")
    built.clear("R-1")
    built.clock.turn(days=2)
    built.approved()
    built.check("R-2")
    built.ask(MIKA, "promote", "R-2")
    built.deployed("R-2")
    built.check("R-2", "fail", gate="smoke")
    built.deployed("R-2")
    assert built.state("R-2") is State.ROLLED_BACK
    yield built
    built.core.close()


def test_reasons_are_counted_bucket_by_bucket(road: Road) -> None:
    """Seven days up to today, the most frequent first; the refusals name the gate's own code."""
    found = road.core.questions.ops.reason_trends(HERE, WEEK)
    assert [(one.code, one.count, one.releases) for one in found.top] == [
        ("check.missing", 2, 1),
        ("check.failed", 1, 1),
    ]
    assert [bucket.counts for bucket in found.buckets] == [(0, 0)] * 4 + [(2, 0), (0, 0), (0, 1)]
    assert (found.total, found.window, found.bucket) == (3, 604_800, 86_400)


def test_what_is_older_than_the_window_does_not_count(road: Road) -> None:
    """A day back there is only the rollback."""
    found = road.core.questions.ops.reason_trends(HERE, timedelta(days=1), top=1)
    assert [(one.code, one.count) for one in found.top] == [("check.failed", 1)]
    assert len(found.buckets) == 24


def test_the_card_stays_as_it_is_until_something_happens(road: Road) -> None:
    """Or until the hour is over."""
    before = road.core.questions.ops.top_impact(HERE, WEEK)
    road.clock.turn(minutes=59)
    assert road.core.questions.ops.top_impact(HERE, WEEK) == before
    road.clock.turn(minutes=1)
    assert road.core.questions.ops.top_impact(HERE, WEEK) != before


def test_weights_and_playbook_are_configured(road: Road) -> None:
    """By group, and by the longest beginning of a code."""
    (road.folder / "configs" / "interlock.yaml").write_text(
        "ops: {weights: {other: 2}, playbook: {check: Ask CI, check.missing: Post earlier}}\n"
    )
    road.core.catalogue.refresh()
    impact = road.core.questions.ops.top_impact(HERE, WEEK)
    assert [(one.code, one.impact, one.gates) for one in impact.items] == [
        ("check.missing", 4.0, ("unit-tests",)), ("check.failed", 2.0, ("smoke",)),
    ]  # fmt: skip
    said = ask(road, LEE)
    assert "check.missing (no result has come in yet): 2 × 2 (other), checkout. Post earlier" in said
    assert "checkout. Ask CI" in said


def test_nobody_sees_more_than_they_may_read(road: Road) -> None:
    """Bound to another environment, a token sees nothing of prod; without the scope anywhere it is refused."""
    rbac = road.folder / "configs" / "rbac.yaml"
    rbac.write_text(rbac.read_text() + "  - {role: developer, api_tokens: [elsewhere], environments: [stg]}\n")
    road.core.catalogue.refresh()
    assert "Nothing stopped a release" in ask(road, Actor(kind=ActorKind.TOKEN, id="elsewhere"))
    nobody = road.ask(Actor(kind=ActorKind.TOKEN, id="nobody"), "trends")
    assert (refused(nobody).subject, refused(nobody).code.value) == ("ops:read", "missing_scope")
    assert road.kinds("workspace")[-1] == "request_refused"


@pytest.mark.parametrize("window", ["59m", "91d", "soon", "7", "-7d", "1e9d"])
def test_a_window_is_from_an_hour_to_ninety_days(road: Road, window: str) -> None:
    """Whatever is typed."""
    assert refused(road.ask(LEE, "trends", window=window)).subject == "window"


def test_the_home_tab_shows_the_worst(road: Road) -> None:
    """To whoever may read."""
    assert "check.missing" in str(road.core.questions.home(LEE))


def ask(road: Road, actor: Actor, window: str = "") -> str:
    """The answer to `/release trends` as words."""
    command = read_command("trends", {"window": window})
    assert isinstance(command, Command)
    return plain(road.core.questions.answer(road.core.run(Request(command, actor, "test")), command))
