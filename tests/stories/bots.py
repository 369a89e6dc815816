"""Interlock's processes as a story handles them: started, killed, frozen, followed by a successor."""

import asyncio
import multiprocessing
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TypeVar

from bot.sandbox.person import NothingHappened, Workspace
from bot.sandbox.server import start
from handlers.serving import ALL_IN_ONE, Role
from tests.stories import killed
from tests.stories.house import CHANNEL, SECRET, House, Rules
from tests.stories.killed import Kill

MANIFEST = Path(__file__).parents[2] / "configs" / "manifest.yaml"
_LATE = ("apscheduler.executors.asyncio", "h11", "pydantic.v1", "uvicorn.protocols.http.auto")
"""What the program imports only once it runs."""

DEADLINE = 40.0
"""Seconds that a story waits for anything; far more than it takes, for machines that are busy."""

T = TypeVar("T")


@dataclass(slots=True)
class Bot:
    """One process of Interlock. `port` is that of its HTTP side."""

    process: BaseProcess
    line: Connection
    port: int

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self.process.pid is not None
        return self.process.pid

    def send(self, what: signal.Signals) -> None:
        """Send it a signal: SIGKILL, SIGSTOP, SIGCONT, SIGTERM."""
        os.kill(self.pid, what)

    def is_frozen(self) -> bool:
        """Whether a SIGSTOP holds it."""
        return Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"

    async def ended(self) -> int:
        """Its exit code, negative for a signal, once it is gone."""
        await until(lambda: self.process.exitcode is not None, "the process ends")
        assert self.process.exitcode is not None
        return self.process.exitcode

    async def stop(self) -> None:
        """End it in order, whatever state it is in."""
        if self.process.exitcode is None:
            self.send(signal.SIGCONT)
            self.send(signal.SIGTERM)
            try:
                await self.ended()
            except NothingHappened:
                self.send(signal.SIGKILL)
                await self.ended()
        self.line.close()
        self.process.join()


async def until(look: Callable[[], T], what: str, within: float = DEADLINE) -> T:
    """The first truthy answer of a look at things that tell nobody when they change: processes, files, the database."""
    clock = asyncio.get_running_loop()
    deadline = clock.time() + within
    while not (found := look()):
        if clock.time() >= deadline:
            raise NothingHappened(f"{what}: not within {within} s; last seen: {found!r}")
        await asyncio.sleep(0.05)
    return found


async def happens(look: Callable[[], Awaitable[T]], what: str, within: float = DEADLINE) -> T:
    """The same for a look that has to be awaited."""
    clock = asyncio.get_running_loop()
    deadline = clock.time() + within
    while not (found := await look()):
        if clock.time() >= deadline:
            raise NothingHappened(f"{what}: not within {within} s; last seen: {found!r}")
        await asyncio.sleep(0.05)
    return found


async def launch(house: House, kill: Kill | None = None, role: Role = ALL_IN_ONE) -> Bot:
    """Start a process on the house's database, and wait until Slack reaches it, if it is there to be reached."""
    ours, theirs = _context().Pipe()
    given = (house.environ(), role, kill, theirs, str(house.folder / "bot.log"))
    process = _context().Process(target=killed.live, args=given, daemon=True)
    process.start()
    theirs.close()
    await until(lambda: ours.poll() or process.exitcode is not None, "the process is ready")
    try:
        bot = Bot(process, ours, int(ours.recv()))
    except EOFError:
        raise AssertionError(f"the process ended at its start:\n{last_words(house)}") from None
    if role.serves:
        await _connect(house, bot)
    return bot


@asynccontextmanager
async def kept(house: House, kill: Kill) -> AsyncIterator[Bot]:
    """A process that will kill itself, followed by one that lives; the first one is given. The story fails when it
    ends before the kill."""
    doomed = await launch(house, kill)
    watch = asyncio.create_task(_follow(house, doomed))
    try:
        yield doomed
        successor = await asyncio.wait_for(watch, DEADLINE)
        await successor.stop()
    finally:
        watch.cancel()
        await asyncio.gather(watch, return_exceptions=True)
        await doomed.stop()
        if watch.done() and not watch.cancelled() and watch.exception() is None:
            await watch.result().stop()


async def insist(house: House, name: str, line: str) -> str:
    """Type a slash command until it is answered, as people do when nothing, or only "try again", comes back."""

    async def typed() -> str:
        came = await house.person(name).command(CHANNEL, line)
        said = str((came.response or {}).get("text", "")) if came.ok else ""
        return "" if "Slack does not say who you are" in said else said

    return await happens(typed, f"{line} is answered")


@asynccontextmanager
async def built(folder: Path, database: str, transport: str, rules: Rules | None = None) -> AsyncIterator[House]:
    """A house with a workspace of its own, for stories of which several run side by side."""
    await asyncio.to_thread(folder.mkdir, exist_ok=True)
    sandbox = await start(0, MANIFEST)
    async with Workspace(sandbox.url) as workspace:
        await workspace.settings(limits_scale=600.0)
        world = House(sandbox, workspace, folder, database, transport)
        world.configure(rules)
        yield world
    await sandbox.stop()


def last_words(house: House) -> str:
    """The end of what the processes wrote."""
    log = house.folder / "bot.log"
    return log.read_text()[-6000:] if log.exists() else ""


async def _follow(house: House, doomed: Bot) -> Bot:
    code = await doomed.ended()
    assert code == -signal.SIGKILL, f"the process ended by itself: {code}\n{last_words(house)}"
    return await launch(house)


async def _connect(house: House, bot: Bot) -> None:
    if house.transport == "http":
        address = f"http://127.0.0.1:{bot.port}/slack/events"
        await house.workspace.app(request_url=address, signing_secret=SECRET)
        return

    async def connected() -> bool:
        return bool((await house.workspace.overview())["bot"].get("connected") == "socket")

    await happens(connected, "the socket is connected")


@cache
def _context() -> ForkServerContext:
    """A server that has imported the program once and forks a fresh process of it within milliseconds."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.stories.killed", *_LATE])
    return context
