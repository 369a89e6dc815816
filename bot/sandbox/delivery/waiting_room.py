"""Holds deliveries until enough wait, then lets them out last first: how a test gets them out of order."""

from __future__ import annotations

import asyncio
from contextlib import suppress


class WaitingRoom:
    def __init__(self) -> None:
        self._waiting: list[asyncio.Event] = []

    async def wait_for_turn(self, count: int, patience: float) -> None:
        """Return when `count` are waiting (the last to come goes first), or alone after `patience` seconds."""
        if len(self._waiting) + 1 >= count:
            self._open()
            return
        turn = asyncio.Event()
        self._waiting.append(turn)
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await turn.wait()
        if turn in self._waiting:
            self._waiting.remove(turn)
        await asyncio.sleep(0)

    def _open(self) -> None:
        waiting, self._waiting = self._waiting, []
        for turn in reversed(waiting):
            turn.set()
