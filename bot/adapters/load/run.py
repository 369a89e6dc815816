"""A load run: send times are fixed beforehand, and latency counts from them (contracts 2.2).

Open loop: a slow answer does not slow the sending down, and the wait of a request that was sent late is its latency.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import aiohttp

from bot.adapters.load.call import call
from bot.adapters.load.pacing import LoopPacing, Pacing
from bot.adapters.load.tally import Tally
from bot.domain.request_mix import MixedRequest, in_turn, parse_request
from bot.domain.service import LoadGate

OnSent = Callable[[int], None]
"""Told how many send times have passed."""


class Unreachable(RuntimeError):
    """Nothing answers at the address; the message says why."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run came to, before it is a fact. `achieved_rps` is the rate at which requests were really sent."""

    health: int
    tally: Tally
    sent: int = 0
    held_back: int = 0
    achieved_rps: float = 0.0


async def run_load(
    session: aiohttp.ClientSession, gate: LoadGate, pacing: Pacing | None = None, on_sent: OnSent | None = None
) -> Ran:
    """Look at health, send everything, wait for the last answer. Ends within `gate.longest`. Raises Unreachable.

    The session must not bound its connections: waiting for one would go unseen.
    """
    within = gate.timeout.total_seconds()
    status, why = await call(session, gate.url, MixedRequest(1, "GET", gate.health), within)
    if status == 0:
        raise Unreachable(why)
    if status != 200:
        return Ran(status, Tally())
    return await _Run(session, gate, pacing or LoopPacing(), on_sent).go(status)


class _Run:
    """One run while it lasts."""

    def __init__(self, session: aiohttp.ClientSession, gate: LoadGate, pacing: Pacing, on_sent: OnSent | None) -> None:
        self._session = session
        self._gate = gate
        self._pacing = pacing
        self._on_sent = on_sent
        self._tally = Tally()
        self._waiting: set[asyncio.Task[None]] = set()
        self._sent = 0
        self._held_back = 0

    async def go(self, health: int) -> Ran:
        """Send by the schedule."""
        gate, start = self._gate, self._pacing.now()
        requests = in_turn([parse_request(line) for line in gate.requests])
        last = start
        try:
            for place in range(gate.count):
                due = start + place / gate.rps
                await self._pacing.until(due)
                last = self._pacing.now()
                self._send(next(requests), due)
                if self._on_sent is not None:
                    self._on_sent(place + 1)
            if self._waiting:
                await asyncio.wait(self._waiting)
        finally:
            for task in self._waiting:
                task.cancel()
        # The last request fills its own share of time as well.
        took = max(last - start + 1 / gate.rps, gate.count / gate.rps)
        return Ran(health, self._tally, self._sent, self._held_back, self._sent / took)

    def _send(self, request: MixedRequest, due: float) -> None:
        """Begin one request, or note that too many wait already: it is never sent later instead."""
        if len(self._waiting) >= self._gate.in_flight:
            self._held_back += 1
            return
        self._sent += 1
        task = asyncio.create_task(self._call(request, due))
        self._waiting.add(task)
        task.add_done_callback(self._waiting.discard)

    async def _call(self, request: MixedRequest, due: float) -> None:
        _, error = await call(self._session, self._gate.url, request, self._gate.timeout.total_seconds())
        self._tally.add((self._pacing.now() - due) * 1000, error)


def unbounded_session() -> aiohttp.ClientSession:
    """A session of its own for one run: in the shared one, load would wait for connections and Slack for load."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(total=None), auto_decompress=False
    )
