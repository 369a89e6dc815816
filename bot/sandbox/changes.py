"""One growing number for everything that changes, so that a test waits for a change and the page hears of it."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from bot.sandbox.model import Json

Listener = asyncio.Queue[Json]


class Changes:
    def __init__(self) -> None:
        self.seq = 0
        self._listeners: set[Listener] = set()
        self._waiting: set[asyncio.Future[None]] = set()

    def note(self, what: str, channel: str = "") -> int:
        """Count one change and tell every listener; `what` is channel, views, home, workspace, calls or deliveries."""
        self.seq += 1
        news: Json = {"type": "changed", "what": what, "seq": self.seq}
        if channel:
            news["channel"] = channel
        for listener in self._listeners:
            listener.put_nowait(news)
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)
        return self.seq

    async def after(self, since: int, seconds: float) -> int:
        """The current number, as soon as it is greater than `since`, or after `seconds`."""
        if self.seq > since or seconds <= 0:
            return self.seq
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.add(waiter)
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await waiter
        finally:
            self._waiting.discard(waiter)
        return self.seq

    def listen(self) -> Listener:
        listener: Listener = asyncio.Queue()
        self._listeners.add(listener)
        return listener

    def leave(self, listener: Listener) -> None:
        self._listeners.discard(listener)
