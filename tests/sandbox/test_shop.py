"""The demo's shop, with its real processes on loopback."""

import asyncio
import json
import os
import signal
from datetime import datetime
from pathlib import Path

import aiohttp
import pytest

from bot.sandbox.shop.child import ChildFailed
from bot.sandbox.shop.launch import start
from tests.sandbox.shop_at_work import (
    deploy,
    gone,
    median,
    modes,
    rows,
    ship,
    shop_on,
    state,
    until,
    visit,
)


async def test_the_canary_gets_its_share_and_every_request_is_logged_once(tmp_path: Path) -> None:
    """25 % of 400 requests reach the canary, and each log holds the requests of its side."""
    async with shop_on(tmp_path) as shop:
        assert (await deploy(shop, "D1", "v2.1.0", 25))[0] == 0
        answers = await visit(shop, 400)
        assert answers == {(200, "v2.0.0"): 300, (200, "v2.1.0"): 100}
        await until(lambda: (len(rows(shop.stable_log)), len(rows(shop.canary_log))) == (300, 100), "300 and 100 rows")


async def test_a_dead_canary_is_counted_as_errors_of_the_canary_alone(tmp_path: Path) -> None:
    """Requests to a killed canary are answered and logged as 502; stable goes on; a new order starts it again."""
    async with shop_on(tmp_path) as shop:
        await deploy(shop, "D1", "v2.1.0", 50)
        pid = (await state(shop))["shops"]["v2.1.0"]["pid"]
        os.kill(pid, signal.SIGKILL)
        await until(lambda: gone(pid), "the canary is gone")
        assert await visit(shop, 40) == {(200, "v2.0.0"): 20, (502, ""): 20}
        await until(lambda: [status for status, _ in rows(shop.canary_log)] == [502] * 20, "twenty 502 in the log")
        assert {status for status, _ in rows(shop.stable_log)} == {200}
        assert (await state(shop))["shops"]["v2.1.0"]["alive"] is False

        assert (await deploy(shop, "D2", "v2.1.0", 50))[0] == 0
        assert await visit(shop, 40) == {(200, "v2.0.0"): 20, (200, "v2.1.0"): 20}


async def test_an_order_is_carried_out_once(tmp_path: Path) -> None:
    """The same id again changes nothing, not even after a rollback; another order under it is refused."""
    async with shop_on(tmp_path) as shop:
        both = await asyncio.gather(deploy(shop, "D1", "v2.1.0", 10), deploy(shop, "D1", "v2.1.0", 10))
        assert [code for code, _ in both] == [0, 0]
        first = await state(shop)
        assert set(first["shops"]) == {"v2.0.0", "v2.1.0"}

        code, refusal = await deploy(shop, "D1", "v2.1.0", 50)
        assert (code, refusal["error"]["code"]) == (2, "id_taken")
        assert await state(shop) == first

        await ship(shop, "rollback", "--id", "D2", "--version", "v2.0.0")
        assert (await deploy(shop, "D1", "v2.1.0", 10))[0] == 0
        assert await ship(shop, "running") == (0, {"stable": "v2.0.0", "canary": None, "percent": 0})


async def test_status_tells_a_done_order_from_one_that_never_arrived(tmp_path: Path) -> None:
    """What a bot asks about a deployment in doubt."""
    async with shop_on(tmp_path) as shop:
        await deploy(shop, "R-1:step.1", "v2.1.0", 10)
        code, known = await ship(shop, "status", "--id", "R-1:step.1")
        assert code == 0
        assert (known["state"], known["version"], known["percent"]) == ("done", "v2.1.0", 10)
        assert await ship(shop, "status", "--id", "R-2") == (
            0,
            {"id": "R-2", "state": "unknown", "version": None, "percent": None},
        )


async def test_a_rollback_goes_to_the_process_that_was_kept_warm(tmp_path: Path) -> None:
    """After 100 % the old version still runs and takes everything back; the next deployment ends what nobody needs."""
    async with shop_on(tmp_path) as shop:
        old = (await state(shop))["shops"]["v2.0.0"]["pid"]
        await deploy(shop, "D1", "v2.1.0", 10)
        await deploy(shop, "D2", "v2.1.0", 100)
        assert await visit(shop, 20) == {(200, "v2.1.0"): 20}

        assert (await ship(shop, "rollback", "--id", "D3", "--version", "v2.0.0"))[0] == 0
        assert await visit(shop, 20) == {(200, "v2.0.0"): 20}
        told = await state(shop)
        assert told["shops"]["v2.0.0"]["pid"] == old

        await deploy(shop, "D4", "v2.4.0", 10)
        assert gone(told["shops"]["v2.1.0"]["pid"])
        assert set((await state(shop))["shops"]) == {"v2.0.0", "v2.4.0"}


async def test_a_rollback_starts_a_version_that_does_not_run(tmp_path: Path) -> None:
    async with shop_on(tmp_path) as shop:
        assert (await ship(shop, "rollback", "--id", "D1", "--version", "v1.9.0"))[0] == 0
        assert await visit(shop, 10) == {(200, "v1.9.0"): 10}


async def test_the_bad_builds_show_in_the_canary_log(tmp_path: Path) -> None:
    """v2.2.0 answers errors, v2.3.0 is slow, and the canary's log begins again with each of them."""
    async with shop_on(tmp_path) as shop:
        await deploy(shop, "D1", "v2.2.0", 50)
        await visit(shop, 600)
        await until(lambda: len(rows(shop.canary_log)) == 300, "300 rows of v2.2.0")
        assert sum(status == 500 for status, _ in rows(shop.canary_log)) / 300 > 0.04
        assert {status for status, _ in rows(shop.stable_log)} == {200}

        await deploy(shop, "D2", "v2.3.0", 50)
        await visit(shop, 400)
        await until(lambda: len(rows(shop.canary_log)) == 200, "200 rows of v2.3.0")
        assert {status for status, _ in rows(shop.canary_log)} == {200}
        assert median(shop.canary_log) > 1.3 * median(shop.stable_log)


async def test_customers_come_at_the_asked_rate(tmp_path: Path) -> None:
    """Two hundred at 60 a second are answered within 3.3 seconds, give or take chance and a busy machine."""
    async with shop_on(tmp_path, rate=60) as shop:
        await until(lambda: len(rows(shop.stable_log)) >= 200, "200 customers")
        times = [line.split(",")[0] for line in shop.stable_log.read_text().splitlines()[1:]]
        took = datetime.fromisoformat(times[199]) - datetime.fromisoformat(times[0])
        assert 2.3 < took.total_seconds() < 10


@pytest.mark.parametrize(
    ("command", "options", "code"),
    [
        ("start", ("--id", "D1", "--version", "../v1", "--percent", "10"), "invalid"),
        ("start", ("--id", "D1", "--version", "v2.1.0", "--percent", "101"), "invalid"),
        ("start", ("--id", "D 1", "--version", "v2.1.0", "--percent", "10"), "invalid"),
        ("start", ("--id", "D1", "--version", "v2.0.0", "--percent", "10"), "already_stable"),
    ],
)
async def test_a_wrong_order_is_refused_and_moves_nothing(
    tmp_path: Path, command: str, options: tuple[str, ...], code: str
) -> None:
    async with shop_on(tmp_path) as shop:
        exit_code, line = await ship(shop, command, *options)
        assert (exit_code, line["error"]["code"]) == (2, code)
        assert await ship(shop, "running") == (0, {"stable": "v2.0.0", "canary": None, "percent": 0})


async def test_control_wants_the_token_that_only_the_owner_reads(tmp_path: Path) -> None:
    async with shop_on(tmp_path) as shop, aiohttp.ClientSession() as session:
        address = json.loads(shop.address_file.read_text())
        assert modes(tmp_path) == {"shop.token": 0o600, "proxy.token": 0o600}
        for headers in ({}, {"Authorization": "Bearer wrong"}):
            async with session.get(f"{address['admin']}/state", headers=headers) as answer:
                assert answer.status == 401


async def test_a_second_shop_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    async with shop_on(tmp_path) as shop:
        with pytest.raises(ChildFailed, match="exit code 5"):
            await start(tmp_path, rate=0)
        assert await visit(shop, 5) == {(200, "v2.0.0"): 5}
