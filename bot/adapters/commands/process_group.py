"""Ends a command together with everything that it started."""

import asyncio
import os
import signal
import sys
from datetime import timedelta
from pathlib import Path

GRACE = timedelta(seconds=5)
"""How long a command may tidy up between SIGTERM and SIGKILL."""

_LOOK_AGAIN = 0.05


async def end_group(group: int, grace: timedelta = GRACE) -> None:
    """SIGTERM to every process of the group, and SIGKILL to what is left after `grace`, or at once when cancelled."""
    try:
        _signal(group, signal.SIGTERM)
        await _wait_until_gone(group, grace)
    finally:
        _signal(group, signal.SIGKILL)


async def _wait_until_gone(group: int, within: timedelta) -> None:
    deadline = asyncio.get_running_loop().time() + within.total_seconds()
    # The kernel tells nobody when a process group is empty.
    while _runs(group) and asyncio.get_running_loop().time() < deadline:  # noqa: ASYNC110 - see the line above
        await asyncio.sleep(_LOOK_AGAIN)


def _signal(group: int, number: signal.Signals) -> None:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        # Gone, or (macOS) only zombies left: nothing there that could still act.
        return


def _runs(group: int) -> bool:
    """Whether a process of the group still acts. Zombies, which wait for a slow init to collect them, do not."""
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return not sys.platform.startswith("linux") or any(_acts(entry, group) for entry in Path("/proc").glob("[0-9]*"))


def _acts(entry: Path, group: int) -> bool:
    try:
        state, _, member_of = (entry / "stat").read_text().rpartition(")")[2].split()[:3]
    except (OSError, ValueError):
        return False
    return int(member_of) == group and state not in "ZX"
