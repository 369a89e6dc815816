"""`/readyz` says whether a process can do its work, and why not; `/healthz` and `/metrics` answer whatever happens."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.keys.audit import KEY_FILE
from bot.adapters.skew import read_date, skew
from bot.adapters.slack.pace import Pace
from bot.adapters.slack.web import SlackWeb
from bot.adapters.telemetry.metrics import CONTENT_TYPE
from bot.ports import MessengerRefused
from tests.adapters.keys.rings import key_file, row
from tests.engine.road import Hands
from tests.handlers.http_server import Served, error_of, served
from tests.handlers.http_slack import learn, of_slack, slack
from tests.stores import empty_database_url as empty_database_url

STAGE_KEYS = json.dumps([{"key_id": "k1", "secret": "for the tests alone"}])
on_postgresql = pytest.mark.parametrize("empty_database_url", ["postgresql"], indirect=True)


@contextmanager
def ready(folder: Path, database: str = "", **more: Any) -> Iterator[Served]:
    """A server that lacks nothing: with stage keys, and its clock set right."""
    url = database or f"sqlite:///{folder / 'interlock.db'}"
    with served(folder, url, **{"INTERLOCK_STAGE_KEYS": STAGE_KEYS, **more}) as world:
        world.road.clock.moment = datetime.now(UTC)
        yield world


def reasons(world: Served) -> list[str]:
    """The codes for which a process is not ready; it says 503 when there are any, and what to do about each."""
    answer = world.client.get(world.url + "/readyz", timeout=10)
    body = answer.json()
    if answer.status_code == 200:
        assert body["status"] == "ready"
        return []
    assert answer.status_code == 503
    assert set(body) == {"status", "reasons"}
    assert body["status"] == "unready"
    assert all(set(one) == {"code", "message"} and one["message"] for one in body["reasons"])
    return [one["code"] for one in body["reasons"]]


def checks(world: Served) -> dict[str, str]:
    """What each check came to."""
    return dict(world.client.get(world.url + "/readyz", params={"explain": "true"}, timeout=10).json()["checks"])


def test_a_ready_process_says_just_that(tmp_path: Path) -> None:
    """No token, no more words than needed; what was not measured is said when asked for, and fails nothing."""
    with ready(tmp_path) as world:
        answer = world.client.get(world.url + "/readyz", timeout=10)
        assert (answer.status_code, answer.json()) == (200, {"status": "ready"})
        assert checks(world) == {
            "database": "ok",
            "keys": "ok",
            "clock": "not_checked",
            "slack": "not_checked",
            "configuration": "ok",
        }
        assert world.client.get(world.url + "/healthz", timeout=10).json() == {"status": "alive"}


def test_a_database_behind_or_ahead_of_the_program_is_not_ready(tmp_path: Path) -> None:
    """Migrations that wait, and migrations that this program does not know."""
    with ready(tmp_path) as world:
        store = world.road.core.store
        with store.writing() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'of_tomorrow'")
        assert reasons(world) == ["database.newer"]
        with store.writing() as connection:
            connection.exec_driver_sql("DELETE FROM alembic_version")
        assert reasons(world) == ["database.pending_migrations"]


@on_postgresql
def test_a_database_that_goes_away_and_comes_back(empty_database_url: str, tmp_path: Path) -> None:
    """Not ready, and every request is told to try again with its key; alive all the while; ready again by itself."""
    name = empty_database_url.rpartition("?")[0].rpartition("/")[2]
    other = empty_database_url.replace(f"/{name}?", "/postgres?")
    opening = {"service": "checkout", "version": "v2.1.0", "environment": "prod", "key": "k"}

    def administer(statement: str) -> None:
        with psycopg.connect(other, autocommit=True) as connection:
            connection.execute(statement.encode())

    with ready(tmp_path, empty_database_url) as world:
        assert reasons(world) == []
        administer(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        administer(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'")
        assert reasons(world) == ["database.unavailable"]
        away = world.post("/v1/releases", opening)
        assert (away.status_code, error_of(away)["code"]) == (503, "unavailable")
        assert int(away.headers["Retry-After"]) > 0
        assert world.get("/healthz").status_code == 200
        assert "interlock_decisions_total" in world.get("/metrics").text
        administer(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        assert reasons(world) == []
        assert world.post("/v1/releases", opening).status_code == 201


def test_keys_that_are_missing_or_changed(tmp_path: Path) -> None:
    """A stage deployer without keys, an audit key that is gone, or another one in its place; none is made anew."""
    with ready(tmp_path, INTERLOCK_STAGE_KEYS="") as world:
        assert reasons(world) == ["keys.missing"]
    with ready(tmp_path) as world:
        file = tmp_path / "var" / KEY_FILE
        seed = file.read_bytes()
        file.unlink()
        assert reasons(world) == ["keys.audit_unreadable"]
        assert not file.exists()
        file.write_bytes(b"A" * 43 + b"=\n")
        file.chmod(0o600)
        assert reasons(world) == ["keys.audit_unreadable"]
        file.write_bytes(seed)
        assert reasons(world) == []
        file.chmod(0o644)
        assert reasons(world) == ["keys.audit_unreadable"]


@on_postgresql
@pytest.mark.parametrize(
    ("ahead", "found"), [(0, []), (-25, []), (25, []), (40, ["clock.skew"]), (-40, ["clock.skew"])]
)
def test_a_clock_apart_from_the_databases(
    empty_database_url: str, tmp_path: Path, ahead: int, found: list[str]
) -> None:
    """More than 30 s, before or behind, is not ready: leases and bakes would be wrong by as much."""
    with ready(tmp_path, empty_database_url) as world:
        world.road.clock.turn(seconds=ahead)
        assert reasons(world) == found
        side = {40: "ahead of the database's", -40: "behind the database's"}.get(ahead, "")
        assert side in world.client.get(world.url + "/readyz", timeout=10).text


@pytest.mark.parametrize(("seconds", "found"), [(0, []), (25, []), (3600, ["clock.skew"]), (-40, ["clock.skew"])])
def test_a_clock_apart_from_slacks(tmp_path: Path, seconds: int, found: list[str]) -> None:
    """Measured on the Date of Slack's last answer, whichever call it belonged to, a refused one included."""
    with slack() as sandbox, ready(tmp_path, **of_slack(sandbox)) as world:
        assert checks(world)["clock"] == "not_checked"
        learn(world)
        clock = Hands(datetime.now(UTC) + timedelta(seconds=seconds))
        client = AsyncWebClient("xoxb-sandbox", sandbox.api_url, session=world.interlock.session, retry_handlers=[])
        world.interlock.web = SlackWeb(client, Pace(), world.road.core.metrics.slack_failed, clock)
        call = world.interlock.web.call("users.info", {"user": "U0NOBODY"})
        with pytest.raises(MessengerRefused):
            asyncio.run_coroutine_threadsafe(call, world.loop).result(10)
        assert reasons(world) == found


def test_clocks_are_compared_with_the_whole_time_that_asking_took() -> None:
    """An answer from any moment between question and answer shows no difference; only what lies beyond counts."""
    before, after = datetime(2026, 3, 3, 10, 0, 0, tzinfo=UTC), datetime(2026, 3, 3, 10, 0, 20, tzinfo=UTC)
    said = {seconds: skew(before, after, before + timedelta(seconds=seconds)) for seconds in (-35, 0, 10, 20, 55)}
    assert {at: gap.total_seconds() for at, gap in said.items()} == {-35: -35, 0: 0, 10: 0, 20: 0, 55: 35}


@pytest.mark.parametrize("header", [None, "", "the day after tomorrow", "Tue, 99 Mar 2026 10:00:00 GMT", "0", "\x00"])
def test_a_date_that_cannot_be_read_is_no_measure(header: str | None) -> None:
    """Neither a moment nor an error; the last one stands."""
    assert read_date(header) is None
    assert read_date("Tue, 03 Mar 2026 10:00:00 GMT") == datetime(2026, 3, 3, 10, 0, tzinfo=UTC)


def test_slack_has_to_be_known_and_its_socket_alive(tmp_path: Path) -> None:
    """Before auth.test has answered, without a connection, and with one that has been silent for over a minute."""
    ages: list[float | None] = [2.0]
    with slack() as sandbox, ready(tmp_path, socket_age=lambda: ages[0], **of_slack(sandbox)) as world:
        assert reasons(world) == ["slack.unknown"]
        learn(world)
        assert reasons(world) == []
        ages[0] = 59.0
        assert reasons(world) == []
        ages[0] = 61.4
        assert reasons(world) == ["slack.silent"]
        assert "61 s" in world.client.get(world.url + "/readyz", timeout=10).text
        ages[0] = None
        assert reasons(world) == ["slack.not_connected"]


def test_a_broken_configuration_is_a_warning(tmp_path: Path) -> None:
    """The last good one is in force, so the process is ready; a stranger learns no more than that."""
    with ready(tmp_path) as world:
        (tmp_path / "configs" / "rbac.yaml").write_text("roles: {hidden: nonsense}\n")
        answer = world.client.get(world.url + "/readyz", timeout=10)
        assert (answer.status_code, answer.json()["status"]) == (200, "ready")
        assert [one["code"] for one in answer.json()["warnings"]] == ["config.broken"]
        assert "hidden" not in answer.text
        assert checks(world)["configuration"] == "warning"


def test_metrics_are_exposed_with_the_queue_as_it_is(tmp_path: Path) -> None:
    """Prometheus' format; a process that carries nothing out itself still says how full the queue is, and how late."""
    with ready(tmp_path) as world:
        world.post("/v1/releases", {"service": "checkout", "version": "v2.1.0", "environment": "prod"})
        world.road.clock.turn(seconds=90)
        answer = world.client.get(world.url + "/metrics", timeout=10)
        assert answer.headers["Content-Type"] == CONTENT_TYPE
        lines = dict(line.rsplit(" ", 1) for line in answer.text.splitlines() if not line.startswith("#"))
        assert float(lines["interlock_queue_waiting"]) >= 1
        assert float(lines["interlock_queue_oldest_age_seconds"]) == pytest.approx(90, abs=1)
        assert float(lines['interlock_decisions_total{action="open",outcome="accepted"}']) == 1


def test_judges_keys_that_break_are_a_warning_and_ones_never_read_a_failure(tmp_path: Path) -> None:
    """The last good ring is said with its age; metrics say it too; once the source is whole nothing is left of it."""
    path = key_file(tmp_path / "keys.json", row("k1"))
    with ready(tmp_path, INTERLOCK_JUDGE_KEYS_FILE=str(path)) as world:
        ring = world.road.core.ring
        assert ring is not None
        ring.refresh()
        assert checks(world)["keys"] == "ok"
        path.write_text("half a li")
        world.road.clock.turn(seconds=90)
        ring.refresh()
        (warning,) = world.client.get(world.url + "/readyz", timeout=10).json()["warnings"]
        assert warning["code"] == "keys.stale"
        assert "90 s ago" in warning["message"]
        metrics = world.client.get(world.url + "/metrics", timeout=10).text
        assert "interlock_keys_stale 1.0" in metrics
        key_file(path, row("k2"))
        ring.refresh()
        assert checks(world)["keys"] == "ok"
    (tmp_path / "other").mkdir()
    with ready(tmp_path / "other", INTERLOCK_JUDGE_KEYS_FILE=str(tmp_path / "not-there.json")) as world:
        assert world.road.core.ring is not None
        world.road.core.ring.refresh()
        assert reasons(world) == ["keys.load_failed:not_there"]
