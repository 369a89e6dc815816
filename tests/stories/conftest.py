"""Every story runs on both databases and over both transports, with real sockets between all parts."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.person import Workspace
from bot.sandbox.server import start
from tests.stores import database_url as database_url
from tests.stories.house import House

MANIFEST = Path(__file__).parents[2] / "configs" / "manifest.yaml"


@pytest.fixture(params=["socket", "http"])
def transport(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def house(database_url: str, transport: str, tmp_path: Path) -> AsyncIterator[House]:
    """A configured house with a workspace; the story starts the bot."""
    sandbox = await start(0, MANIFEST)
    async with Workspace(sandbox.url) as workspace:
        await workspace.settings(limits_scale=60.0)
        world = House(sandbox, workspace, tmp_path, database_url, transport)
        world.configure()
        yield world
        await world.stop()
    await sandbox.stop()
