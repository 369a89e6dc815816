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
        self._changed = asyncio.Condition()
        self._wakers: set[asyncio.Task[None]] = set()

    def note(self, what: str, channel: str = "") -> int:
        """Count one change and tell every listener; `what` is channel, views, home, workspace, calls or deliveries."""
        self.seq += 1
        news: Json = {"type": "changed", "what": what, "seq": self.seq}
        if channel:
            news["channel"] = channel
        for listener in self._listeners:
            listener.put_nowait(news)
        waker = asyncio.get_running_loop().create_task(self._wake())
        self._wakers.add(waker)
        waker.add_done_callback(self._wakers.discard)
        return self.seq

    async def _wake(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def after(self, since: int, seconds: float) -> int:
        """The current number, as soon as it is greater than `since`, or after `seconds`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._changed:
                await self._changed.wait_for(lambda: self.seq > since)
        return self.seq

    def listen(self) -> Listener:
        listener: Listener = asyncio.Queue()
        self._listeners.add(listener)
        return listener

    def leave(self, listener: Listener) -> None:
        self._listeners.discard(listener)
