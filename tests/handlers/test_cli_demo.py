"""The demo, as a person starts it: real processes, real traffic, a story that plays itself, a bot that is killed."""

import asyncio
import json
import os
import re
import shutil
import signal
import sys
from pathlib import Path

import pytest

from bot.sandbox.person import Workspace
from tests.handlers.cli_house import CliHouse
from tests.stories.house import CHANNEL

CONFIGS = Path(__file__).parents[2] / "configs"
SHORTER = (
    (r"bake: \[20s, 5s\]", "bake: [8s, 1s]"),
    (r"window: 10s\n        every: 5s", "window: 4s\n        every: 2s"),
    (r"window: 5s\n", "window: 2s\n"),
)
"""The shipped demo, with its times shortened: the same gates on the same traffic."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A place with a copy of the shipped configuration, where nothing ran yet."""
    shutil.copytree(CONFIGS, tmp_path / "configs")
    service = tmp_path / "configs" / "services" / "checkout.yaml"
    text = service.read_text()
    for old, new in SHORTER:
        text, times = re.subn(old, new, text)
        assert times, f"the shipped checkout.yaml has no {old}"
    service.write_text(text)
    installation = tmp_path / "configs" / "interlock.yaml"
    installation.write_text(installation.read_text().replace("lease: 30s", "lease: 3s"))
    return tmp_path


@pytest.mark.timeout(180)
async def test_the_story_plays_to_its_end(folder: Path) -> None:
    """A good build goes all the way; a bad one is caught on measured traffic and comes back; the thread tells both."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "handlers.cli", "demo", "--play", "--port", "0", "--rate", "150"),
        cwd=folder,
        env={"PATH": os.environ["PATH"], "SLACK_BOT_TOKEN": "xoxb-real", "DATABASE_URL": "sqlite:///real.db"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = (part.decode() for part in await process.communicate())
    assert process.returncode == 0, out + err
    told = [
        "deploy:approve",
        "Ravi approved (2 of 2)",
        "10 % of traffic is on v2.1.0",
        "R-1 (checkout v2.1.0 → prod) is done",
        "because gate canary failed",
        "R-2 (checkout v2.2.0 → prod) is rolled back",
    ]
    places = [out.find(words) for words in told]
    assert -1 not in places, out
    assert places == sorted(places), out
    assert not (folder / "real.db").exists(), "the demo never touches what the environment points at"
    assert not (folder / "var" / "demo" / "shop.json").exists(), "the shop is gone"


async def test_a_killed_bot_goes_on_in_the_same_thread(folder: Path) -> None:
    """The demo starts it again by itself, and a release that was open stays where it was, in one thread."""
    house = demo_house(folder)
    async with house.running("demo", "--port", "0", "--rate", "20") as (process, ready):
        async with Workspace(ready["url"]) as workspace:
            lee, dana = workspace.person("U01LEE"), workspace.person("U01DANA")
            assert (await lee.command(CHANNEL, "/release open checkout v2.1.0 prod")).ok
            card = await lee.sees(CHANNEL, lambda one: "checkout v2.1.0" in one["text"] and "0 of 2" in one["text"])
            os.kill(ready["bot"]["pid"], signal.SIGKILL)

            async def approved() -> bool:
                return (await dana.command(CHANNEL, "/approve")).ok

            await workspace.wait_for(approved, 40)
            await lee.sees(CHANNEL, lambda one: one["ts"] == card["ts"] and "1 of 2" in one["text"], timeout=20)
            cards = [one for one in await lee.messages(CHANNEL) if one.get("bot_id") and not one.get("ephemeral_to")]
            assert [one["ts"] for one in cards] == [card["ts"]]

        bots = [ready["bot"]["pid"], *alive_children(process.pid)]
        process.send_signal(signal.SIGINT)
        assert await process.wait() == 0
    assert still_there(bots) == []


def demo_house(folder: Path) -> CliHouse:
    """A house that runs its commands where the demo's configuration lies."""
    house = CliHouse(folder / "elsewhere", "sqlite:///unused.db")
    house.folder = folder
    house.environ["INTERLOCK_CONFIG"] = str(folder / "configs")
    return house


def still_there(pids: list[int]) -> list[int]:
    """Those of the processes that run, or wait for their parent to look."""
    return [pid for pid in pids if Path(f"/proc/{pid}").exists()]


def alive_children(pid: int) -> list[int]:
    """The processes that a process has started and that still run."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def test_a_broken_manifest_ends_it_at_once(folder: Path) -> None:
    """Said in words, before anything is started."""
    (folder / "configs" / "manifest.yaml").write_text("{}\n")
    came = demo_house(folder).run("demo", "--port", "0", "--json")
    assert came.code == 5
    assert "INTERLOCK_CONFIG" in json.loads(came.out)["error"]["message"]
