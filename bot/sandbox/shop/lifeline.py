"""When a process of the shop ends: on a signal, or with the process that started it.

The starter holds the other end of the child's standard input and never writes to it. The kernel closes that end when
the starter dies, SIGKILL included, so nothing needs to poll and nothing is left behind.
"""

import argparse
import asyncio
import os
import signal
import sys

ENDING_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def add_option(parser: argparse.ArgumentParser) -> None:
    """Add `--tied`, which `ending` takes."""
    parser.add_argument("--tied", action="store_true", help="end when standard input closes (set by the starter)")


def ending(tied: bool) -> asyncio.Event:
    """An event that is set when this process has to end. Call it inside the running loop."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in ENDING_SIGNALS:
        loop.add_signal_handler(number, ended.set)
    if tied:
        loop.add_reader(sys.stdin.fileno(), _read_lifeline, ended)
    return ended


def _read_lifeline(ended: asyncio.Event) -> None:
    stdin = sys.stdin.fileno()
    try:
        open_still = bool(os.read(stdin, 1024))
    except OSError:
        open_still = False
    if not open_still:
        asyncio.get_running_loop().remove_reader(stdin)
        ended.set()
