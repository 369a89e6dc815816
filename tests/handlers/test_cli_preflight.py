"""`preflight`: GO, NO-GO, could not complete; and its findings in the release's thread (contracts 1.20)."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from tests.handlers.cli_house import CliHouse

STAGE_KEYS = json.dumps([{"key_id": "k1", "secret": "not-a-secret"}])


@pytest.fixture
def house(tmp_path: Path) -> CliHouse:
    environ = {"INTERLOCK_STAGE_KEYS": STAGE_KEYS, "SLACK_BOT_TOKEN": "xoxb-none"}
    return CliHouse(tmp_path, f"sqlite:///{tmp_path}/interlock.db", environ=environ)


@asynccontextmanager
async def outside(ahead: timedelta = timedelta(), keeps_tags: bool = True) -> AsyncIterator[str]:
    """Slack's clock and the ops card, in one server on this machine; its address."""

    async def clock(_: web.Request) -> web.Response:
        return web.json_response({"ok": True}, headers={"Date": format_datetime(datetime.now(UTC) + ahead)})

    async def card(request: web.Request) -> web.Response:
        known = keeps_tags and request.headers.get("If-None-Match") == '"tag"'
        return web.Response(status=304 if known else 200, headers={"ETag": '"tag"'})

    app = web.Application()
    app.router.add_post("/api/api.test", clock)
    app.router.add_get("/ops/cards/reason-trends", card)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


async def look(house: CliHouse, address: str, *more: str) -> Any:
    return await house.arun("preflight", "--url", address, *more, "--json", SLACK_API_URL=f"{address}/api/")


def health(came: Any) -> dict[str, str]:
    return {one["name"]: one["status"] for one in came.json["checks"]}


async def test_seven_checks_make_a_go(house: CliHouse) -> None:
    async with outside() as address:
        came = await look(house, address, "--report", str(house.folder / "report.json"))
    assert (came.code, came.json["decision"], set(health(came).values())) == (0, "GO", {"good"})
    assert list(health(came)) == ["scopes", "keys", "evidence", "stage", "clock", "judges", "ops card"]
    assert json.loads((house.folder / "report.json").read_text()) == came.json


async def test_a_clock_that_is_off_is_no_go(house: CliHouse) -> None:
    """Measured against another machine, never against a file of our own."""
    async with outside(ahead=timedelta(seconds=-20)) as address:
        came = await look(house, address)
        assert (came.code, health(came)["clock"]) == (2, "bad")
        assert (await look(house, address, "--max-skew", "1m")).code == 0


async def test_a_card_that_is_never_the_same_is_no_go(house: CliHouse) -> None:
    async with outside(keeps_tags=False) as address:
        came = await look(house, address)
    assert (came.code, health(came)["ops card"]) == (2, "bad")


def test_what_cannot_be_asked_is_not_go(house: CliHouse) -> None:
    """Nothing answers at this address; the other checks are told all the same."""
    came = house.run("preflight", "--url", "http://127.0.0.1:9", "--json", SLACK_API_URL="http://127.0.0.1:9/")
    assert (came.code, health(came)["clock"], health(came)["scopes"]) == (5, "unreachable", "good")


async def test_a_scope_for_everything_is_named(house: CliHouse) -> None:
    rbac = house.folder / "configs" / "rbac.yaml"
    rbac.write_text(rbac.read_text().replace("developer: {scopes: [release:open", 'developer: {scopes: ["*"'))
    async with outside() as address:
        came = await look(house, address)
    (scopes,) = [one for one in came.json["checks"] if one["name"] == "scopes"]
    assert (came.code, scopes["message"]) == (2, "role developer holds *")


async def test_a_missing_stage_key_is_no_go(house: CliHouse) -> None:
    """A stage deployer without a key could only ever say stable."""
    house.environ.pop("INTERLOCK_STAGE_KEYS")
    async with outside() as address:
        came = await look(house, address)
    assert (came.code, health(came)["stage"]) == (2, "bad")


async def test_findings_go_into_the_ledger_of_the_release_with_the_scope(house: CliHouse) -> None:
    assert house.run("release", "open", "checkout", "v2.1.0", "prod").code == 0
    async with outside() as address:
        assert (await look(house, address, "R-1", "--post")).code == 0
        refused = await house.arun(
            "preflight", "R-1", "--post", "--url", address,
            SLACK_API_URL=f"{address}/api/", INTERLOCK_ALLOW_SCOPES="ops:read",
        )  # fmt: skip
        assert refused.code == 3
        assert (await look(house, address, "R-9", "--post")).code == 4
    log = house.run("release", "log", "R-1").out
    assert log.count("GO, says the pre-flight check") == 1
