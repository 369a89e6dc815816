"""A token of another workspace than the one that interlock.yaml names: nothing is served there, and nothing posted."""

from typing import Any

import aiohttp
import pytest

from bot.app import Core, build_core
from bot.domain.command import Command
from bot.engine.dispatch import Request
from bot.settings import Settings
from handlers.serving import ALL_IN_ONE, running
from tests.engine.road import LEE
from tests.stories.house import CHANNEL, SECRET, House

OPENING = Command(action="open", service="checkout", version="v2.1.0", environment="prod")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_another_workspaces_token_serves_nobody_until_it_is_put_right(house: House) -> None:
    """Not ready, with the reason; commands are not answered, posts wait; `team` corrected, everything goes on."""
    file = house.folder / "configs" / "interlock.yaml"
    rules = file.read_text()
    file.write_text(f"{rules}team: T0ELSEWHERE\n")
    await house.workspace.settings(ack_seconds=1.0)
    environ = house.environ() | {"INTERLOCK_STAGE_KEYS": '[{"key_id": "k1", "secret": "of-a-test"}]'}
    house.core = core = build_core(Settings.read(environ), environ, house.clock)
    async with running(core, ALL_IN_ONE) as process:
        if house.transport == "http":
            await house.workspace.app(
                request_url=f"http://127.0.0.1:{process.port}/slack/events", signing_secret=SECRET
            )
        await house.until(lambda: core.identity.elsewhere == "T01ACME")

        ready = await readiness(process.port)
        assert ready["status"] == "unready"
        assert [one["code"] for one in ready["reasons"]] == ["slack.other_team"]
        assert "T0ELSEWHERE" in ready["reasons"][0]["message"]

        assert not (await house.person("lee").command(CHANNEL, "/release open checkout v2.1.0 prod")).ok
        assert core.questions.listing() == ()
        assert core.run(Request(OPENING, LEE, "test")).accepted
        await house.until(lambda: "workspace_unconfirmed" in waiting_for(core))
        assert await house.workspace.calls("chat.postMessage") == []

        file.write_text(f"{rules}team: T01ACME\n")
        await house.until(lambda: core.identity.known)
        await house.card()
    core.close()
    house.core = None


async def readiness(port: int) -> dict[str, Any]:
    """What /readyz says."""
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/readyz") as answer:
        return dict(await answer.json())


def waiting_for(core: Core) -> set[str]:
    """Why effects were put off."""
    with core.store.writing() as connection:
        return {str(why) for (why,) in connection.exec_driver_sql("SELECT failure FROM effects")}
