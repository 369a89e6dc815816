"""The weighted proxy: splits traffic between stable and canary and writes a request log for each.

    python -m bot.sandbox.shop.proxy --var var --stable http://127.0.0.1:9001 --stable-version v2.0.0

Customers use one port. The other one, for control, wants the token that is in `var/proxy.token` (mode 0600):
`GET /route` and `PUT /route` with a `wire.Route`. Logs: `var/log/stable.csv` and `var/log/canary.csv`, a line for each
request when it is answered, on disk within `FLUSH_EVERY`. The canary's log begins again with each new canary.
"""

import argparse
import asyncio
import contextlib
import os
import sys
from pathlib import Path

import aiohttp
from aiohttp import web

from bot.sandbox.shop import guard, lifeline
from bot.sandbox.shop.child import Ready, say_ready
from bot.sandbox.shop.forward import forward
from bot.sandbox.shop.listen import listen
from bot.sandbox.shop.reqlog import RequestLog
from bot.sandbox.shop.secret import write_token
from bot.sandbox.shop.split import Split
from bot.sandbox.shop.wire import Route, Upstream

FLUSH_EVERY = 0.25
"""Seconds between writes to the request logs."""

TOKEN_FILE = "proxy.token"
STABLE_LOG = Path("log/stable.csv")
CANARY_LOG = Path("log/canary.csv")


class Proxy:
    """The customers' side and the control side of one proxy."""

    def __init__(self, split: Split, stable_log: RequestLog, canary_log: RequestLog) -> None:
        self._split = split
        self._stable_log = stable_log
        self._canary_log = canary_log
        self._session: aiohttp.ClientSession | None = None

    def customers_app(self) -> web.Application:
        app = web.Application(client_max_size=guard.MAX_BODY)
        app.router.add_route("*", "/{path:.*}", self._answer)
        return app

    def control_app(self, token: str) -> web.Application:
        app = guard.control_app(token)
        app.router.add_get("/route", self._show_route)
        app.router.add_put("/route", self._change_route)
        return app

    async def write_logs(self) -> None:
        """Flush both logs, for ever."""
        while True:
            await asyncio.sleep(FLUSH_EVERY)
            for log in (self._stable_log, self._canary_log):
                try:
                    log.flush()
                except OSError as error:
                    sys.stderr.write(f"request log: {error}\n")

    async def _answer(self, request: web.Request) -> web.Response:
        upstream, to_canary = self._split.next()
        forwarded = await forward(self._shared_session(), request, upstream)
        log = self._canary_log if to_canary else self._stable_log
        log.add(forwarded.answer.status, forwarded.latency_ms)
        return forwarded.answer

    async def _show_route(self, request: web.Request) -> web.Response:
        return web.Response(text=self._split.route.model_dump_json(), content_type="application/json")

    async def _change_route(self, request: web.Request) -> web.Response:
        route = await guard.read_order(request, Route)
        before = self._split.route.canary
        if route.canary and (before is None or before.version != route.canary.version):
            self._canary_log.begin_again()
        self._split.become(route)
        return await self._show_route(request)

    def _shared_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=0)
            self._session = aiohttp.ClientSession(connector=connector, auto_decompress=False)
        return self._session

    async def close(self) -> None:
        if self._session:
            await self._session.close()
        self._stable_log.close()
        self._canary_log.close()


async def serve(var: Path, port: int, stable: Upstream, tied: bool) -> None:
    ended = lifeline.ending(tied)
    (var / STABLE_LOG).parent.mkdir(parents=True, exist_ok=True)
    proxy = Proxy(Split(Route(stable=stable)), RequestLog(var / STABLE_LOG), RequestLog(var / CANARY_LOG))
    customers, url = await listen(proxy.customers_app(), port)
    control, admin = await listen(proxy.control_app(write_token(var / TOKEN_FILE)))
    writing = asyncio.create_task(proxy.write_logs())
    say_ready(Ready(pid=os.getpid(), url=url, admin=admin))
    await ended.wait()
    await customers.cleanup()
    await control.cleanup()
    writing.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await writing
    await proxy.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="shop.proxy", description="The weighted proxy.")
    parser.add_argument("--var", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--stable", required=True, help="origin of the stable shop process")
    parser.add_argument("--stable-version", required=True)
    lifeline.add_option(parser)
    asked = parser.parse_args()
    stable = Upstream(version=asked.stable_version, url=asked.stable)
    asyncio.run(serve(asked.var, asked.port, stable, asked.tied))


if __name__ == "__main__":
    main()
