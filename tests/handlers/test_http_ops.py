"""The ops cards over HTTP: one ETag for one content, private, and never more than the token may read."""

import pytest
import requests

from tests.handlers.http_server import Served, bearer, error_of
from tests.handlers.http_server import world as world

CARDS = ("reason-trends", "top-impact")


@pytest.mark.parametrize("card", CARDS)
def test_the_tag_changes_with_the_content_alone(world: Served, card: str) -> None:
    """Minutes later it is the same card; a setback later it is another."""
    release = world.road.approved()
    first = world.get(f"/ops/cards/{card}?window=24h")
    tag = first.headers["ETag"]
    assert (first.status_code, tag[0] + tag[-1], len(tag)) == (200, '""', 66)
    assert first.headers["Cache-Control"] == "private, max-age=60"
    assert first.headers["Vary"] == "Authorization, Accept"
    world.road.clock.turn(minutes=5)
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = _ask(world, card, known)
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    world.act(release, "promote")
    changed = _ask(world, card, tag)
    assert changed.status_code == 200
    assert "check.missing" in changed.json()["actions"]


def test_numbers_and_what_to_do_next(world: Served) -> None:
    """The code of the gate that refused, its group and weight, and the suggestion."""
    release = world.road.approved()
    world.act(release, "promote")
    impact = world.get("/ops/cards/top-impact?n=1").json()
    (item,) = impact["items"]
    assert (item["code"], item["count"], item["weight"], item["services"]) == ("check.missing", 1, 0.5, ["checkout"])
    assert impact["actions"]["check.missing"].startswith("Repair the check")
    trends = world.get("/ops/cards/reason-trends?window=2d&bucket=6h&top=1").json()
    assert (len(trends["buckets"]), trends["buckets"][-1]["counts"], trends["bucket"]) == (8, [1], 21_600)


@pytest.mark.parametrize(
    ("query", "token", "status", "code"),
    [
        ("reason-trends", "nobody", 403, "missing_scope"),
        ("top-impact", "nobody", 403, "missing_scope"),
        ("reason-trends?window=91d", "robot", 422, "invalid_input"),
        ("reason-trends?bucket=8d", "robot", 422, "invalid_input"),
        ("reason-trends?window=90d&bucket=1h", "robot", 422, "invalid_input"),
        ("reason-trends?top=21", "robot", 422, "invalid_input"),
        ("top-impact?n=0", "robot", 422, "invalid_input"),
        ("top-impact?days=7", "robot", 422, "invalid_input"),
    ],
)
def test_what_is_wrong_is_refused(world: Served, query: str, token: str, status: int, code: str) -> None:
    """In the one shape of errors, and never cached."""
    answer = world.get(f"/ops/cards/{query}", token)
    assert (answer.status_code, error_of(answer)["code"]) == (status, code)
    assert answer.headers["Cache-Control"] == "no-store"


def _ask(world: Served, card: str, known: str) -> requests.Response:
    """Ask again with a tag that is known."""
    headers = bearer("robot") | {"If-None-Match": known}
    return requests.get(f"{world.url}/ops/cards/{card}?window=24h", headers=headers, timeout=10)
