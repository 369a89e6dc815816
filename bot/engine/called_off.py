"""Waiting for work that somebody else may call off."""

import asyncio
from typing import TypeVar

T = TypeVar("T")


async def result_of(running: asyncio.Future[T]) -> T | None:
    """What the work came to; None when it was called off. Whoever is cancelled while waiting takes the work along."""
    try:
        return await running
    except asyncio.CancelledError:
        if running.cancelled() and not _being_cancelled():
            return None
        running.cancel()
        raise


def _being_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
