"""Stories run on both databases and over both transports, with real sockets between all parts."""

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


EVERY_PAIRING = ("test_happy_release", "test_once")
"""Modules whose stories run on each database over each transport; the others meet both databases and both transports
in two pairs, which keeps the whole run short."""

PAIRS = {("sqlite", "socket"), ("postgresql", "http")}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the pairings that a story does not need."""
    wanted = [item for item in items if _is_wanted(item)]
    config.hook.pytest_deselected(items=[item for item in items if not _is_wanted(item)])
    items[:] = wanted


def _is_wanted(item: pytest.Item) -> bool:
    module, params = item.path.stem, getattr(getattr(item, "callspec", None), "params", {})
    if item.path.parent != Path(__file__).parent or module in EVERY_PAIRING:
        return True
    pairing = (params.get("database_url"), params.get("transport"))
    return None in pairing or pairing in PAIRS
