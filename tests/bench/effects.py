"""Three hundred releases opened at once, against the floor that Slack's own limits set; and the memory after it."""

import asyncio
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.sandbox.person import Workspace
from tests.bench.decisions import load, slash
from tests.bench.prepared import configure, environ
from tests.bench.processes import bot_with_pid, sandbox

RELEASES = 300
POSTS_A_MINUTE = 300
"""What the sandbox takes for "several hundred a minute" (slack-facts 2.3)."""


def measure() -> list[dict[str, Any]]:
    """Time until every thread stands, 429 answers, and the bot's memory in MB."""
    with TemporaryDirectory() as place, sandbox() as slack:
        folder = Path(place)
        configure(folder, RELEASES, channel="CBENCH{number:04d}")
        base = slack.removesuffix("/api/")
        asyncio.run(_add_channels(base))
        with bot_with_pid(folder, "all", environ(folder, slack)) as (port, pid):
            began = time.perf_counter()
            opened = load(
                f"http://127.0.0.1:{port}/slack/events",
                [slash("U01LEE", "/release", f"open service-{number:05d} v2.1.0 prod") for number in range(RELEASES)],
                "open",
            )
            calls = asyncio.run(_until_posted(base))
            took = time.perf_counter() - began
            memory = _resident_mb(pid)
    floor = RELEASES / POSTS_A_MINUTE * 60
    refused = sum(one["status"] == 429 for one in calls)
    return [
        {"what": "300 threads", "seconds": took, "floor": floor, "ratio": took / floor, "429s": refused, **opened},
        {"what": "memory", "mb": memory},
    ]


async def _add_channels(base: str) -> None:
    async with Workspace(base) as workspace:
        bot = (await workspace.overview())["bot"]["user_id"]
        members = ["U01LEE", bot]
        wanted = [
            {"id": f"CBENCH{number:04d}", "name": f"bench-{number}", "members": members} for number in range(RELEASES)
        ]
        await workspace.people(channels=wanted)


async def _until_posted(base: str) -> list[dict[str, Any]]:
    async with Workspace(base) as workspace:

        async def all_stand() -> list[dict[str, Any]] | None:
            calls = await workspace.calls()
            posted = [one for one in calls if one["method"] == "chat.postMessage" and one["status"] == 200]
            return calls if len(posted) >= RELEASES else None

        found = await workspace.wait_for(all_stand, 150)
        assert found is not None
        return found


def _resident_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise LookupError("VmRSS")
