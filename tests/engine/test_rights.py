"""Default deny: who holds nothing does nothing, learns nothing, and cannot borrow what somebody else asked for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.adapters.config.catalogue import FileCatalogue
from bot.domain.actor import MACHINE, Actor, ActorKind, Standing
from bot.domain.states import State
from tests.engine.road import CI, DANA, LEE, MIKA, OWNERS, RAVI, SRE, TEAM, Road, build_road, configure, member, refused
from tests.stores import fresh_database
from tests.stories.house import RBAC, Rules

ALL_GROUPS = OWNERS | SRE
NOBODIES = {
    "a guest": member("U01GUEST", ALL_GROUPS, Standing.GUEST),
    "a stranger": member("U0STRANGER", ALL_GROUPS, Standing.STRANGER),
    "a deactivated owner": member("U01DANA", ALL_GROUPS, Standing.DEACTIVATED),
    "a bot": member("U01BOT", ALL_GROUPS, Standing.BOT),
    "somebody Slack did not say anything about": member("U01DANA", ALL_GROUPS, Standing.UNKNOWN),
    "an unknown token": Actor(kind=ActorKind.TOKEN, id="U01DANA"),
    "the command line without scopes": Actor(kind=ActorKind.CLI, id="dana"),
    "Interlock itself": MACHINE,
}
EVERYBODY = """
roles:
  root: {scopes: ["*"]}
  deploy-owner: {scopes: []}
bindings:
  - {role: root, users: ["*", U01GUEST, U0STRANGER, U01BOT, U01DANA], usergroups: [S01OWNERS, S01SRE]}
"""
WORDS = {"reject": "no", "hold": "wait", "abort": "stop"}


def words(action: str) -> dict[str, str]:
    """The values that an action cannot go without."""
    more = {"reason": WORDS[action]} if action in WORDS else {}
    return more | ({"outcome": "started"} if action == "settle" else {})


def ruled(road: Road, rbac: str) -> None:
    """Other rules, sound ones, in the files alone: nobody tells the road."""
    configure(road.folder, Rules(), rbac)
    FileCatalogue(road.folder / "configs")


def one_role(scope: str, binding: str) -> str:
    """An rbac.yaml in which one role holds one scope, and one binding gives it."""
    return f'roles: {{r: {{scopes: ["{scope}"]}}, deploy-owner: {{scopes: []}}}}\nbindings: [{binding}]\n'


@pytest.mark.parametrize("who", NOBODIES)
def test_nobody_does_anything_whatever_the_file_says(road: Road, who: str) -> None:
    """With a role that holds `*` bound to everybody by name, by group and by `*`: refused, one line, no change."""
    release = road.open()
    ruled(road, EVERYBODY)
    road.ask(member("U01ANY"), "status", release)
    before = road.release(release)
    for action in ("approve", "reject", "promote", "hold", "abort", "rollback", "settle", "status", "why", "gates"):
        outcome = road.ask(NOBODIES[who], action, release, **words(action))
        assert road.code(outcome) == "missing_scope", action
    outcome = road.ask(NOBODIES[who], "open", service="checkout", version="v9.9.9", environment="stg")
    assert road.code(outcome) == "missing_scope"
    after = road.release(release)
    assert (after.state, after.approvals, after.hold) == (before.state, (), None)


@pytest.mark.parametrize(
    ("binding", "allowed"),
    [
        ("{role: r, users: [U01MIKA]}", True),
        ("{role: r, users: [U01MIKA], environments: [prod]}", True),
        ("{role: r, users: [U01MIKA], environments: [production]}", True),
        ("{role: r, users: [U01MIKA], environments: [stg, dev]}", False),
        ("{role: r, users: [U01MIKA], services: [checkout]}", True),
        ("{role: r, users: [U01MIKA], services: []}", False),
        ("{role: r, users: [U01MIKA], environments: []}", False),
        ("{role: r, users: [U01SAM]}", False),
        ("{role: r, usergroups: [S01SRE]}", True),
        ("{role: r, usergroups: [S01OWNERS]}", False),
        ("{role: r, api_tokens: [U01MIKA]}", False),
    ],
)
def test_a_binding_counts_where_it_says(road: Road, binding: str, allowed: bool) -> None:
    """Users, groups, environments and services are limits, and an empty list is nowhere."""
    release = road.open()
    ruled(road, one_role("deploy:*", binding))
    assert road.ask(MIKA, "hold", release, reason="x").accepted is allowed


@pytest.mark.parametrize(
    ("scope", "allowed"),
    [("deploy:abort", True), ("deploy:*", True), ("*", True), ("deploy:promote", False), ("ops:*", False)],
)
def test_a_wildcard_stands_for_its_own_area(road: Road, scope: str, allowed: bool) -> None:
    """`deploy:*` holds every deploy scope and no other."""
    release = road.open()
    ruled(road, one_role(scope, "{role: r, users: [U01MIKA]}"))
    assert road.ask(MIKA, "hold", release, reason="x").accepted is allowed


def test_a_revoked_grant_counts_from_the_next_command(road: Road) -> None:
    """No worker watches the files here: the request itself looks."""
    release = road.open()
    assert road.ask(MIKA, "hold", release, reason="x").accepted
    ruled(road, RBAC.replace("S01SRE", "S01OTHERS"))
    assert road.code(road.ask(MIKA, "resume", release)) == "missing_scope"


def test_a_broken_file_keeps_the_last_good_rules(road: Road) -> None:
    """Neither more nor less is allowed while rbac.yaml cannot be read."""
    release = road.open()
    configure(road.folder, Rules(), "roles: {deploy-owner: {scopes: [")
    assert road.ask(MIKA, "hold", release, reason="x").accepted
    assert road.code(road.ask(LEE, "resume", release)) == "missing_scope"


def test_changed_rules_take_the_approvals_with_them(road: Road) -> None:
    """Approved under other rules: the promote is refused, the approvals are gone, and the ledger says why."""
    release = road.approved()
    ruled(road, RBAC.replace("release:open, judge:run", "release:open"))
    assert road.code(road.ask(MIKA, "promote", release)) == "plan_changed"
    assert road.state(release) is State.PROPOSED
    assert "plan_revised" in road.kinds(release)
    assert road.code(road.ask(MIKA, "promote", release)) == "quorum_missing"


def test_a_service_that_is_gone_from_configuration_can_still_go_back(road: Road) -> None:
    """Its release lives by the plan it was opened with, and answers to its own id."""
    release = road.bring_to(State.BAKING)
    file = road.folder / "configs" / "services" / "checkout.yaml"
    text = file.read_text().replace("service: checkout", "service: other")
    file.with_name("other.yaml").write_text(text)
    file.unlink()
    assert road.ask(MIKA, "rollback", release).accepted
    road.deployed(release)
    assert road.state(release) is State.ROLLED_BACK
    assert road.code(road.ask(MIKA, "rollback", "checkout@prod")) == "unknown_service"


def test_nobody_is_answered_with_what_another_did(road: Road) -> None:
    """The key of Dana's click, under somebody else's name: that is another request, and is asked for its own rights."""
    release = road.open()
    assert road.ask(DANA, "approve", release, key="click:1").accepted
    other = road.ask(NOBODIES["a guest"], "approve", release, key="click:1")
    assert (road.code(other), other.replayed) == ("missing_scope", False)
    again = road.ask(DANA, "approve", release, key="click:1")
    assert (again.accepted, again.replayed) == (True, True)
    assert len(road.release(release).approvals) == 1


def test_a_refusal_says_no_more_than_the_missing_scope(road: Road) -> None:
    """`--noop` lists what else is in the way to those alone who may read the release."""
    release = road.open()
    blind = road.ask(NOBODIES["a guest"], "promote", release, noop="yes")
    assert [one.code.value for one in blind.blockers] == ["missing_scope"]
    reader = road.ask(LEE, "promote", release, noop="yes")
    assert [one.code.value for one in reader.blockers] == ["missing_scope", "quorum_missing"]


def test_the_home_tab_shows_what_its_person_may_read(road: Road) -> None:
    """A guest sees no release; a developer does."""
    release = road.open()
    assert release not in str(road.core.questions.home(NOBODIES["a guest"]))
    assert release in str(road.core.questions.home(LEE))


def test_noop_writes_nothing_at_all(road: Road) -> None:
    """Not a line of any journal, not an effect, not a remembered answer, allowed or refused."""
    release = road.open()
    due = road.core.store.depth(road.clock.now())
    entries, workspace = road.kinds(release), road.kinds("workspace")
    for person in (DANA, MIKA, LEE, NOBODIES["a guest"]):
        for action in ("approve", "promote", "hold", "abort", "rollback"):
            road.ask(person, action, release, key="same", noop="yes", **words(action))
        road.ask(person, "open", service="checkout", version="v8.0.0", environment="stg", noop="yes")
    road.ask(LEE, "approve", "R-77", noop="yes")
    assert (road.kinds(release), road.kinds("workspace")) == (entries, workspace)
    assert road.core.store.depth(road.clock.now()) == due
    assert road.ask(DANA, "approve", release, key="same").replayed is False


def test_the_command_line_holds_what_its_environment_gives(tmp_path: Path, database_url: str) -> None:
    """Scopes of the process, and nobody behind them who could approve."""
    road = build_road(
        tmp_path, f"sqlite:///{tmp_path / 'interlock.db'}", INTERLOCK_ALLOW_SCOPES="deploy:abort,deploy:approve"
    )
    shell = Actor(kind=ActorKind.CLI, id="dana")
    release = road.open()
    assert road.code(road.ask(shell, "approve", release)) == "not_a_person"
    assert road.code(road.ask(shell, "promote", release)) == "missing_scope"
    assert road.ask(shell, "abort", release, reason="night").accepted
    assert road.code(road.ask(CI, "rollback", release)) == "missing_scope"
    road.core.close()


def test_who_lost_the_group_has_lost_the_right(road: Road) -> None:
    """Groups come with each request; the same person without them is refused."""
    release = road.open()
    assert road.code(road.ask(member(DANA.id), "approve", release)) == "missing_scope"
    assert refused(road.ask(member(RAVI.id), "approve", release)).holders[0].usergroups == ("S01OWNERS",)
    assert road.ask(RAVI, "approve", release).accepted


def test_the_same_user_id_of_another_workspace_is_nobody(road: Road) -> None:
    """Identity is team and user together (slack-facts 5, 3)."""
    foreign = Actor(kind=ActorKind.SLACK, team="T0OTHER", id=DANA.id, standing=Standing.STRANGER, groups=OWNERS)
    release = road.open()
    assert foreign.name != f"slack:{TEAM}/{DANA.id}"
    assert road.code(road.ask(foreign, "approve", release)) == "missing_scope"


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Rights are decided before any database is asked, so one kind of it is enough."""
    with fresh_database(request, tmp_path, migrated=True) as url:
        yield url
