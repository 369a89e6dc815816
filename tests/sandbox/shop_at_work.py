"""A running shop for the tests: its commands, its customers, its logs, its processes."""

import asyncio
import contextlib
import csv
import json
import os
import statistics
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp

from bot.sandbox.shop.launch import Shop, start

WITHIN = 20.0


@contextlib.asynccontextmanager
async def shop_on(var: Path, rate: float = 0) -> AsyncIterator[Shop]:
    shop = await start(var, rate)
    try:
        yield shop
    finally:
        await shop.stop()


async def run(*command: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", *command, stdout=asyncio.subprocess.PIPE)
    out, _ = await asyncio.wait_for(process.communicate(), WITHIN)
    assert process.returncode is not None
    return process.returncode, out.decode()


async def ship(shop: Shop, command: str, *options: str) -> tuple[int, Any]:
    """Exit code and the one line of JSON."""
    code, out = await run("bot.sandbox.shop.ship", command, "--shop", str(shop.address_file), *options)
    assert out.count("\n") == 1
    return code, json.loads(out)


async def deploy(shop: Shop, order_id: str, version: str, percent: int) -> tuple[int, Any]:
    return await ship(shop, "start", "--id", order_id, "--version", version, "--percent", str(percent))


async def state(shop: Shop) -> Any:
    address = json.loads(shop.address_file.read_text())
    token = (shop.var / address["token_file"]).read_text().strip()
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{address['admin']}/state", headers={"Authorization": f"Bearer {token}"}) as answer,
    ):
        return await answer.json()


async def visit(shop: Shop, times: int) -> Counter[tuple[int, str]]:
    """(status, version that answered) of so many requests, 20 at a time."""
    answers: Counter[tuple[int, str]] = Counter()
    turns = asyncio.Semaphore(20)

    async def once(session: aiohttp.ClientSession) -> None:
        async with turns, session.get(f"{shop.url}/cart?item=1") as answer:
            answers[answer.status, answer.headers.get("X-Shop-Version", "")] += 1

    async with aiohttp.ClientSession() as session:
        await asyncio.gather(*(once(session) for _ in range(times)))
    return answers


def rows(log: Path) -> list[tuple[int, float]]:
    """(status, latency) of every line; a line that is not whole makes it fail."""
    text = log.read_text()
    assert text.endswith("\n")
    return [(int(each["status"]), float(each["latency_ms"])) for each in csv.DictReader(text.splitlines())]


async def until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + WITHIN
    while not condition():
        assert time.monotonic() < deadline, f"never: {what}"
        await asyncio.sleep(0.02)


def gone(pid: int) -> bool:
    """No such process, or only its entry is left for a parent that does not collect it."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (ProcessLookupError, FileNotFoundError):
        return True


def pids_in(told: Any) -> list[int]:
    return [pid for pid in told["pids"].values() if pid] + [each["pid"] for each in told["shops"].values()]


def modes(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mode & 0o777 for path in folder.glob("*.token")}


def median(log: Path) -> float:
    """Of the latencies; a busy machine moves it less than the p95."""
    return statistics.median(latency for _, latency in rows(log))
