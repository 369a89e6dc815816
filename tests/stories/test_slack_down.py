"""A rollback from the command line while Slack is down, and the thread that catches up later."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.adapters.store.migrate import upgrade
from tests.stories.bots import built
from tests.stories.house import House, Rules
from tests.stories.killed import hurried
from tests.stories.told import asked_once, settled, told_once, whole

ROOT = Path(__file__).parents[2]
NOBODY_LISTENS = "http://127.0.0.1:9/api/"


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    """A house on SQLite where nobody has to approve."""
    monkeypatch.setattr("bot.app.Pace", hurried)
    database = f"sqlite:///{tmp_path / 'interlock.db'}"
    upgrade(database)
    async with built(tmp_path, database, "socket", Rules(approvals="{count: 0}")) as house:
        yield house
        await house.stop()


@pytest.mark.parametrize("slack", ["unreachable", "failing", "throttling"])
async def test_a_rollback_from_the_command_line_needs_no_slack(world: House, slack: str) -> None:
    """The release is live, nothing runs, Slack is down: one command takes it back, and later the thread tells it."""
    await world.start()
    await world.say("lee", "/release open checkout v2.1.0 prod")
    await world.say("mika", "/promote checkout")
    await settled(world, "done")
    await world.stop()
    if slack != "unreachable":
        await world.workspace.misbehave({"failing": "server_error", "throttling": "ratelimited"}[slack], method="*")

    said = await typed(
        world, slack, "release", "rollback", "checkout@prod", "--reason", "carts are lost", "--carry-out"
    )
    assert said.returncode == 0, said.stdout + said.stderr
    assert asked_once(world) == ["start 10", "start 100", "rollback 100"]

    await world.workspace.behave()
    await world.start()
    await world.card_says("Rolled back", timeout=60)
    await settled(world, "rolled_back")
    told_once(world)
    assert any("carts are lost" in line for line in await world.thread())
    await world.stop()
    whole(world)


async def typed(house: House, slack: str, *words: str) -> subprocess.CompletedProcess[str]:
    """A command at a keyboard, by somebody to whom the environment gives the right to it."""
    address = {"SLACK_API_URL": NOBODY_LISTENS} if slack == "unreachable" else {}
    environ = house.environ() | {"DECISIONOS_ALLOW_SCOPES": "deploy:abort"} | address
    command = [sys.executable, "-m", "handlers.cli", *words]
    return await asyncio.to_thread(
        subprocess.run,
        command,
        env={"HOME": os.environ.get("HOME", "/"), **environ},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
