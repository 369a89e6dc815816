"""Nothing of the shop outlives the shop: real processes, ended in every way."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from bot.sandbox.shop.launch import start
from tests.sandbox.shop_at_work import (
    WITHIN,
    deploy,
    gone,
    pids_in,
    ship,
    shop_on,
    state,
    until,
)


async def test_stop_ends_every_process_and_commands_then_say_unreachable(tmp_path: Path) -> None:
    shop = await start(tmp_path, rate=60)
    await deploy(shop, "D1", "v2.1.0", 10)
    pids = pids_in(await state(shop))
    assert len(pids) == 5
    await shop.stop()
    assert all(gone(pid) for pid in pids)
    code, line = await ship(shop, "running")
    assert (code, line["error"]["code"]) == (5, "unreachable")


@pytest.mark.parametrize("victim", ["supervisor", "proxy", "load"])
async def test_nothing_is_left_when_a_part_that_the_shop_needs_is_killed(tmp_path: Path, victim: str) -> None:
    """SIGKILL of the supervisor, the proxy or the load ends every other process; the address left behind is dead."""
    async with shop_on(tmp_path, rate=60) as shop:
        await deploy(shop, "D1", "v2.1.0", 10)
        told = await state(shop)
        os.kill(told["pids"][victim], signal.SIGKILL)
        await until(lambda: all(gone(pid) for pid in pids_in(told)), "every process is gone")
        assert (await ship(shop, "running"))[0] == 5


async def test_the_shop_ends_with_the_program_that_started_it(tmp_path: Path) -> None:
    """Even when that program is killed and cannot say goodbye."""
    program = (
        "import asyncio, pathlib, sys\n"
        "from bot.sandbox.shop.launch import start\n"
        "async def main():\n"
        "    shop = await start(pathlib.Path(sys.argv[1]), rate=0)\n"
        "    print(shop.pid, flush=True)\n"
        "    await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    starter = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, str(tmp_path), stdout=asyncio.subprocess.PIPE
    )
    assert starter.stdout is not None
    pid = int(await asyncio.wait_for(starter.stdout.readline(), WITHIN))
    assert not gone(pid)
    starter.kill()
    await starter.wait()
    await until(lambda: gone(pid), "the supervisor is gone")
