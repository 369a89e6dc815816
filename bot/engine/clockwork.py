"""The alarm clock: wakes the process at due times and at intervals. The database decides what is due (design 4)."""

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

_ALARM = "alarm"


class Clockwork:
    """Alarms on the running event loop. Nothing is stored: after a restart the store is asked what is due."""

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
        )

    def start(self) -> None:
        """Begin; needs a running event loop."""
        logging.getLogger("apscheduler").setLevel(logging.WARNING)  # it would log every wake-up
        self._scheduler.start()

    def stop(self) -> None:
        """Forget every alarm."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def wake_at(self, moment: datetime, wake: Callable[[], None]) -> None:
        """Call `wake` at a moment; an earlier wish for another moment is forgotten."""
        self._scheduler.add_job(wake, DateTrigger(moment, timezone=UTC), id=_ALARM, replace_existing=True)

    def every(self, interval: timedelta, name: str, do: Callable[[], Awaitable[None]]) -> None:
        """Call `do` at an interval, never twice at a time."""
        trigger = IntervalTrigger(seconds=interval.total_seconds(), timezone=UTC)
        self._scheduler.add_job(do, trigger, id=name, replace_existing=True)
