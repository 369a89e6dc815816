"""Approvals: distinct people in the roles asked for, never the requester, and only while what they saw holds."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.actor import Actor, ActorKind
from bot.domain.states import State
from tests.engine.road import CI, DANA, LEE, MIKA, RAVI, START, Road, build_road, configure, member, refused
from tests.stores import fresh_database
from tests.stories.house import RBAC, Rules

PEOPLE = """
people:
  - {slack: U01LEE, api_tokens: [lee-laptop], logins: [lee]}
  - {slack: U01DANA, api_tokens: [dana-laptop]}
"""
APPROVERS = RBAC.replace(
    '  - {role: developer, users: ["*"]}',
    '  - {role: developer, users: ["*"], api_tokens: [ci-checkout, lee-laptop]}\n'
    "  - {role: approver, users: [U01MIKA, U01SAM, U01LEE], api_tokens: [dana-laptop, lee-laptop, ci-checkout]}",
).replace("roles:", "roles:\n  approver: {scopes: [deploy:approve]}")
GATES = "[{name: unit-tests, kind: check}, {name: lint, kind: check, required: false, fresh: 1h}]"
LAPTOP = {who: Actor(kind=ActorKind.TOKEN, id=f"{who}-laptop") for who in ("lee", "dana")}
SHELL = Actor(kind=ActorKind.CLI, id="lee")


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """What counts is decided before any database is asked, so one kind of it is enough."""
    with fresh_database(request, tmp_path, migrated=True) as url:
        yield url


@pytest.fixture
def road(database_url: str, tmp_path: Path) -> Iterator[Road]:
    """Two approvals, one of them a deploy-owner's; Lee and Dana have tokens too; Mika may approve without being one."""
    built = build_road(tmp_path, database_url, Rules(gates=GATES), INTERLOCK_ALLOW_SCOPES="deploy:approve,release:open")
    configure(tmp_path, Rules(gates=GATES), APPROVERS + PEOPLE)
    assert not built.core.catalogue.problem
    yield built
    built.core.close()


def test_one_person_is_one_approval_whatever_they_use(road: Road) -> None:
    """Dana in Slack and Dana's token are one pair of eyes."""
    release = road.open()
    assert road.ask(DANA, "approve", release).accepted
    for again in (DANA, LAPTOP["dana"]):
        assert road.code(road.ask(again, "approve", release)) == "already_approved"
    assert road.state(release) is State.PROPOSED


@pytest.mark.parametrize("who", [LEE, LAPTOP["lee"], SHELL], ids=["slack", "token", "command line"])
def test_the_requester_approves_on_no_surface(road: Road, who: Actor) -> None:
    """Lee opened it, and Lee holds the scope; it is still Lee's own."""
    release = road.open()
    assert road.code(road.ask(who, "approve", release)) == "own_release"


@pytest.mark.parametrize("who", [LAPTOP["lee"], SHELL], ids=["token", "command line"])
def test_the_requester_behind_a_machine_is_known(road: Road, who: Actor) -> None:
    """Opened by token or shell, approved in Slack: the same person."""
    outcome = road.ask(who, "open", service="checkout", version="v5.0.0", environment="prod")
    assert outcome.accepted, outcome.refusal
    assert road.code(road.ask(LEE, "approve", outcome.release)) == "own_release"
    assert road.ask(DANA, "approve", outcome.release).accepted


def test_a_link_that_is_younger_than_the_release_counts(road: Road) -> None:
    """CI's token opened it; since then the file says that it is Dana's."""
    opened = road.ask(CI, "open", service="checkout", version="v5.0.0", environment="prod").release
    linked = PEOPLE.replace("[dana-laptop]", "[dana-laptop, ci-checkout]")
    configure(road.folder, Rules(gates=GATES), APPROVERS + linked)
    assert road.code(road.ask(DANA, "approve", opened)) == "plan_changed"
    assert road.code(road.ask(DANA, "approve", opened)) == "own_release"


def test_a_machine_without_a_person_approves_nothing(road: Road) -> None:
    """It may hold the scope, and is still nobody."""
    assert road.code(road.ask(CI, "approve", road.open())) == "not_a_person"


def test_a_required_role_is_not_made_up_for_by_numbers(road: Road) -> None:
    """Two approvals without an owner are not enough; the owner's is the third, and enough."""
    release = road.open()
    for person in (MIKA, member("U01SAM")):
        assert road.ask(person, "approve", release).happened == ("approval_given",)
    lack = refused(road.ask(MIKA, "promote", release))
    assert (lack.code.value, lack.subject, lack.known) == ("quorum_missing", "1", ("deploy-owner:1",))
    assert road.ask(DANA, "approve", release).happened == ("approval_given", "quorum_reached")
    assert road.state(release) is State.APPROVED


def test_one_owner_alone_is_not_enough(road: Road) -> None:
    """The role is within the count, not instead of it."""
    release = road.open()
    road.ask(DANA, "approve", release)
    assert refused(road.ask(MIKA, "promote", release)).subject == "1"


def test_an_approval_falls_with_the_gate_that_it_saw_pass(road: Road) -> None:
    """Ravi saw unit-tests pass and Dana did not: when it fails, Ravi's falls and Dana's stays."""
    release = road.open()
    road.ask(DANA, "approve", release)
    road.check(release)
    road.ask(RAVI, "approve", release)
    assert road.state(release) is State.APPROVED
    road.check(release, "fail")
    assert road.state(release) is State.PROPOSED
    assert [one.person for one in road.release(release).approvals] == ["U01DANA"]
    road.check(release)
    assert road.ask(RAVI, "approve", release).happened == ("approval_given", "quorum_reached")


def test_every_gate_that_fell_takes_its_people_at_once(road: Road) -> None:
    """Dana saw lint pass and Ravi both; lint grows old, unit-tests fails, and one report takes both away."""
    release = road.open()
    road.check(release, gate="lint")
    road.ask(DANA, "approve", release)
    road.check(release)
    road.ask(RAVI, "approve", release)
    road.clock.turn(hours=2)
    assert road.check(release, "fail").happened == ("evidence_recorded", "approvals_voided", "approvals_voided")
    assert road.release(release).approvals == ()


def test_an_approval_falls_when_what_it_saw_grows_old(road: Road) -> None:
    """No new evidence came; the promote itself finds the stale gate, takes the approvals back and says so."""
    release = road.open()
    road.check(release, gate="lint")
    for owner in (DANA, RAVI):
        road.ask(owner, "approve", release)
    road.clock.turn(minutes=59)
    road.check(release)
    assert road.ask(MIKA, "promote", release, noop="yes").accepted
    road.clock.turn(minutes=1)
    assert road.code(road.ask(MIKA, "promote", release, noop="yes")) == "quorum_missing"
    assert road.state(release) is State.APPROVED
    assert road.code(road.ask(MIKA, "promote", release)) == "quorum_missing"
    assert road.state(release) is State.PROPOSED
    assert road.ask(DANA, "approve", release).accepted


def test_a_card_of_the_old_digest_approves_nothing(road: Road) -> None:
    """Dana presses a button that she was shown before the rules changed."""
    release = road.open()
    seen = road.release(release).digest[:16]
    configure(road.folder, Rules(gates=GATES, approvals="{count: 1}"), APPROVERS + PEOPLE)
    assert road.code(road.ask(DANA, "approve", release, seen=seen)) == "plan_changed"
    assert road.code(road.ask(DANA, "approve", release, seen=seen)) == "stale_card"
    assert road.ask(DANA, "approve", release, seen=road.release(release).digest[:16]).accepted


def test_nobody_has_to_agree_where_the_rule_says_so(tmp_path: Path, database_url: str) -> None:
    """Zero approvals: open is approved, and a promote is enough."""
    road = build_road(tmp_path, database_url, Rules(approvals="{count: 0}"))
    release = road.open()
    assert road.state(release) is State.APPROVED
    assert road.code(road.ask(DANA, "approve", release)) == "wrong_state"
    assert road.ask(MIKA, "promote", release).accepted
    road.core.close()


def test_the_requester_counts_where_the_rule_says_so(tmp_path: Path, database_url: str) -> None:
    """`exclude_requester: false` lets an owner approve their own."""
    road = build_road(tmp_path, database_url, Rules(approvals="{count: 1, exclude_requester: false}"))
    configure(tmp_path, Rules(approvals="{count: 1, exclude_requester: false}"), APPROVERS)
    opened = road.ask(LEE, "open", service="checkout", version="v5.0.0", environment="prod").release
    assert road.ask(LEE, "approve", opened).happened == ("approval_given", "quorum_reached")
    assert road.release(opened).approvals[0].at == START + timedelta(0)
    road.core.close()
