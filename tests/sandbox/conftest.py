"""A running sandbox, its tester's client, and a real, unmodified Bolt app on either transport."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.person import Workspace
from bot.sandbox.server import Sandbox, start
from tests.sandbox.bolt_app import BoltApp

MANIFEST = Path(__file__).parent / "manifest.yaml"


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    running = await start(0, MANIFEST)
    yield running
    await running.stop()


@pytest.fixture
async def workspace(sandbox: Sandbox) -> AsyncIterator[Workspace]:
    async with Workspace(sandbox.url) as client:
        yield client


@pytest.fixture(params=["socket", "http"])
async def app(request: pytest.FixtureRequest, sandbox: Sandbox, workspace: Workspace) -> AsyncIterator[BoltApp]:
    running = BoltApp(sandbox, workspace)
    await running.connect(request.param)
    yield running
    await running.stop()


@pytest.fixture
async def socket_app(sandbox: Sandbox, workspace: Workspace) -> AsyncIterator[BoltApp]:
    running = BoltApp(sandbox, workspace)
    await running.connect("socket")
    yield running
    await running.stop()
