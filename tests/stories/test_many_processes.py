"""Several processes on one PostgreSQL: every effect once, the frozen are fenced, the dead are followed."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path

import pytest

from handlers.serving import WEB, WORKER
from tests.stores import fresh_database
from tests.stories.bots import Bot, built, happens, insist, launch, until
from tests.stories.house import House, Rules
from tests.stories.killed import Kill
from tests.stories.told import asked_once, settled, told_once, whole, written

LEDGER = [
    "release_opened",
    "quorum_reached",
    "step_started",
    "traffic_shifted",
    "step_started",
    "traffic_arrived",
    "release_done",
]


@pytest.fixture(params=["postgresql"])
async def world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    """A house on PostgreSQL where nobody has to approve; the story starts processes."""
    with ExitStack() as databases:
        database = databases.enter_context(fresh_database(request, tmp_path, migrated=False))
        async with built(tmp_path / "house", database, "socket", Rules(approvals="{count: 0}")) as house:
            yield house


async def test_two_webs_and_two_workers_do_everything_once(world: House) -> None:
    """Everybody clicks at once on whichever process hears it; two releases in a row go to their end, each told once."""
    async with AsyncExitStack() as stack:
        await several(stack, world, WEB, WEB, WORKER, WORKER)
        for number, version in enumerate(("v2.1.0", "v2.2.0"), start=1):
            opening = f"/release open checkout {version} prod"
            await asyncio.gather(*(insist(world, name, opening) for name in ("lee", "sam", "mika")))
            await asyncio.gather(*(insist(world, name, f"/promote R-{number}") for name in ("sam", "mika")))
            await settled(world, "done", f"R-{number}")
    for release in ("R-1", "R-2"):
        told_once(world, release)
        assert written(world, release) == LEDGER
        whole(world, release)
    assert asked_once(world) == ["start 10", "start 100"] * 2


async def test_a_frozen_worker_that_wakes_up_cannot_commit(world: House) -> None:
    """Frozen in the middle of a deployment, past its lease, it finds on waking that another one finished the work."""
    async with AsyncExitStack() as stack:
        _, frozen = await several(stack, world, WEB, WORKER)
        await deploying(world)
        frozen.send(signal.SIGSTOP)
        await several(stack, world, WORKER)
        await happens(lambda: shifted(world), "the other worker took over")
        (world.folder / "hang").unlink()
        frozen.send(signal.SIGCONT)
        await until(lambda: fenced(world, "deploy:"), "the frozen one is fenced")
        await settled(world, "done")
    told_once(world)
    assert written(world) == LEDGER
    assert asked_once(world) == ["start 10", "start 100"]
    whole(world)


async def test_a_frozen_worker_that_wakes_up_starts_no_second_deployment(world: House) -> None:
    """Frozen right before it asks the deployer, it wakes up while another worker's call is still under way."""
    (world.folder / "hang").touch()
    async with AsyncExitStack() as stack:
        frozen = await frozen_at(stack, world, Kill("start_step", "intended", by=signal.SIGSTOP))
        await several(stack, world, WORKER)
        await until(world.deployments, "the other worker asks the deployer")
        frozen.send(signal.SIGCONT)
        await until(lambda: fenced(world, "deploy:"), "the frozen one is fenced")
        (world.folder / "hang").unlink()
        await settled(world, "done")
    told_once(world)
    assert written(world) == LEDGER
    assert asked_once(world) == ["start 10", "start 100"]


async def test_a_frozen_worker_that_wakes_up_posts_nothing_twice(world: House) -> None:
    """Frozen right before it posts a line of the thread, it wakes up when another worker has told the whole story."""
    async with AsyncExitStack() as stack:
        frozen = await frozen_at(stack, world, Kill("post_log", "begun", by=signal.SIGSTOP))
        await several(stack, world, WORKER)
        await settled(world, "done")
        frozen.send(signal.SIGCONT)
        await until(lambda: fenced(world, "log:"), "the frozen one is fenced")
    told_once(world)
    assert written(world) == LEDGER
    assert asked_once(world) == ["start 10", "start 100"]


async def test_a_killed_worker_is_followed_by_another(world: House) -> None:
    """Killed in the middle of a deployment: another worker asks the deployer what became of it, and goes on."""
    async with AsyncExitStack() as stack:
        _, killed = await several(stack, world, WEB, WORKER)
        await deploying(world)
        await several(stack, world, WORKER)
        killed.send(signal.SIGKILL)
        assert await killed.ended() == -signal.SIGKILL
        (world.folder / "hang").unlink()
        await settled(world, "done")
    told_once(world)
    assert written(world) == LEDGER
    assert asked_once(world) == ["start 10", "start 100"]
    whole(world)


async def several(stack: AsyncExitStack, house: House, *roles: object) -> list[Bot]:
    """Processes with these roles, stopped at the story's end."""
    bots = []
    for role in roles:
        bot = await launch(house, role=role)  # type: ignore[arg-type]  # a Role each
        stack.push_async_callback(bot.stop)
        bots.append(bot)
    return bots


async def frozen_at(stack: AsyncExitStack, house: House, point: Kill) -> Bot:
    """A worker that froze itself on the way of a release, beside a web process."""
    await several(stack, house, WEB)
    frozen = await launch(house, point, role=WORKER)
    stack.push_async_callback(frozen.stop)
    await insist(house, "lee", "/release open checkout v2.1.0 prod")
    await insist(house, "mika", "/promote checkout")
    await until(frozen.is_frozen, "the worker is frozen")
    return frozen


def fenced(house: House, key: str) -> bool:
    """Whether the log says that an effect, whose key begins so, was taken from a worker."""
    lines = (house.folder / "bot.log").read_text().splitlines()
    return any("effect_fenced" in line and f'"effect": "{key}' in line for line in lines)


async def deploying(house: House) -> None:
    """Bring a release to where the deployer has its first step in hand, and keeps it."""
    (house.folder / "hang").touch()
    await insist(house, "lee", "/release open checkout v2.1.0 prod")
    await insist(house, "mika", "/promote checkout")
    await until(house.deployments, "the deployer is asked")


async def shifted(house: House) -> bool:
    """Whether the first step's traffic stands in the ledger."""
    return "traffic_shifted" in await asyncio.to_thread(written, house)
