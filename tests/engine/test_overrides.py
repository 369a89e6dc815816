"""Overriding a gate: by a person who may and did not open the release, for a while, on the record."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.effects import OverrideOver
from bot.domain.outcome import Outcome
from bot.domain.reports import Looked
from bot.domain.states import State
from bot.domain.verdict import Verdict
from bot.engine.timers import Timers
from bot.views.plain import plain
from bot.views.reading import gates
from tests.engine.road import CI, DANA, LEE, MIKA, RAVI, Road, build_road, configure, member, refused
from tests.stories.house import RBAC, Rules

GATES = "[{name: smoke, kind: check, when: bake}, {name: lint, kind: check, when: bake, required: false}]"
BEFORE = "[{name: unit-tests, kind: check}]"
MAY_OVERRIDE = RBAC.replace("developer: {scopes: [", "developer: {scopes: [gate:override, ").replace(
    'users: ["*"]', 'users: ["*"], api_tokens: [ci-checkout]'
)


@pytest.fixture
def baking(database_url: str, tmp_path: Path) -> Iterator[Road]:
    """R-1 bakes for ten minutes under a check that has not come in yet."""
    built = build_road(tmp_path, database_url, Rules(bake="[10m, 0s]", gates=GATES))
    built.bring_to(State.BAKING)
    yield built
    built.core.close()


@pytest.fixture
def waiting(database_url: str, tmp_path: Path) -> Iterator[Road]:
    """R-1 is approved and its check fails; everybody may override, but nobody a release of their own."""
    built = build_road(tmp_path, database_url, Rules(gates=BEFORE))
    configure(tmp_path, Rules(gates=BEFORE), MAY_OVERRIDE)
    built.core.catalogue.refresh()
    built.approved()
    built.check("R-1", "fail")
    yield built
    built.core.close()


def override(road: Road, gate: str = "smoke", **more: str) -> Outcome:
    """Dana answers for a gate of R-1."""
    return road.ask(DANA, "override", "R-1", gate=gate, reason="known flake", **more)


def test_a_fail_while_baking_does_not_go_back_under_an_override(baking: Road) -> None:
    """It is recorded with what it overrode; the fail stays a fail, and traffic goes on when the bake is over."""
    assert override(baking).happened == ("gate_overridden",)
    baking.check("R-1", "fail", gate="smoke")
    assert baking.state() is State.BAKING
    (said, _) = baking.core.questions.judged(baking.release())
    assert (said.verdict, said.opens, said.override and said.override.verdict) == (Verdict.FAIL, True, Verdict.NO_DATA)
    baking.clock.turn(minutes=10)
    assert baking.report(Looked("R-1")).happened == ("step_started",)


def test_when_its_time_is_over_the_gate_counts_again_by_itself(baking: Road) -> None:
    """Five minutes, then traffic goes back for the fail that was there all along; the thread hears of both."""
    override(baking, duration="5m")
    baking.check("R-1", "fail", gate="smoke")
    baking.clock.turn(minutes=5)
    assert baking.report(Looked("R-1")).happened == ("override_lapsed", "rollback_started")
    assert baking.release().overrides == ()


async def test_the_moment_is_a_due_time_in_the_database(baking: Road) -> None:
    """Also for an override that was lengthened since: the earlier moment wakes nobody."""
    override(baking, duration="2m")
    override(baking, duration="9m")
    core = baking.core
    baking.clock.turn(minutes=9)
    claims = core.store.claim("tester", core.clock.now(), timedelta(seconds=9), 100)
    (claim,) = [one for one in claims if isinstance(one.task, OverrideOver)]
    await Timers(core.store, core.dispatch, core.clock).lapse(claim)
    assert baking.kinds()[-1] == "override_lapsed"


def test_a_decision_does_not_wait_for_the_timer(waiting: Road) -> None:
    """An hour and a second later nobody has looked, and the promote is refused all the same."""
    waiting.ask(DANA, "override", "R-1", gate="unit-tests", reason="seen by hand")
    assert waiting.ask(MIKA, "promote", "R-1", noop="yes").accepted
    waiting.clock.turn(hours=1)
    assert waiting.code(waiting.ask(MIKA, "promote", "R-1", noop="yes")) == "gate_not_passed"


def test_what_is_withdrawn_no_longer_counts(baking: Road) -> None:
    """And only what stands can be withdrawn."""
    override(baking)
    baking.check("R-1", "fail", gate="smoke")
    assert baking.ask(DANA, "withdraw", "R-1", gate="smoke", reason="no flake").happened == ("override_withdrawn",)
    assert baking.report(Looked("R-1")).happened == ("rollback_started",)
    baking.clear("R-1")
    other = baking.bring_to(State.BAKING)
    assert baking.code(baking.ask(DANA, "withdraw", other, gate="smoke")) == "not_this_gate"


@pytest.mark.parametrize("gate", ["lint", "canary", "<!channel>"])
def test_only_what_is_needed_now_can_be_overridden(baking: Road, gate: str) -> None:
    """Not a gate that is only shown, and none that is not there."""
    assert refused(override(baking, gate)).known == ("smoke",)


def test_what_passes_cannot_be_overridden(baking: Road) -> None:
    """Or an override would be a blank cheque for whatever comes."""
    baking.check("R-1", gate="smoke")
    assert refused(override(baking)).known == ()


@pytest.mark.parametrize("duration", ["25h", "0s", "soon", "2", "-1h", "nan"])
def test_an_override_lasts_a_day_at_most(baking: Road, duration: str) -> None:
    """And is written as durations are written everywhere."""
    refusal = refused(override(baking, duration=duration))
    assert (refusal.code.value, refusal.subject) == ("invalid_input", "duration")


def test_nobody_overrides_gates_of_their_own_release(waiting: Road) -> None:
    """Lee opened it and holds the scope; a machine that holds it is nobody."""
    for who, code in ((LEE, "own_release"), (CI, "not_a_person")):
        outcome = waiting.ask(who, "override", "R-1", gate="unit-tests", reason="trust me")
        assert waiting.code(outcome) == code
    assert waiting.ask(member("U01SAM"), "override", "R-1", gate="unit-tests", reason="seen").accepted


def test_an_approval_that_saw_the_gate_pass_falls_under_an_override_too(waiting: Road) -> None:
    """The override stands when the check passes, is seen to, and fails again: nobody approved a failing check."""
    waiting.clear("R-1")
    release = waiting.open()
    waiting.ask(DANA, "override", release, gate="unit-tests", reason="seen by hand")
    waiting.ask(RAVI, "approve", release)
    waiting.check(release)
    waiting.ask(DANA, "approve", release)
    assert [one.saw for one in waiting.release(release).approvals] == [(), ("unit-tests",)]
    assert waiting.check(release, "fail").happened == ("evidence_recorded", "approvals_voided")
    assert [one.person for one in waiting.release(release).approvals] == ["U01RAVI"]


def test_other_rules_void_it(waiting: Road) -> None:
    """The digest is another one, so nobody answers for that."""
    waiting.ask(DANA, "override", "R-1", gate="unit-tests", reason="seen")
    configure(waiting.folder, Rules(gates=BEFORE, approvals="{count: 1}"), MAY_OVERRIDE)
    assert waiting.code(waiting.ask(MIKA, "promote", "R-1")) == "plan_changed"
    assert waiting.release().overrides == ()


def test_why_names_the_way_out_and_who_may_take_it(waiting: Road) -> None:
    """And `gates` shows who answers, until when, how long still, and why."""
    blocker = waiting.ask(MIKA, "why", "R-1").blockers[-1]
    assert (blocker.code.value, blocker.known) == ("gate_not_passed", ("override",))
    assert {one.role for one in blocker.holders} == {"deploy-owner", "developer"}
    waiting.ask(DANA, "override", "R-1", gate="unit-tests", reason="seen by hand")
    waiting.clock.turn(minutes=20)
    release = waiting.release()
    text = plain(gates(release, waiting.core.questions.judged(release), waiting.clock.now()))
    assert "overridden by @U01DANA until 11:00 UTC (40 min left): “seen by hand”" in text
