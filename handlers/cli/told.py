"""Being told to end: SIGINT, SIGTERM, or the terminal's end."""

import asyncio
import signal


def told_to_end() -> asyncio.Event:
    """An event that is set when this process has to end. Call it inside the running loop."""
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    return ended
