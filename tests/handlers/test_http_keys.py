"""A key makes a request happen once, stands for that request alone, and belongs to one token."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import requests

from tests.handlers.http_server import Served, bearer, error_of
from tests.handlers.http_server import each_world as each_world
from tests.handlers.http_server import world as world
from tests.stores import database_url as database_url

OPEN = {"service": "checkout", "version": "v2.1.0", "environment": "prod"}
MANY = 6


def _at_once(world: Served, bodies: list[dict[str, str]]) -> list[requests.Response]:
    def send(body: dict[str, str]) -> requests.Response:
        return requests.post(world.url + "/v1/releases", json=body, headers=bearer("robot"), timeout=20)

    with ThreadPoolExecutor(len(bodies)) as pool:
        return list(pool.map(send, bodies))


def test_the_same_request_happens_once(each_world: Served) -> None:
    """Sent together and again later, it opens one release, and everybody gets that one."""
    world = each_world
    answers = _at_once(world, [OPEN | {"key": "build-7"}] * MANY)
    again = world.post("/v1/releases", OPEN | {"key": "build-7"})
    assert {(one.status_code, one.json()["id"]) for one in [*answers, again]} == {(201, "R-1")}
    assert sum(not one.json()["replayed"] for one in answers) == 1
    assert again.json()["replayed"] is True
    assert world.road.kinds() == ["release_opened"]
    assert world.road.kinds("workspace") == []


def test_a_key_stands_for_one_request(each_world: Served) -> None:
    """Of different requests that come together under one key, one is carried out and the others are refused."""
    world = each_world
    bodies: list[dict[str, str]] = [OPEN | {"version": f"v2.1.{number}", "key": "k"} for number in range(MANY)]
    answers = _at_once(world, bodies)
    assert sorted(one.status_code for one in answers) == [201] + [409] * (MANY - 1)
    assert {error_of(one)["code"] for one in answers if one.status_code == 409} == {"key_reused"}
    assert world.road.kinds() == ["release_opened"]


def test_a_key_covers_what_the_request_says_and_where(world: Served) -> None:
    """Another reason, action, release or kind of request under the same key is another request."""
    world.post("/v1/releases", OPEN)
    assert world.act("R-1", "hold", reason="wait", key="k").status_code == 200
    others: list[Callable[[], requests.Response]] = [
        lambda: world.act("R-1", "hold", reason="wait longer", key="k"),
        lambda: world.act("R-1", "abort", reason="wait", key="k"),
        lambda: world.act("R-2", "hold", reason="wait", key="k"),
        lambda: world.post("/v1/releases", OPEN | {"key": "k"}),
        lambda: world.evidence("R-1", "robot", key="k"),
    ]
    assert [error_of(ask())["code"] for ask in others] == ["key_reused"] * len(others)
    assert world.act("R-1", "hold", reason="wait", key="k").json()["replayed"] is True
    assert world.act("r-01", "hold", reason="wait", key="k").json()["replayed"] is True


def test_two_machines_may_use_the_same_key(world: Served) -> None:
    """A key belongs to its token: nobody gets, or spoils, another's answer."""
    world.post("/v1/releases", OPEN)
    assert world.evidence("R-1", "robot", key="1").json()["replayed"] is False
    assert world.evidence("R-1", "ci-checkout", key="1", status="fail").json()["replayed"] is False


def test_a_refusal_is_repeated_too(world: Served) -> None:
    """The same key gives the same answer, a no included; a new attempt takes a new key."""
    refused = world.act("R-1", "promote", key="first")
    world.post("/v1/releases", OPEN)
    assert world.act("R-1", "promote", key="first").json() == refused.json()
    assert error_of(world.act("R-1", "promote", key="second"))["code"] == "quorum_missing"


def test_a_key_whose_request_never_got_through_is_not_spent(world: Served) -> None:
    """Bound before a crash and never decided, the same request still goes, and another one does not."""
    from bot.domain.actor import Actor, ActorKind
    from handlers.api.keys import own_key

    says = ["open", "", OPEN | {"reason": "", "digest": "", "noop": False}]
    own_key(world.road.core, Actor(kind=ActorKind.TOKEN, id="robot"), "k", says)
    assert error_of(world.post("/v1/releases", OPEN | {"version": "v9.0.0", "key": "k"}))["code"] == "key_reused"
    opened = world.post("/v1/releases", OPEN | {"key": "k"})
    assert (opened.status_code, opened.json()["replayed"]) == (201, False)


def test_a_trial_spends_no_key(world: Served) -> None:
    """With `noop` a key is not used: the real request comes after it."""
    world.post("/v1/releases", OPEN | {"noop": True, "key": "k"})
    assert world.post("/v1/releases", OPEN | {"key": "k"}).status_code == 201
