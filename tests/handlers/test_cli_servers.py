"""The processes: they start from the environment alone, serve a workspace, and the command line works beside them."""

import signal
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.sandbox.person import Workspace
from bot.sandbox.server import start
from tests.handlers.cli_house import CliHouse
from tests.stores import database_url as database_url
from tests.stories.house import CHANNEL

MANIFEST = Path(__file__).parents[2] / "configs" / "manifest.yaml"
ROLES = {"sqlite": (("serve",),), "postgresql": (("web", "--host", "127.0.0.1"), ("worker",))}


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    """A workspace that nobody is connected to yet."""
    sandbox = await start(0, MANIFEST)
    async with Workspace(sandbox.url) as people:
        yield people
    await sandbox.stop()


def with_slack(folder: Path, database: str, workspace: Workspace) -> CliHouse:
    """A house whose commands know the workspace."""
    slack = {
        "SLACK_API_URL": f"{workspace.url}/api/",
        "SLACK_BOT_TOKEN": "xoxb-sandbox",
        "SLACK_APP_TOKEN": "xapp-sandbox",
    }
    return CliHouse(folder, database, environ=slack)


async def test_the_command_line_works_beside_a_running_interlock(
    tmp_path: Path, database_url: str, workspace: Workspace
) -> None:
    """A release that is opened in a terminal gets its thread from the process that runs, and a click counts at once."""
    house = with_slack(tmp_path, database_url, workspace)
    database = "sqlite" if database_url.startswith("sqlite") else "postgresql"
    server, *others = ROLES[database]
    async with house.running(*server) as (process, ready):
        for other in others:
            beside = house.running(*other)
            await beside.__aenter__()
        assert await health(ready["url"]) == 200
        opened = await house.arun("release", "open", "checkout", "v2.1.0", "prod")
        assert opened.code == 0, opened
        assert "carries out" in opened.out

        ravi = workspace.person("U01RAVI")
        card = await ravi.sees(CHANNEL, lambda one: "checkout v2.1.0" in one["text"], timeout=30)
        assert (await ravi.click(card, "act:approve")).ok
        status = await house.arun("release", "status", "R-1", "--json")
        assert status.json["state"] == "approved"

        if others:
            await beside.__aexit__(None, None, None)
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0


async def test_a_server_ends_with_whoever_tied_it(tmp_path: Path, workspace: Workspace) -> None:
    """A demo that is killed leaves no bot behind."""
    house = with_slack(tmp_path, f"sqlite:///{tmp_path / 'interlock.db'}", workspace)
    async with house.running("serve", "--tied") as (process, _):
        assert process.stdin is not None
        process.stdin.close()
        assert await process.wait() == 0


def test_without_slack_it_says_what_to_set(tmp_path: Path) -> None:
    """The commonest first mistake has an answer, and an exit code of its own."""
    came = CliHouse(tmp_path, f"sqlite:///{tmp_path / 'interlock.db'}").run("serve", "--json")
    assert came.code == 4
    assert [one["key"] for one in came.json["problems"]] == ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"]
    assert "interlock demo" in came.err


def test_a_port_in_use_is_infrastructure(tmp_path: Path) -> None:
    """Said before anything is opened, without a traceback."""
    house = CliHouse(tmp_path, f"sqlite:///{tmp_path / 'interlock.db'}")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        came = house.run("serve", "--without-slack", "--port", str(taken.getsockname()[1]))
    assert came.code == 5
    assert "--port" in came.err
    assert "Traceback" not in came.err


async def test_the_sandbox_alone(tmp_path: Path) -> None:
    """Its page, and the variables that a bot of one's own needs."""
    house = CliHouse(tmp_path, "sqlite:///none.db")
    async with house.running("sandbox", "--manifest", str(MANIFEST)) as (process, ready):
        assert await health(ready["url"], "/") == 200
        assert set(ready["environment"]) >= {"SLACK_API_URL", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"}
        process.send_signal(signal.SIGINT)
        assert await process.wait() == 0
    broken = await house.arun("sandbox", "--manifest", "nowhere.yaml")
    assert broken.code == 4


async def health(url: str, path: str = "/healthz") -> int:
    """The status of one request."""
    async with aiohttp.ClientSession() as session, session.get(url + path) as answer:
        await answer.read()
        return answer.status
