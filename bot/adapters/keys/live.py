"""The ring that a process works with: read again while it runs, and the last good one while its source is broken."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.adapters.keys.errors import KeysUnusable
from bot.adapters.keys.ring import Ring
from bot.adapters.keys.sources import KeySource

Now = Callable[[], datetime]
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class RingState:
    """How a ring stands. `ring` is the last good one, read at `loaded_at`; `problem` is why the latest reading failed,
    at `tried_at`, and None when it did not."""

    ring: Ring | None
    loaded_at: datetime | None
    tried_at: datetime | None
    problem: KeysUnusable | None

    def age(self, now: datetime) -> timedelta | None:
        """How long ago the ring was read."""
        return now - self.loaded_at if self.loaded_at is not None else None


class LiveRing:
    """A bot.adapters.evidence.keys.KeyRing over one source. Signing and verifying use what was read last and wait for
    nothing; the first of them reads when nobody has yet. Whoever runs a process calls `refresh`, in a thread."""

    def __init__(self, source: KeySource, now: Now) -> None:
        self.source = source
        self._now = now
        self._lock = threading.Lock()
        self._state = RingState(None, None, None, None)

    @property
    def state(self) -> RingState:
        """How it stands, without reading anything."""
        return self._state

    def refresh(self) -> RingState:
        """Read the source. A failure keeps the last good ring, and is said in the log when it begins and when it is
        over. Blocking."""
        with self._lock:
            before, now = self._state, self._now()
            try:
                self._state = RingState(Ring(self.source.load(), self._now), now, now, None)
            except KeysUnusable as problem:
                self._state = RingState(before.ring, before.loaded_at, now, problem)
            _tell(before, self._state, self.source.name, now)
            return self._state

    def ring(self) -> Ring:
        """The keys as read last. Raises KeysUnusable when they never could be."""
        state = self._state
        if state.tried_at is None:
            state = self.refresh()
        if state.ring is None:
            assert state.problem is not None  # it was tried, and there is no ring
            raise KeysUnusable(state.problem.reason, state.problem.source, state.problem.detail)
        return state.ring

    def sign(self, body: bytes) -> tuple[str, str]:
        """As Ring.sign. Raises KeysUnusable, NoActiveKey."""
        return self.ring().sign(body)

    def verify(self, body: bytes, key_id: str, signature: str, signed_at: datetime) -> str:
        """As Ring.verify. Raises KeysUnusable."""
        return self.ring().verify(body, key_id, signature, signed_at)


async def keep_fresh(ring: LiveRing, every: timedelta) -> None:
    """Read the ring now, and again whenever this time has passed, until cancelled."""
    while True:
        await asyncio.to_thread(ring.refresh)
        await asyncio.sleep(every.total_seconds())


def _tell(before: RingState, after: RingState, source: str, now: datetime) -> None:
    """A line when a failure begins or changes, and one when it is over."""
    was, became = before.problem, after.problem
    if became is not None and (was is None or str(was) != str(became)):
        age = after.age(now)
        kept = round(age.total_seconds()) if age is not None else None
        _log.error("ring_not_read", source=source, code=became.code, reason=became.detail, kept_for_seconds=kept)
    elif became is None and was is not None:
        _log.info("ring_read_again", source=source)
