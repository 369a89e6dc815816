"""One shop process: three pages, a health check, and the fault of its version.

    python -m bot.sandbox.shop.service --version v2.1.0 --port 0

Latencies are drawn evenly from a bounded range, so a hundred samples are enough to compare two p95s; they are long
against what a busy machine adds: with three processes waiting for each core, pages of 5 to 25 ms made a healthy canary
look 60 % slower than stable, these at most 15 %. Errors are spaced
evenly instead of drawn, so a healthy canary is not condemned by bad luck and a demo runs the same way every time.
"""

import argparse
import asyncio
import html
import os
import random

from aiohttp import web

from bot.sandbox.shop import lifeline
from bot.sandbox.shop.child import Ready, say_ready
from bot.sandbox.shop.faults import Fault, fault_of
from bot.sandbox.shop.listen import listen

PAGES = {"/": (30.0, 90.0), "/cart": (35.0, 95.0), "/checkout": (40.0, 100.0)}
"""Path -> shortest and longest healthy latency in milliseconds."""


class Shop:
    """Answers for one version."""

    def __init__(self, version: str, fault: Fault) -> None:
        self._version = version
        self._fault = fault
        self._owed = 0.0  # errors due so far, minus errors answered

    def app(self) -> web.Application:
        app = web.Application()
        for path in PAGES:
            app.router.add_get(path, self._page)
        app.router.add_get("/health", self._health)
        return app

    async def _page(self, request: web.Request) -> web.Response:
        shortest, longest = PAGES[request.path]
        await asyncio.sleep(random.uniform(shortest, longest) * self._fault.slowdown / 1000)
        failed = self._next_fails()
        words = "Something broke" if failed else "Welcome"
        body = (
            f"<!doctype html><title>Shop</title><h1>{words}</h1><p>{request.path} by {html.escape(self._version)}</p>"
        )
        return web.Response(
            text=body,
            content_type="text/html",
            status=500 if failed else 200,
            headers={"X-Shop-Version": self._version},
        )

    async def _health(self, request: web.Request) -> web.Response:
        return web.json_response({"status": "ok", "version": self._version})

    def _next_fails(self) -> bool:
        self._owed += self._fault.error_rate
        if self._owed < 1:
            return False
        self._owed -= 1
        return True


async def serve(version: str, port: int, tied: bool) -> None:
    ended = lifeline.ending(tied)
    runner, url = await listen(Shop(version, fault_of(version)).app(), port)
    say_ready(Ready(pid=os.getpid(), url=url))
    await ended.wait()
    await runner.cleanup()


def main() -> None:
    parser = argparse.ArgumentParser(prog="shop.service", description="One shop process.")
    parser.add_argument("--version", required=True)
    parser.add_argument("--port", type=int, default=0)
    lifeline.add_option(parser)
    asked = parser.parse_args()
    asyncio.run(serve(asked.version, asked.port, asked.tied))


if __name__ == "__main__":
    main()
