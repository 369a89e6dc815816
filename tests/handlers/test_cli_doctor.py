"""The doctor: everything that Interlock needs, against a workspace that is well and one that is not."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.person import Workspace
from bot.sandbox.server import start
from tests.handlers.cli_house import CliHouse
from tests.handlers.test_cli_tools import STAGE_KEY
from tests.stories.house import CHANNEL

MANIFEST = Path(__file__).parents[2] / "configs" / "manifest.yaml"


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    """A workspace with the shipped app installed."""
    sandbox = await start(0, MANIFEST)
    async with Workspace(sandbox.url) as people:
        yield people
    await sandbox.stop()


@pytest.fixture
def house(tmp_path: Path, workspace: Workspace) -> CliHouse:
    """A house that is in order."""
    slack = {
        "SLACK_API_URL": f"{workspace.url}/api/",
        "SLACK_BOT_TOKEN": "xoxb-sandbox",
        "SLACK_APP_TOKEN": "xapp-sandbox",
    }
    house = CliHouse(tmp_path, f"sqlite:///{tmp_path / 'interlock.db'}", environ=slack | STAGE_KEY)
    (tmp_path / "configs" / "manifest.yaml").write_text(MANIFEST.read_text())
    assert house.run("db", "upgrade").code == 0
    return house


async def test_a_house_in_order(house: CliHouse, workspace: Workspace) -> None:
    """Everything is looked at, and the test post is gone afterwards."""
    came = await house.arun("doctor", "--json")
    assert came.code == 0, came
    assert came.json["healthy"] is True
    seen = {one["check"] for one in came.json["checks"]}
    assert seen >= {"configuration", "database", "audit key", "stage keys", "token", "scopes", "clock", "app token"}
    assert {f"channel {CHANNEL}", "test post"} <= seen
    assert len(await workspace.calls("chat.postMessage")) == len(await workspace.calls("chat.delete")) == 1
    assert [one for one in await workspace.person("U01LEE").messages(CHANNEL) if one.get("bot_id")] == []


async def test_each_thing_that_is_wrong_has_its_advice(house: CliHouse, workspace: Workspace) -> None:
    """A bot outside its channel, a scope that was never granted, a clock that is off: three lines, and exit code 2."""
    await workspace.people(channels=[{"id": CHANNEL, "remove": ["U0INTERLOCK"]}])
    await workspace.misbehave("clock_skew", seconds=-90)
    manifest = house.folder / "configs" / "manifest.yaml"
    manifest.write_text(manifest.read_text().replace("- commands ", "- commands\n      - reactions:write "))
    came = await house.arun("doctor", "--json", "--no-post")
    assert came.code == 2, came
    wrong = {one["check"]: one for one in came.json["checks"] if one["health"] == "bad"}
    assert set(wrong) == {"scopes", "clock", f"channel {CHANNEL}"}
    assert "reactions:write" in wrong["scopes"]["found"]
    assert "/invite" in wrong[f"channel {CHANNEL}"]["advice"]
    assert all(one["advice"] for one in wrong.values())
    assert await workspace.calls("chat.postMessage") == []


async def test_a_slack_that_is_down_is_infrastructure(house: CliHouse) -> None:
    """What is here is still looked at; about the rest nothing can be said."""
    came = await house.arun("doctor", "--json", SLACK_API_URL="http://127.0.0.1:9/api/")
    assert came.code == 5, came
    healths = {one["check"]: one["health"] for one in came.json["checks"]}
    assert (healths["database"], healths["token"], healths["scopes"]) == ("good", "unreachable", "skipped")
    lines = (await house.arun("doctor", SLACK_API_URL="http://127.0.0.1:9/api/")).out.splitlines()
    assert len(lines) == len(healths)


async def test_a_token_that_is_not_ours(house: CliHouse) -> None:
    """Slack's own word for it, and where the right one comes from."""
    came = await house.arun("doctor", "--json", SLACK_BOT_TOKEN="xoxb-of-somebody-else")
    assert came.code == 2
    (token,) = [one for one in came.json["checks"] if one["check"] == "token"]
    assert "invalid_auth" in token["found"]
    assert "manifest.yaml" in token["advice"]
    assert "somebody-else" not in came.out + came.err
