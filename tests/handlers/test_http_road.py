"""The API goes down the one road: what Slack can do it can do, with the token's rights, under one shape of answer."""

from collections.abc import Callable

import requests

from bot.domain.actions import ACTIONS
from bot.domain.journal import Entry, breaks
from bot.domain.refusal import Code
from handlers.api.status_codes import STATUS
from tests.engine.road import DANA, RAVI, refused
from tests.handlers.http_server import Served, error_of
from tests.handlers.http_server import each_world as each_world
from tests.handlers.http_server import world as world
from tests.stores import database_url as database_url

Case = tuple[Callable[[], requests.Response], int, str]
OPEN = {"service": "checkout", "version": "v2.1.0", "environment": "prod"}


def test_a_release_goes_from_open_to_promoted(each_world: Served) -> None:
    """A token opens, CI posts the check, people approve in Slack, the token promotes; blockers fall one by one."""
    world = each_world
    opened = world.post("/v1/releases", OPEN)
    assert opened.status_code == 201
    assert opened.headers["Location"] == "/v1/releases/R-1"
    assert (opened.json()["id"], opened.json()["state"], opened.json()["thread"]) == ("R-1", "proposed", None)
    assert [one["code"] for one in opened.json()["blockers"]] == ["quorum_missing", "gate_not_passed"]

    assert [one["code"] for one in world.evidence("R-1").json()["blockers"]] == ["quorum_missing"]
    for owner in (DANA, RAVI):
        assert world.road.ask(owner, "approve", "R-1").accepted
    promoted = world.act("R-1", "promote")
    assert promoted.status_code == 200
    assert promoted.json()["state"] == "rolling"
    assert promoted.json()["happened"] == ["step_started"]


def test_a_release_is_shown_with_all_that_its_card_shows(world: Served) -> None:
    """State, gates with verdicts and reasons, approvals, step, blockers with who can clear them."""
    world.post("/v1/releases", OPEN | {"reason": "weekly", "digest": "sha256:abc"})
    world.evidence("R-1", status="fail", summary="3 of 40 failed", url="https://ci.example/1")
    world.road.ask(DANA, "approve", "R-1")
    shown = world.get("/v1/releases/R-1", "ci-checkout").json()

    assert (shown["state"], shown["version"], shown["artifact"], shown["reason"]) == (
        "proposed",
        "v2.1.0",
        "sha256:abc",
        "weekly",
    )
    gates = {gate["name"]: gate for gate in shown["gates"]}
    assert gates["unit-tests"]["verdict"] == "fail"
    assert "3 of 40 failed" in gates["unit-tests"]["reasons"][0]["message"]
    assert gates["unit-tests"]["link"] == "https://ci.example/1"
    assert gates["lint"]["verdict"] == "no_data"
    assert [one["person"] for one in shown["approvals"]["given"]] == ["U01DANA"]
    assert (shown["approvals"]["count"], shown["approvals"]["missing"]) == (2, 1)
    quorum = next(one for one in shown["blockers"] if one["code"] == "quorum_missing")
    assert quorum["holders"][0]["usergroups"] == ["S01OWNERS"]
    assert quorum["message"]
    assert quorum["hint"]


def test_the_thread_is_a_link_once_it_stands(world: Served) -> None:
    """The address of the thread, in answers and in the list."""
    world.post("/v1/releases", OPEN)
    world.road.core.identity.url = "https://acme.slack.test/"
    with world.road.core.store.write() as unit:
        release = world.road.release()
        unit.save(release.model_copy(update={"thread": "1700000000.000100"}), release.seq)
    link = "https://acme.slack.test/archives/C01REL/p1700000000000100"
    assert world.get("/v1/releases/R-1").json()["thread"] == link
    assert world.evidence("R-1").json()["thread"] == link


def test_the_ledger_can_be_read_and_checked_from_outside(world: Served) -> None:
    """Every line comes with its place in the chain; the pages together are the stream."""
    world.post("/v1/releases", OPEN)
    world.evidence("R-1")
    world.road.ask(DANA, "approve", "R-1")
    first = world.get("/v1/releases/R-1/events", params={"limit": 2}).json()
    rest = world.get("/v1/releases/R-1/events", params={"after": first["next"]}).json()
    assert rest["next"] is None
    lines = [*first["events"], *rest["events"]]
    kinds = [line.pop("kind") for line in lines]
    assert kinds == ["release_opened", "evidence_recorded", "approval_given"]
    assert list(breaks(Entry(stream="R-1", **line) for line in lines)) == []
    assert {line["via"] for line in lines} == {"http", "test"}


def test_the_list_holds_what_is_active_and_a_place_what_was_last(world: Served) -> None:
    """Without a filter: the active ones. With one: the active or the newest of each place, also when it ended."""
    world.post("/v1/releases", OPEN)
    world.post("/v1/releases", OPEN | {"environment": "staging"})
    ids = [one["id"] for one in world.get("/v1/releases").json()["releases"]]
    assert ids == ["R-2", "R-1"]
    world.act("R-1", "abort", reason="wrong one")
    assert [one["id"] for one in world.get("/v1/releases").json()["releases"]] == ["R-2"]
    there = world.get("/v1/releases", params={"service": "checkout", "environment": "production"}).json()["releases"]
    assert [(one["id"], one["state"]) for one in there] == [("R-1", "aborted")]
    both = world.get("/v1/releases", params={"service": "checkout"}).json()["releases"]
    assert {one["id"] for one in both} == {"R-1", "R-2"}
    assert error_of(world.get("/v1/releases", params={"service": "chekout"}))["code"] == "unknown_service"
    assert error_of(world.get("/v1/releases", params={"environment": "dev"}))["code"] == "unknown_environment"
    assert error_of(world.get("/v1/releases", params={"envronment": "prod"}))["code"] == "invalid_input"


def test_who_may_not_read_sees_nothing(world: Served) -> None:
    """Reading needs ops:read: one release is refused, a list leaves it out, an answer says null."""
    world.post("/v1/releases", OPEN)
    for path in ("/v1/releases/R-1", "/v1/releases/R-1/events"):
        refused = world.get(path, "poster")
        assert refused.status_code == 403
        assert error_of(refused)["code"] == "missing_scope"
    before = len(world.road.kinds())
    assert world.get("/v1/releases", "poster").json() == {"releases": []}
    assert len(world.road.kinds()) == before, "a list leaves no line for what it leaves out"
    assert world.evidence("R-1", "poster").json()["blockers"] is None


def test_a_revoked_grant_counts_from_the_next_request(world: Served) -> None:
    """Reading lists and releases asks the rules as the files have them now."""
    world.post("/v1/releases", OPEN)
    rules = world.road.folder / "configs" / "rbac.yaml"
    rules.write_text(rules.read_text().replace("api_tokens: [robot, ravis]", "api_tokens: [ravis]"))
    assert world.get("/v1/releases").json() == {"releases": []}
    assert world.get("/v1/releases/R-1").status_code == 403
    assert len(world.get("/v1/releases", "ravis").json()["releases"]) == 1


def test_every_action_is_there_and_refused_to_strangers(world: Served) -> None:
    """For each action of the catalogue, a token without a role gets the same code as anywhere else."""
    world.post("/v1/releases", OPEN)
    for row in (row for row in ACTIONS.values() if row.on_release):
        needed = {field.name: (field.choices or ("because",))[0] for field in row.fields if field.required}
        before = world.road.release()
        refused = world.act("R-1", row.name, "nobody", **needed)
        assert (refused.status_code, error_of(refused)["code"]) == (403, "missing_scope"), row.name
        after = world.road.release()
        assert (after.state, after.seq) == (before.state, before.seq + 1), row.name
        assert world.road.kinds()[-1] == "request_refused"


def test_every_code_has_its_status() -> None:
    """The table of statuses names every code there is, and nothing else."""
    assert set(STATUS) == set(Code)
    assert {STATUS[code] for code in Code} == {403, 404, 409, 422}
    assert all(STATUS[code] == 404 for code in Code if code.value.startswith("unknown_") and code != "unknown_version")


def test_refusals_keep_their_code_and_get_their_status(world: Served) -> None:
    """403 for rights, 404 for names, 422 for what cannot be read, 409 for what cannot be now."""
    cases: list[Case] = [
        (lambda: world.post("/v1/releases", OPEN | {"service": "nothing"}), 404, "unknown_service"),
        (lambda: world.post("/v1/releases", OPEN | {"environment": "moon"}), 404, "unknown_environment"),
        (lambda: world.post("/v1/releases", OPEN | {"version": "banana"}), 422, "unknown_version"),
        (lambda: world.post("/v1/releases", OPEN, "ci-checkout"), 403, "missing_scope"),
        (lambda: world.act("R-9", "promote"), 404, "unknown_release"),
        (lambda: world.act("nonsense", "promote"), 404, "unknown_release"),
        (lambda: world.get("/v1/releases/R-9"), 404, "unknown_release"),
        (lambda: world.get("/v1/releases/R-9/events"), 404, "unknown_release"),
        (lambda: world.evidence("R-9"), 404, "unknown_release"),
    ]
    for ask, status, code in cases:
        answer = ask()
        assert (answer.status_code, error_of(answer)["code"]) == (status, code)
    world.post("/v1/releases", OPEN)
    after: list[Case] = [
        (lambda: world.post("/v1/releases", OPEN), 409, "already_active"),
        (lambda: world.act("R-1", "promote"), 409, "quorum_missing"),
        (lambda: world.act("R-1", "resume"), 409, "not_held"),
        (lambda: world.act("R-1", "promote", seen="0123456789ab"), 409, "stale_card"),
        (lambda: world.act("R-1", "fly"), 404, "unknown_action"),
        (lambda: world.act("R-1", "open"), 404, "unknown_action"),
        (lambda: world.act("R-1", "abort"), 422, "invalid_input"),
        (lambda: world.act("R-1", "abort", reason="   "), 422, "invalid_input"),
    ]
    for ask, status, code in after:
        answer = ask()
        assert (answer.status_code, error_of(answer)["code"]) == (status, code)
    assert "reason: is required" in error_of(world.act("R-1", "abort", reason="  "))["message"]


def test_four_eyes_hold_for_the_person_behind_a_token(world: Served) -> None:
    """Ravi's token may open and approve, but not the same release; Dana counts once, by token and by hand; and a
    token with the scope but without a person behind it approves nothing."""
    world.post("/v1/releases", OPEN, "ravis")
    own, nobody = world.act("R-1", "approve", "ravis"), world.act("R-1", "approve", "unlinked")
    assert (own.status_code, error_of(own)["code"]) == (403, "own_release")
    assert (nobody.status_code, error_of(nobody)["code"]) == (403, "not_a_person")
    assert world.act("R-1", "approve", "danas").json()["happened"] == ["approval_given"]
    again = world.act("R-1", "approve", "danas")
    assert (again.status_code, error_of(again)["code"]) == (409, "already_approved")
    assert refused(world.road.ask(DANA, "approve", "R-1")).code is Code.ALREADY_APPROVED


def test_noop_says_what_would_be_and_changes_nothing(world: Served) -> None:
    """The status of the real request, and not a line in the ledger."""
    would = world.post("/v1/releases", OPEN | {"noop": True})
    assert would.status_code == 200
    assert (would.json()["id"], would.json()["noop"], would.json()["happened"]) == (None, True, ["release_opened"])
    assert world.get("/v1/releases").json() == {"releases": []}
    world.post("/v1/releases", OPEN)
    refused = world.act("R-1", "promote", noop=True)
    assert (refused.status_code, error_of(refused)["code"]) == (409, "quorum_missing")
    assert world.act("R-1", "hold", reason="wait", noop=True).json()["happened"] == ["release_held"]
    assert world.road.kinds() == ["release_opened"]


def test_a_number_is_read_in_any_spelling_of_the_id(world: Served) -> None:
    """`r-1` and `R-001` are R-1."""
    world.post("/v1/releases", OPEN)
    assert world.get("/v1/releases/r-001").json()["id"] == "R-1"


def test_requests_are_timed_under_a_surface_of_their_own(world: Served) -> None:
    """The acknowledgement metric tells the API from Slack's surfaces."""
    world.get("/v1/releases")
    assert 'interlock_ack_seconds_count{surface="http"} 1.0' in world.get("/metrics").text
