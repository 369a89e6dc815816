"""Running a process: the engine, its handlers, its HTTP side and its way to Slack, from start to a graceful stop."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog
from starlette.routing import Route

from bot.app import PATIENCE, Core, Interlock, assemble
from handlers.bolt_app import make_bolt
from handlers.front import Front
from handlers.http import make_http
from handlers.listening import listening
from handlers.slack_http import SlackRoute
from handlers.slack_socket import SlackSocket

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Role:
    """What a process does: `serves` listens to Slack and HTTP, `works` carries effects out."""

    serves: bool
    works: bool


ALL_IN_ONE = Role(serves=True, works=True)
WEB = Role(serves=True, works=False)
WORKER = Role(serves=False, works=True)


@dataclass(slots=True)
class Running:
    """A process under way. `port` is where its HTTP side listens, 0 when it has none."""

    interlock: Interlock
    front: Front
    port: int


@asynccontextmanager
async def running(core: Core, role: Role, host: str = "127.0.0.1") -> AsyncIterator[Running]:
    """Start a process on the running event loop, and stop it in order on the way out: no new requests, then the
    running decisions, then the leases."""
    interlock = await assemble(core, role.works)
    front = Front(interlock)
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(interlock.stop)
        interlock.start()
        port = 0
        if role.serves:
            stack.push_async_callback(front.settle, PATIENCE)
            port = await _serve(stack, core, interlock, front, host)
        _log.info("started", port=port, serves=role.serves, works=role.works)
        yield Running(interlock, front, port)
        _log.info("stopping")


SWITCH_SECONDS = 0.0005
"""How long a thread may keep the interpreter from another: the store's threads answer the event loop's listeners, and
Python's own 5 ms would be most of an acknowledgement."""


async def run_until_told(core: Core, role: Role, host: str, ready: Callable[[int], None]) -> None:
    """Run a process until SIGTERM or SIGINT."""
    sys.setswitchinterval(SWITCH_SECONDS)
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, told.set)
    async with running(core, role, host) as process:
        ready(process.port)
        await told.wait()


async def _serve(stack: contextlib.AsyncExitStack, core: Core, interlock: Interlock, front: Front, host: str) -> int:
    """Open the ways in: the HTTP side always, Slack by socket or by its route, as configured."""
    settings = core.settings
    bolt = make_bolt(interlock, front) if settings.slack_bot_token else None
    socket = None
    if bolt is not None and settings.slack_app_token is not None:
        socket = SlackSocket(bolt, settings.slack_app_token.get_secret_value())
    http = make_http(interlock, socket.age if socket else None)
    if bolt is not None and settings.slack_signing_secret is not None:
        route = SlackRoute(bolt, settings.slack_signing_secret.get_secret_value())
        http.router.routes.insert(0, Route("/slack/events", route.answer, methods=["POST"]))
    port = await stack.enter_async_context(listening(http, host, settings.port))
    if socket is not None:
        await socket.start()
        stack.push_async_callback(socket.stop)
    return port
