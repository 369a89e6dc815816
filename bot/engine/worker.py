"""The worker: claims due effects under a lease, carries them out side by side, and gives back what it cannot do."""

import asyncio
import os
import socket
import uuid
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

import structlog

from bot.engine.later import Later
from bot.engine.observe import Observer
from bot.ports import Claim, Clock, Fenced, Store

Carrier = Callable[[Claim], Awaitable[None]]
"""Carries one effect out and ends its claim, in the transaction that records the result. Raises Later, Fenced."""

_KEPT_FOR_ROLLBACKS = 4
"""Hands beyond a worker's width that take rollbacks alone: none of them waits for calls that hang."""

_LONGEST_WAIT = timedelta(minutes=1)
_log = structlog.get_logger(__name__)


class Worker:
    """One worker of a process. `carriers` has an entry for every kind of task."""

    def __init__(
        self,
        name: str,
        store: Store,
        clock: Clock,
        carriers: Mapping[str, Carrier],
        observer: Observer,
        lease: timedelta,
        width: int,
    ) -> None:
        self._name = name
        self._store = store
        self._clock = clock
        self._carriers = carriers
        self._observer = observer
        self._lease = lease
        self._width = width
        self._hands: dict[tuple[int, int], asyncio.Task[None]] = {}
        self._freed = asyncio.Event()

    @property
    def in_hand(self) -> int:
        """How many effects are being carried out."""
        return len(self._hands)

    async def take_due(self) -> int:
        """Claim what is due and begin on it; returns how many effects were begun."""
        room = self._width - len(self._hands)
        full = room <= 0
        if full and room + _KEPT_FOR_ROLLBACKS <= 0:
            return 0
        most = room + _KEPT_FOR_ROLLBACKS if full else room
        now = self._clock.now()
        claims = await self._store.call(lambda: self._store.claim(self._name, now, self._lease, most, full))
        for claim in claims:
            self._hands[claim.effect, claim.fence] = asyncio.create_task(self._carry(claim), name=claim.key)
        return len(claims)

    async def drain(self) -> None:
        """Carry out everything that is due now, and what follows from it, until nothing is due."""
        while await self.take_due() or self._hands:
            if self._hands:
                await asyncio.wait(tuple(self._hands.values()), return_when=asyncio.FIRST_COMPLETED)

    async def freed(self) -> None:
        """Return when a hand becomes free, for the loop that feeds this worker."""
        await self._freed.wait()
        self._freed.clear()

    async def stop(self, patience: timedelta) -> None:
        """Let what is in hand end within the patience, cancel the rest, give every lease back."""
        if self._hands:
            await asyncio.wait(tuple(self._hands.values()), timeout=patience.total_seconds())
        for hand in tuple(self._hands.values()):
            hand.cancel()
        await asyncio.gather(*self._hands.values(), return_exceptions=True)
        await self._store.call(lambda: self._store.hand_back(self._name))

    async def _carry(self, claim: Claim) -> None:
        renewal = asyncio.create_task(self._renew(claim))
        try:
            await self._carriers[claim.task.kind](claim)
            self._observer.carried_out(claim.task.kind, "done")
        except Later as later:
            await self._postpone(claim, later)
        except Fenced:
            self._observer.carried_out(claim.task.kind, "fenced")
            _log.warning("effect_fenced", effect=claim.key)
        except Exception as error:  # the fence: whatever a carrier meets becomes a named failure and another try
            _log.error("effect_failed", effect=claim.key, error=type(error).__name__, exc_info=error)
            await self._postpone(claim, Later(self._clock.now() + backoff(claim.attempts), type(error).__name__))
        finally:
            renewal.cancel()
            self._hands.pop((claim.effect, claim.fence), None)
            self._freed.set()

    async def _postpone(self, claim: Claim, later: Later) -> None:
        self._observer.carried_out(claim.task.kind, "later")
        try:
            await self._store.call(lambda: self._store.postpone(claim, later.until, later.why))
        except Fenced:
            _log.warning("effect_fenced", effect=claim.key)

    async def _renew(self, claim: Claim) -> None:
        """Keep the lease while the work lasts. Real time on purpose: a lease protects against frozen processes."""
        while True:
            await asyncio.sleep(self._lease.total_seconds() / 3)
            until = self._clock.now() + self._lease
            try:
                held = await self._store.call(lambda until=until: self._store.renew(claim, until))  # type: ignore[misc]  # bound now
            except Exception as error:  # the fence: the database may answer again before the lease runs out
                _log.warning("renewal_failed", effect=claim.key, error=type(error).__name__)
                continue
            if not held:
                return


def backoff(attempts: int) -> timedelta:
    """Waiting time before another try: doubling from one second to one minute."""
    return min(timedelta(seconds=2 ** min(attempts, 6)), _LONGEST_WAIT)


def own_name() -> str:
    """A name that no other worker has: its machine, its process, and something by chance."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
