"""Carries out deployments and rollbacks, one at a time, and remembers each by its id."""

import asyncio
from dataclasses import dataclass
from typing import Literal, Protocol

from bot.sandbox.shop.fleet import Fleet
from bot.sandbox.shop.guard import Refused
from bot.sandbox.shop.traffic import Traffic, deploy, kept_warm, roll_back
from bot.sandbox.shop.wire import Route

REMEMBERED = 10_000
"""Ids that are kept; past that the oldest is forgotten."""


class Router(Protocol):
    """Moves the traffic. Raises aiohttp.ClientError or TimeoutError when it cannot be reached."""

    async def become(self, route: Route) -> None: ...


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked under one id."""

    kind: Literal["deploy", "rollback"]
    version: str
    percent: int


class Conductor:
    """Holds the shop's traffic. An id that was done is answered again, not done again."""

    def __init__(self, fleet: Fleet, router: Router, traffic: Traffic) -> None:
        self._fleet = fleet
        self._router = router
        self._traffic = traffic
        self._done: dict[str, Order] = {}
        self._turn = asyncio.Lock()

    @property
    def traffic(self) -> Traffic:
        return self._traffic

    async def carry_out(self, order_id: str, order: Order) -> None:
        """Do it once. When this returns, traffic flows as ordered; when it raises, as before.

        Raises Refused (another order under the same id, or against the rules) and ChildFailed.
        """
        async with self._turn:
            known = self._done.get(order_id)
            if known is None:
                await self._move(self._wanted(order))
                self._remember(order_id, order)
            elif known != order:
                was = f"{known.kind} {known.version} at {known.percent} percent"
                raise Refused("id_taken", f"{order_id} was: {was}.", "Use a new id for a new order.")

    async def find(self, order_id: str) -> Order | None:
        """The order that was done under this id. Waits for the one that is being carried out."""
        async with self._turn:
            return self._done.get(order_id)

    def _wanted(self, order: Order) -> Traffic:
        if order.kind == "rollback":
            return roll_back(order.version)
        return deploy(self._traffic, order.version, order.percent)

    async def _move(self, wanted: Traffic) -> None:
        stable = await self._fleet.ensure(wanted.stable)
        canary = await self._fleet.ensure(wanted.canary) if wanted.canary else None
        await self._router.become(Route(stable=stable, canary=canary, percent=wanted.percent))
        warm = kept_warm(self._traffic, wanted)
        self._traffic = wanted
        await self._fleet.keep_only(warm)

    def _remember(self, order_id: str, order: Order) -> None:
        self._done[order_id] = order
        if len(self._done) > REMEMBERED:
            del self._done[next(iter(self._done))]
