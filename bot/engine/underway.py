"""Measurements that are being taken: one of a gate at a time, and none for longer than it is wanted.

Some take minutes: a command, a load run. The worker renews the lease meanwhile. A process that loses it all the same
finds its measurement here when the effect comes back to it; another process takes its own, which is why commands of
gates may only look.
"""

import asyncio
from collections.abc import Awaitable, Callable

from bot.domain.evidence import Fact
from bot.domain.service import GateSpec
from bot.engine.called_off import result_of
from bot.ports import Store

Wanted = Callable[[str, GateSpec], bool]
"""Whether a measurement for this release and gate still matters; reads the store."""


class Underway:
    """The measurements of one process."""

    def __init__(self, store: Store, wanted: Wanted) -> None:
        self._store = store
        self._wanted = wanted
        self._running: dict[tuple[str, str], tuple[GateSpec, asyncio.Future[Fact]]] = {}

    async def take(self, release: str, gate: GateSpec, begin: Callable[[], Awaitable[Fact]]) -> Fact | None:
        """The fact, of the measurement that runs already where there is one; None when it is wanted no longer."""
        key = (release, gate.name)
        known = self._running.get(key)
        if known is not None and known[0] != gate:
            known[1].cancel()
            known = None
        _, running = known or (gate, asyncio.ensure_future(begin()))
        self._running[key] = (gate, running)
        try:
            fact = await result_of(running)
        finally:
            if self._running.get(key, (gate, None))[1] is running:
                del self._running[key]
        if fact is None:
            return None
        return fact if await self._store.call(lambda: self._wanted(release, gate)) else None

    async def call_off(self) -> None:
        """Cancel what is not wanted any more."""
        for (release, _), (gate, running) in tuple(self._running.items()):
            if not await self._store.call(lambda r=release, g=gate: self._wanted(r, g)):  # type: ignore[misc]  # bound now
                running.cancel()
