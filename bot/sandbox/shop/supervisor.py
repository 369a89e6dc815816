"""Starts the whole shop, in the order in which the parts need each other, and ends it."""

import asyncio
import contextlib
import fcntl
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp

from bot.sandbox.shop import proxy
from bot.sandbox.shop.admin import Admin, Works
from bot.sandbox.shop.child import Child, spawn
from bot.sandbox.shop.conductor import Conductor
from bot.sandbox.shop.fleet import Fleet
from bot.sandbox.shop.listen import listen
from bot.sandbox.shop.router import ProxyRouter
from bot.sandbox.shop.secret import read_token, write_token
from bot.sandbox.shop.traffic import Traffic
from bot.sandbox.shop.wire import Address

ADDRESS_FILE = "shop.json"
TOKEN_FILE = "shop.token"
LOCK_FILE = "shop.lock"


class ShopRuns(Exception):
    """Another shop already runs on this folder."""


@contextlib.asynccontextmanager
async def open_shop(var: Path, rate: float, stable: str) -> AsyncIterator[tuple[Address, list[Child]]]:
    """A running shop; ended when the block ends. Yields its address and the processes that it cannot do without.

    Raises ShopRuns and ChildFailed.
    """
    async with contextlib.AsyncExitStack() as stack:
        stack.enter_context(_alone_on(var))
        fleet = Fleet()
        stack.push_async_callback(fleet.keep_only, frozenset[str]())
        upstream = await fleet.ensure(stable)
        running = await _started(
            stack, "proxy", "--var", str(var), "--stable", upstream.url, "--stable-version", upstream.version
        )
        url = running.ready.url
        load = await _started(stack, "load", "--url", url, "--rate", str(rate)) if rate else None

        session = await stack.enter_async_context(aiohttp.ClientSession())
        router = ProxyRouter(session, running.ready.admin, read_token(var / proxy.TOKEN_FILE))
        conductor = Conductor(fleet, router, Traffic(stable=stable))
        admin = Admin(conductor, fleet, Works(running, load))
        control, admin_url = await listen(admin.app(write_token(var / TOKEN_FILE)))
        stack.push_async_callback(control.cleanup)

        address = _address(var, admin_url, url)
        stack.enter_context(_announced(var / ADDRESS_FILE, address))
        yield address, [running, load] if load else [running]


async def _started(stack: contextlib.AsyncExitStack, part: str, *arguments: str) -> Child:
    child = await spawn(f"bot.sandbox.shop.{part}", *arguments)
    stack.push_async_callback(child.end)
    return child


def _address(var: Path, admin: str, url: str) -> Address:
    return Address(
        admin=admin,
        token_file=TOKEN_FILE,
        url=url,
        pid=os.getpid(),
        stable_log=str(proxy.STABLE_LOG),
        canary_log=str(proxy.CANARY_LOG),
    )


@contextlib.contextmanager
def _alone_on(var: Path) -> Iterator[None]:
    var.mkdir(parents=True, exist_ok=True)
    with (var / LOCK_FILE).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise ShopRuns(f"a shop already runs on {var}: end it first, or use another folder") from None
        yield


@contextlib.contextmanager
def _announced(path: Path, address: Address) -> Iterator[None]:
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    fresh.write_text(address.model_dump_json() + "\n")
    fresh.replace(path)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


async def first_to_end(children: list[Child]) -> Child:
    """The first of these processes that ends."""
    waiting = {asyncio.create_task(child.process.wait()): child for child in children}
    try:
        done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()
    return waiting[done.pop()]
