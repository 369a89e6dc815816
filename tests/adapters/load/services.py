"""Services on loopback that fail, hang, are slow, or lead elsewhere; each ends with its test."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def service(answer: Answer, health: int = 200) -> AsyncIterator[str]:
    """A service whose /health says `health`, and that answers everything else like this; its address."""

    async def route(request: web.Request) -> web.StreamResponse:
        return web.Response(status=health) if request.path == "/health" else await answer(request)

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", route)
    runner = web.AppRunner(app, shutdown_timeout=0.01)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def good(request: web.Request) -> web.Response:
    """200 at once."""
    return web.Response(text="fine")


async def hanging(request: web.Request) -> web.Response:
    """Never."""
    await asyncio.Event().wait()
    raise AssertionError


def slow(seconds: float) -> Answer:
    """200 after a while."""

    async def answer(request: web.Request) -> web.Response:
        await asyncio.sleep(seconds)
        return web.Response()

    return answer


def failing(out_of_ten: int, status: int = 500) -> Answer:
    """So many of ten requests fail."""
    seen = 0

    async def answer(request: web.Request) -> web.Response:
        nonlocal seen
        seen += 1
        return web.Response(status=status if seen % 10 < out_of_ten else 200)

    return answer
