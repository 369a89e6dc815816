"""CI posts what it measured: it counts for the gate and the version that it names, and for nothing else."""

from datetime import timedelta
from typing import Any

import pytest

from tests.handlers.http_server import Served, error_of
from tests.handlers.http_server import each_world as each_world
from tests.handlers.http_server import quiet as quiet
from tests.handlers.http_server import world as world
from tests.stores import database_url as database_url

OPEN = {"service": "checkout", "version": "v2.1.0", "environment": "prod"}


@pytest.fixture(scope="module")
def opened(quiet: Served) -> Served:
    """A server with a release that stays as it is."""
    assert quiet.post("/v1/releases", OPEN).status_code == 201
    return quiet


def _verdict(world: Served, gate: str = "unit-tests") -> str:
    gates = world.get("/v1/releases/R-1").json()["gates"]
    return str(next(one["verdict"] for one in gates if one["name"] == gate))


def test_a_result_moves_its_gate(each_world: Served) -> None:
    """Pending, fail and pass, each newer than the last; the ledger says who posted them."""
    world = each_world
    world.post("/v1/releases", OPEN)
    for status, verdict in (("pending", "pending"), ("fail", "fail"), ("pass", "pass")):
        world.road.clock.turn(seconds=1)
        posted = world.evidence("R-1", status=status, url="https://ci.example/7?a=1&b=2")
        assert (posted.status_code, posted.json()["id"]) == (200, "R-1")
        assert _verdict(world) == verdict
    lines = world.get("/v1/releases/R-1/events").json()["events"]
    posts = [line for line in lines if line["kind"] == "evidence_recorded"]
    assert {(line["actor"], line["via"]) for line in posts} == {("token:ci-checkout", "http")}
    assert '"producer":"token:ci-checkout"' in posts[0]["body"]


def test_a_result_for_another_version_opens_nothing(world: Served) -> None:
    """Whether it is refused or kept as an error, the gate does not pass by it."""
    world.post("/v1/releases", OPEN)
    world.evidence("R-1", version="v2.0.9")
    assert _verdict(world) in ("error", "no_data")
    promote = {one["code"] for one in world.get("/v1/releases/R-1").json()["blockers"]}
    assert "gate_not_passed" in promote


def test_a_result_for_another_artifact_opens_nothing(world: Served) -> None:
    """The digest that was checked has to be the digest that is released."""
    world.post("/v1/releases", OPEN | {"digest": f"sha256:{'a' * 64}"})
    world.evidence("R-1", digest=f"sha256:{'b' * 64}")
    assert _verdict(world) in ("error", "no_data")


def test_a_gate_that_takes_no_results_is_refused(world: Served) -> None:
    """404, with the gates that do."""
    world.post("/v1/releases", OPEN)
    refused = world.evidence("R-1", gate="canary")
    assert (refused.status_code, error_of(refused)["code"]) == (404, "unknown_gate")
    assert "unit-tests" in error_of(refused)["hint"]


def test_results_need_their_scope(world: Served) -> None:
    """Whoever lacks judge:run is told who holds it, and nothing is recorded."""
    world.post("/v1/releases", OPEN)
    refused = world.evidence("R-1", "danas")
    assert (refused.status_code, error_of(refused)["code"]) == (403, "missing_scope")
    assert "ci-checkout" in error_of(refused)["hint"]
    assert world.road.release().facts == ()


@pytest.mark.parametrize(
    "moment",
    [
        "yesterday",
        "2026-03-03",
        "2026-03-03T10:00:00",
        "2026-02-30T10:00:00Z",
        "1772532000",
        1772532000,
        1772532000.5,
        None,
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59Z",
        "2026-03-03T10:00:00Z\n",
        "٢٠٢٦-03-03T10:00:00Z",
    ],
)
def test_a_moment_that_cannot_be_true_is_refused(opened: Served, moment: object) -> None:
    """Only RFC 3339 with an offset, and only moments that can be reckoned with."""
    refused = opened.evidence("R-1", observed_at=moment)
    assert (refused.status_code, error_of(refused)["code"]) == (422, "invalid_input")
    assert "observed_at" in error_of(refused)["message"]
    assert opened.road.release().facts == ()


def test_a_result_from_the_future_is_refused(world: Served) -> None:
    """Kept, it would stand as the newest until that time came; a producer's clock may be a minute ahead."""
    world.post("/v1/releases", OPEN)
    now = world.road.clock.now()
    ahead = world.evidence("R-1", observed_at=(now + timedelta(seconds=90)).isoformat())
    assert (ahead.status_code, error_of(ahead)["code"]) == (422, "invalid_input")
    assert "future" in error_of(ahead)["message"]
    assert world.evidence("R-1", observed_at=(now + timedelta(seconds=50)).isoformat()).status_code == 200
    assert world.evidence("R-1", observed_at="2026-03-03T20:00:30+10:00").status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("status", "passed"),
        ("status", "PASS"),
        ("status", None),
        ("url", "javascript:alert(1)"),
        ("url", "https://x y"),
        ("url", "https://x/|<b>"),
        ("url", "file:///etc/passwd"),
        ("summary", "x" * 3001),
        ("summary", "nul\x00"),
        ("gate", "unit\ntests"),
        ("version", "\u202ev2.1.0"),
        ("colour", "red"),
        ("noop", True),
    ],
)
def test_a_field_that_cannot_be_read_is_refused(opened: Served, field: str, value: Any) -> None:
    """422 with the name of the field; nothing is recorded."""
    refused = opened.evidence("R-1", **{field: value})
    assert (refused.status_code, error_of(refused)["code"]) == (422, "invalid_input")
    assert field in error_of(refused)["message"]
    assert opened.road.release().facts == ()
