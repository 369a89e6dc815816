"""The supervisor's control port: deployments, rollback, state.

- `PUT /deployments/{id}` `{"version", "percent"}`: idempotent by id; 409 when the id was another order
- `GET /deployments/{id}`: `{"id", "state": "done", "kind", "version", "percent"}`, or 404 with `"state": "unknown"`
- `POST /rollback` `{"id", "version"}`: all traffic to that version; idempotent by id, found under `/deployments/{id}`
- `GET /state`: traffic, processes, addresses
"""

import os
from dataclasses import asdict, dataclass

import aiohttp
from aiohttp import web
from pydantic import TypeAdapter, ValidationError

from bot.sandbox.shop import guard
from bot.sandbox.shop.child import Child, ChildFailed
from bot.sandbox.shop.conductor import Conductor, Order
from bot.sandbox.shop.fleet import Fleet
from bot.sandbox.shop.wire import DeploymentId, DeployOrder, RollbackOrder

_ID: TypeAdapter[str] = TypeAdapter(DeploymentId)


@dataclass(frozen=True, slots=True)
class Works:
    """The processes beside the shops. `load` is None when nobody visits."""

    proxy: Child
    load: Child | None


class Admin:
    """Answers for one shop."""

    def __init__(self, conductor: Conductor, fleet: Fleet, works: Works) -> None:
        self._conductor = conductor
        self._fleet = fleet
        self._works = works

    def app(self, token: str) -> web.Application:
        app = guard.control_app(token)
        app.router.add_put("/deployments/{id}", self._deploy)
        app.router.add_get("/deployments/{id}", self._find)
        app.router.add_post("/rollback", self._roll_back)
        app.router.add_get("/state", self._state)
        return app

    async def _deploy(self, request: web.Request) -> web.Response:
        asked = await guard.read_order(request, DeployOrder)
        return await self._carry_out(_id(request), Order("deploy", asked.version, asked.percent))

    async def _roll_back(self, request: web.Request) -> web.Response:
        asked = await guard.read_order(request, RollbackOrder)
        return await self._carry_out(asked.id, Order("rollback", asked.version, 100))

    async def _carry_out(self, order_id: str, order: Order) -> web.Response:
        try:
            await self._conductor.carry_out(order_id, order)
        except ChildFailed as error:
            return guard.error_answer(502, "not_started", str(error), "Nothing was changed. Try again.")
        except (aiohttp.ClientError, TimeoutError):
            return guard.error_answer(502, "proxy_silent", "The proxy did not answer.", "Try again with the same id.")
        return _done(order_id, order)

    async def _find(self, request: web.Request) -> web.Response:
        order_id = _id(request)
        order = await self._conductor.find(order_id)
        if order is None:
            return web.json_response({"id": order_id, "state": "unknown"}, status=404)
        return _done(order_id, order)

    async def _state(self, request: web.Request) -> web.Response:
        works = self._works
        shops = {
            version: {"pid": child.pid, "alive": child.alive, "url": child.ready.url}
            for version, child in self._fleet.running().items()
        }
        pids = {"supervisor": os.getpid(), "proxy": works.proxy.pid, "load": works.load.pid if works.load else None}
        return web.json_response(
            {**asdict(self._conductor.traffic), "shops": shops, "pids": pids, "url": works.proxy.ready.url}
        )


def _id(request: web.Request) -> str:
    try:
        return _ID.validate_python(request.match_info["id"])
    except ValidationError:
        hint = "Letters, digits and . _ : - only, at most 128."
        raise guard.Refused("invalid", "That is not a deployment id.", hint, 400) from None


def _done(order_id: str, order: Order) -> web.Response:
    return web.json_response({"id": order_id, "state": "done", **asdict(order)})
