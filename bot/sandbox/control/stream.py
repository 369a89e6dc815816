"""The page's ear: a WebSocket that says what changed, so that the page asks only then."""

from __future__ import annotations

import asyncio

from aiohttp import WSMsgType, web

from bot.sandbox.changes import Listener
from bot.sandbox.core import Core

HEARD = ("channel", "views", "home", "workspace")


async def stream(core: Core, request: web.Request) -> web.WebSocketResponse:
    ws = web.WebSocketResponse(heartbeat=30)
    await ws.prepare(request)
    listener = core.changes.listen()
    pusher = asyncio.create_task(_push(ws, listener))
    try:
        async for frame in ws:
            if frame.type == WSMsgType.ERROR:
                break
    finally:
        core.changes.leave(listener)
        pusher.cancel()
    return ws


async def _push(ws: web.WebSocketResponse, listener: Listener) -> None:
    while True:
        news = await listener.get()
        if news["what"] in HEARD:
            await ws.send_json(news)
