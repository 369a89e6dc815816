"""The real program in a process of its own, rebuilt at the composition root so that it kills itself at one point."""

import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection
from typing import Any, Literal, TypeVar

import bot.app as root
from bot.adapters.clock import SystemClock
from bot.adapters.slack.pace import Pace
from bot.adapters.telemetry.logs import set_up
from bot.domain.evidence import Fact
from bot.domain.intent import Intent
from bot.domain.message import Message
from bot.domain.service import DeployerSpec
from bot.engine.worker import Carrier, Worker
from bot.ports import Asked, Claim, Deployer, Messenger, Order, Report, Source, Unit
from bot.settings import Settings
from handlers.serving import Role, run_until_told

T = TypeVar("T")
Moment = Literal["begun", "intended", "before", "after", "recorded"]

_WITHOUT_A_CALL = ("bake_over", "expire", "seal_evidence")
_HURRY = 600.0
"""How much faster the pace of posts runs: the sandbox of these stories asks for little, and no story is about pace."""


@dataclass(frozen=True, slots=True)
class Kill:
    """Where a process ends itself: `before` the outside call of a task, `after` it and before its result is recorded,
    or when it was just `recorded`. A task without an outside call stands `before` when it begins, and `after` in the
    transaction that ends it, short of the commit. Earlier still: a task is `begun`, a deployment is `intended`. `nth`:
    at which passing; `by`: SIGSTOP freezes instead."""

    task: str
    moment: Moment
    nth: int = 1
    by: signal.Signals = signal.SIGKILL

    def __str__(self) -> str:
        return f"{self.task} {self.moment}" + (f" ({self.nth})" if self.nth > 1 else "")


class Doom:
    """Counts the passings of one point, and ends the process without a word at the wanted one."""

    def __init__(self, kill: Kill | None) -> None:
        self._kill = kill
        self._passed = 0

    def at(self, task: str, moment: Moment) -> None:
        """A point is passed."""
        if self._kill is None or (self._kill.task, self._kill.moment) != (task, moment):
            return
        self._passed += 1
        if self._passed == self._kill.nth:
            os.kill(os.getpid(), self._kill.by)

    async def around(self, task: str, call: Awaitable[T]) -> T:
        """An outside call between its two points."""
        self.at(task, "before")
        answer = await call
        self.at(task, "after")
        return answer


@dataclass(frozen=True, slots=True)
class DoomedMessenger:
    """A Messenger whose posts and edits are points."""

    inner: Messenger
    doom: Doom

    async def post(
        self, channel: str, message: Message, mark: str, thread: str | None = None, broadcast: bool = False
    ) -> str:
        """Post."""
        task = "open_thread" if mark.endswith(":card") else "post_log"
        return await self.doom.around(task, self.inner.post(channel, message, mark, thread, broadcast))

    async def update(self, channel: str, ts: str, message: Message, urgent: bool = False) -> None:
        """Edit."""
        await self.doom.around("edit_card", self.inner.update(channel, ts, message, urgent))

    async def find(self, channel: str, mark: str, thread: str | None, since: datetime) -> str | None:
        """Look up; no point."""
        return await self.inner.find(channel, mark, thread, since)

    async def tell(self, person: str, message: Message, mark: str, *more: Any) -> None:
        """Tell."""
        await self.doom.around("tell", self.inner.tell(person, message, mark, *more))


@dataclass(frozen=True, slots=True)
class DoomedDeployer:
    """A Deployer whose starts and rollbacks are points."""

    inner: Deployer
    doom: Doom

    async def start(self, order: Order) -> Report:
        """Start."""
        return await self.doom.around("start_step", self.inner.start(order))

    async def rollback(self, order: Order) -> Report:
        """Roll back."""
        return await self.doom.around("start_rollback", self.inner.rollback(order))

    async def find(self, order: Order) -> Report:
        """Ask; no point."""
        return await self.inner.find(order)


@dataclass(frozen=True, slots=True)
class DoomedSource:
    """A Source whose measurements are points."""

    inner: Source
    doom: Doom

    async def measure(self, asked: Asked) -> Fact:
        """Measure."""
        self.doom.at("measure", "before")
        fact = await self.inner.measure(asked)
        self.doom.at("measure", "after")
        return fact


def live(environ: Mapping[str, str], role: Role, kill: Kill | None, line: Connection, log: str) -> None:
    """Be the program until SIGTERM or the kill; tells its port on the line once it knows who it is in Slack. Ends with
    whoever holds the other end of the line, too."""
    _write_to(log)
    threading.Thread(target=_end_with, args=(line,), daemon=True).start()
    _plant(Doom(kill))
    settings = Settings.read(environ)
    set_up(sys.stderr, "INFO", settings.secrets())
    core = root.build_core(settings, environ, SystemClock())
    telling: list[asyncio.Task[None]] = []

    def ready(port: int) -> None:
        telling.append(asyncio.get_running_loop().create_task(_tell(core, line, port)))

    try:
        asyncio.run(run_until_told(core, role, "127.0.0.1", ready))
    finally:
        core.close()


async def _tell(core: root.Core, line: Connection, port: int) -> None:
    while not core.identity.known:  # noqa: ASYNC110 - it tells nobody when Slack has answered
        await asyncio.sleep(0.01)
    line.send(port)


def _plant(doom: Doom) -> None:
    """Put doomed parts in the place of the real ones, each around the real one."""
    part: Any = root
    messenger, deployers, source = part.SlackMessenger, part.deployers, part.source_for
    part.SlackMessenger = lambda *given: DoomedMessenger(messenger(*given), doom)
    part.deployers = lambda *given: _doomed_deployers(deployers(*given), doom)
    part.source_for = lambda *given: DoomedSource(source(*given), doom)
    part.Worker = lambda name, store, clock, carriers, *rest: Worker(
        name, store, clock, {kind: _doomed_carrier(kind, carrier, doom) for kind, carrier in carriers.items()}, *rest
    )
    part.Pace = hurried
    open_store = part.open_store
    part.open_store = lambda url: _doomed_store(open_store(url), doom)


def _doomed_deployers(make: Callable[[DeployerSpec], Deployer], doom: Doom) -> Callable[[DeployerSpec], Deployer]:
    """One doomed deployer for each real one."""
    return lambda spec: DoomedDeployer(make(spec), doom)


def hurried(*given: Any) -> Pace:
    """A pace that lets everything through at once, for stories that are not about it."""
    pace = Pace(*given)
    pace.now = lambda: time.monotonic() * _HURRY
    return pace


def _doomed_carrier(kind: str, carrier: Carrier, doom: Doom) -> Carrier:
    async def carry(claim: Claim) -> None:
        doom.at(kind, "begun")
        if kind in _WITHOUT_A_CALL:
            doom.at(kind, "before")
        await carrier(claim)

    return carry


def _doomed_store(store: Any, doom: Doom) -> Any:
    """The store, with a point on either side of every commit that ends an effect."""
    write: Callable[[], Any] = store.write

    @contextmanager
    def doomed_write() -> Iterator[Unit]:
        ended: list[str] = []
        intended: list[str] = []
        with write() as unit:
            finish, intend = unit.finish, unit.intend

            def doomed_finish(claim: Claim) -> None:
                finish(claim)
                ended.append(claim.task.kind)

            def doomed_intend(intent: Intent) -> bool:
                intended.append("start_rollback" if intent.id.endswith("rollback") else "start_step")
                return bool(intend(intent))

            unit.finish, unit.intend = doomed_finish, doomed_intend
            yield unit
            for kind in ended:
                if kind in _WITHOUT_A_CALL:
                    doom.at(kind, "after")
        for kind in intended:
            doom.at(kind, "intended")
        for kind in ended:
            doom.at(kind, "recorded")

    store.write = doomed_write
    return store


def _write_to(log: str) -> None:
    """Send what this process prints into a file, for whoever looks into a story that failed."""
    with open(log, "ab") as file:
        os.dup2(file.fileno(), sys.stdout.fileno())
        os.dup2(file.fileno(), sys.stderr.fileno())


def _end_with(line: Connection) -> None:
    try:
        line.recv()
    except (EOFError, OSError):
        os._exit(1)
