"""Customers: an open loop of real requests, so a slow shop does not slow its customers down.

    python -m bot.sandbox.shop.load --url http://127.0.0.1:9000 --rate 60 --duration 30

Arrivals are random around the rate. At most `MAX_IN_FLIGHT` requests are open; past that an arrival is turned away
and counted. It ends after `--duration` seconds, on a signal, or with its starter. On its own it prints what it counted.
"""

import argparse
import asyncio
import json
import os
import random
import sys
from dataclasses import asdict, dataclass

import aiohttp

from bot.sandbox.shop import lifeline
from bot.sandbox.shop.child import Ready, say_ready

VISITS = {"/": 60, "/cart": 25, "/checkout": 15}
"""Path -> share of the visits."""

MAX_IN_FLIGHT = 200
GIVE_UP_AFTER = aiohttp.ClientTimeout(total=10.0)
MAX_LAG = 1.0
"""Seconds behind schedule (a suspended laptop) after which missed arrivals are skipped, not sent in a burst."""


@dataclass(slots=True)
class Count:
    """`failed`: 5xx or no answer; a visit still open at the end is not. `turned_away`: not sent, too many were open."""

    sent: int = 0
    failed: int = 0
    turned_away: int = 0


class Customers:
    """Visits one shop at a rate (requests a second)."""

    def __init__(self, session: aiohttp.ClientSession, url: str, rate: float) -> None:
        self._session, self._url, self._rate = session, url, rate
        self._open: set[asyncio.Task[None]] = set()
        self.count = Count()

    async def arrive(self) -> None:
        """Send requests on schedule, for ever."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            due = max(due + random.expovariate(self._rate), loop.time() - MAX_LAG)
            await asyncio.sleep(due - loop.time())
            self._send_one()

    async def leave(self) -> None:
        """Drop what is still open."""
        for visit in self._open:
            visit.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    def _send_one(self) -> None:
        if len(self._open) >= MAX_IN_FLIGHT:
            self.count.turned_away += 1
            return
        visit = asyncio.create_task(self._visit(random.choices([*VISITS], [*VISITS.values()])[0]))
        self._open.add(visit)
        visit.add_done_callback(self._open.discard)

    async def _visit(self, path: str) -> None:
        self.count.sent += 1
        try:
            async with self._session.get(self._url + path, timeout=GIVE_UP_AFTER) as answer:
                await answer.read()
                self.count.failed += answer.status >= 500
        except (aiohttp.ClientError, TimeoutError):
            self.count.failed += 1


async def visit(url: str, rate: float, duration: float | None, tied: bool) -> Count:
    ended = lifeline.ending(tied)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        customers = Customers(session, url, rate)
        arriving = asyncio.create_task(customers.arrive())
        say_ready(Ready(pid=os.getpid(), url=url))
        ending = asyncio.create_task(ended.wait())
        done, _ = await asyncio.wait({arriving, ending}, timeout=duration, return_when=asyncio.FIRST_COMPLETED)
        if arriving in done:
            arriving.result()  # it never returns: this raises what broke it
        arriving.cancel()
        ending.cancel()
        await customers.leave()
    return customers.count


def main() -> None:
    parser = argparse.ArgumentParser(prog="shop.load", description="Customers of the shop.")
    parser.add_argument("--url", required=True)
    parser.add_argument("--rate", type=float, default=60.0, help="requests a second")
    parser.add_argument("--duration", type=float, help="seconds; without it, until it is ended")
    lifeline.add_option(parser)
    asked = parser.parse_args()
    if not 0 < asked.rate <= 1000:
        parser.error("--rate has to be above 0 and at most 1000")
    count = asyncio.run(visit(asked.url, asked.rate, asked.duration, asked.tied))
    if not asked.tied:
        sys.stdout.write(json.dumps(asdict(count)) + "\n")


if __name__ == "__main__":
    main()
