"""A shift: keeps one worker fed. Wakes on queued effects, at due times and at intervals; ends losing nothing."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from bot.engine.clockwork import Clockwork
from bot.engine.observe import Observer
from bot.engine.worker import Worker
from bot.ports import Clock, Store

_RULES_EVERY = timedelta(seconds=2)
_GAUGES_EVERY = timedelta(seconds=5)
_CHECKPOINT_EVERY = timedelta(minutes=1)

_log = structlog.get_logger(__name__)


class Shift:
    """The loop of a process that carries effects out. `before_taking` run at every wake, before work is claimed."""

    def __init__(
        self,
        store: Store,
        worker: Worker,
        clock: Clock,
        observer: Observer,
        poll: timedelta,
        before_taking: tuple[Callable[[], Awaitable[None]], ...],
        watch_rules: Callable[[], Awaitable[None]],
        checkpoint: Callable[[], Awaitable[None]],
    ) -> None:
        self._store = store
        self._worker = worker
        self._clock = clock
        self._observer = observer
        self._poll = poll
        self._before_taking = before_taking
        self._watch_rules = watch_rules
        self._checkpoint = checkpoint
        self._clockwork = Clockwork()
        self._woken = asyncio.Event()
        self._loop: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to work; needs a running event loop."""
        here = asyncio.get_running_loop()

        def wake() -> None:
            here.call_soon_threadsafe(self._woken.set)

        self._store.on_queued(wake)
        self._clockwork.start()
        self._clockwork.every(self._poll, "poll", self._wake)
        self._clockwork.every(_RULES_EVERY, "rules", self._watch_rules)
        self._clockwork.every(_GAUGES_EVERY, "gauges", self._gauge)
        self._clockwork.every(_CHECKPOINT_EVERY, "checkpoint", self._checkpoint)
        self._loop = asyncio.create_task(self._work(), name="shift")
        self._woken.set()

    async def stop(self, patience: timedelta) -> None:
        """Take nothing new, let what is in hand end, give leases back, seal the ledger's heads."""
        self._clockwork.stop()
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)
        await self._worker.stop(patience)
        await self._checkpoint()

    async def _work(self) -> None:
        while True:
            woken = asyncio.create_task(self._woken.wait())
            freed = asyncio.create_task(self._worker.freed())
            try:
                await asyncio.wait((woken, freed), return_when=asyncio.FIRST_COMPLETED)
            finally:
                woken.cancel()
                freed.cancel()
            self._woken.clear()
            try:
                await self._take()
            except Exception as error:  # the fence: a database that is away for a while must not end the shift for ever
                _log.error("shift_interrupted", error=type(error).__name__, exc_info=error)

    async def _take(self) -> None:
        """Begin on what is due, and be woken for what comes next. What fails is tried again at the next wake."""
        for first in self._before_taking:
            await first()
        await self._worker.take_due()
        due = await self._store.call(self._store.next_due)
        if due is not None and due > self._clock.now():
            self._clockwork.wake_at(due, self._woken.set)

    async def _wake(self) -> None:
        self._woken.set()

    async def _gauge(self) -> None:
        now = self._clock.now()
        depth = await self._store.call(lambda: self._store.depth(now))
        age = (now - depth.oldest_due).total_seconds() if depth.oldest_due else 0.0
        self._observer.queue(depth.waiting, max(age, 0.0))
