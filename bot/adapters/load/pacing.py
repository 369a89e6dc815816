"""The time of a load run, handed in."""

import asyncio
from typing import Protocol


class Pacing(Protocol):
    """Seconds on a clock that only goes forward, and waiting on it."""

    def now(self) -> float: ...
    async def until(self, moment: float) -> None:
        """Return at that moment, or at once when it has passed."""
        ...


class LoopPacing:
    """The clock of the running event loop."""

    def now(self) -> float:
        """Seconds."""
        return asyncio.get_running_loop().time()

    async def until(self, moment: float) -> None:
        """Sleep; even when it is late already, others get their turn."""
        await asyncio.sleep(max(moment - self.now(), 0))
