"""Socket Mode: tickets, hello, envelopes with their acknowledgements, disconnects, and sockets that go silent."""

from __future__ import annotations

import asyncio
import itertools
import json
import secrets
import uuid
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from bot.sandbox import seed
from bot.sandbox.changes import Changes
from bot.sandbox.delivery.answer import Answer, Delivery
from bot.sandbox.misbehave import Faults
from bot.sandbox.model import Json

MOST_CONNECTIONS = 10
"""Concurrent sockets of one app (slack-facts 1.7)."""
CONNECTION_SECONDS = 18_060


@dataclass(eq=False, slots=True)
class Connection:
    ws: web.WebSocketResponse
    host: str
    silent: bool = False
    leaving: bool = False
    waiting: dict[str, asyncio.Future[Answer]] = field(default_factory=dict)


class SocketTransport:
    name = "socket"

    def __init__(self, faults: Faults, changes: Changes) -> None:
        self.faults = faults
        self.changes = changes
        self.connections: list[Connection] = []
        self._tickets: set[str] = set()
        self._turn = itertools.count()

    def ticket(self) -> str:
        """A one-time ticket for the address that apps.connections.open gives out."""
        made = secrets.token_urlsafe(24)
        self._tickets.add(made)
        return made

    @property
    def live(self) -> list[Connection]:
        return [one for one in self.connections if not one.leaving and not one.ws.closed]

    async def accept(self, request: web.Request) -> web.WebSocketResponse:
        """The far end of `wss://…/link/?ticket=…`: says hello, then reads acknowledgements until it closes."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            raise web.HTTPForbidden(text="the ticket is unknown or was used before")
        self._tickets.discard(ticket)
        if self.faults.take("refuse_socket"):
            raise web.HTTPServiceUnavailable(text="refused on request of the test")
        ws = web.WebSocketResponse(autoping=False, heartbeat=None)
        await ws.prepare(request)
        connection = Connection(ws, f"applink-{secrets.token_hex(3)}")
        if len(self.live) >= MOST_CONNECTIONS:
            await self._disconnect(connection, "too_many_websockets")
            return ws
        connection.silent = any(one.kind == "silent_socket" for one in self.faults.active)
        self.connections.append(connection)
        await ws.send_json(self._hello(connection))
        self.changes.note("workspace")
        try:
            await self._read(connection)
        finally:
            self.connections.remove(connection)
            for waiter in connection.waiting.values():
                if not waiter.done():
                    waiter.set_result(Answer("connection_failed"))
            self.changes.note("workspace")
        return ws

    async def send(self, delivery: Delivery, seconds: float) -> Answer:
        live = self.live
        if not live:
            return Answer("no_connection")
        connection = live[next(self._turn) % len(live)]
        envelope = _envelope(delivery)
        waiter: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        connection.waiting[envelope["envelope_id"]] = waiter
        try:
            async with asyncio.timeout(max(seconds, 0.001)):
                if not connection.silent:
                    await connection.ws.send_json(envelope)
                return await waiter
        except TimeoutError:
            return Answer("timeout")
        except ConnectionError:
            return Answer("connection_failed")
        finally:
            connection.waiting.pop(envelope["envelope_id"], None)

    async def disconnect(self, reason: str, notice: float = 0.0) -> int:
        """Tell every connection to go, as Slack does every few hours, and close it after `notice` seconds."""
        leaving = self.live
        for connection in leaving:
            connection.leaving = True
            await connection.ws.send_json(self._farewell(connection, reason))
        self.changes.note("workspace")
        if notice:
            await asyncio.sleep(notice)
        for connection in leaving:
            await connection.ws.close()
        return len(leaving)

    def silence(self) -> int:
        """From now on these sockets carry nothing: no envelopes, no pongs, and no word of it."""
        for connection in self.connections:
            connection.silent = True
        return len(self.connections)

    def drop(self) -> int:
        """Cut every connection without a word, as a lost network does."""
        for connection in self.connections:
            transport = connection.ws._req.transport if connection.ws._req is not None else None
            if transport is not None:
                transport.abort()
        return len(self.connections)

    async def close(self) -> None:
        for connection in list(self.connections):
            await connection.ws.close()

    async def _read(self, connection: Connection) -> None:
        async for frame in connection.ws:
            if connection.silent:
                continue
            if frame.type == WSMsgType.PING:
                await connection.ws.pong(frame.data)
            elif frame.type == WSMsgType.TEXT:
                _acknowledge(connection, frame.data)

    def _hello(self, connection: Connection) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.live),
            "debug_info": {
                "host": connection.host,
                "build_number": 10,
                "approximate_connection_time": CONNECTION_SECONDS,
            },
            "connection_info": {"app_id": seed.APP_ID},
        }

    def _farewell(self, connection: Connection, reason: str) -> Json:
        return {"type": "disconnect", "reason": reason, "debug_info": {"host": connection.host}}

    async def _disconnect(self, connection: Connection, reason: str) -> None:
        await connection.ws.send_json(self._farewell(connection, reason))
        await connection.ws.close()


def _envelope(delivery: Delivery) -> Json:
    """A fresh envelope id for every attempt: it is no idempotency key (slack-facts 1.7)."""
    envelope: Json = {
        "envelope_id": str(uuid.uuid4()),
        "payload": delivery.payload,
        "type": delivery.kind,
        "accepts_response_payload": _takes_payload(delivery),
    }
    if delivery.kind == "events_api":
        envelope["retry_attempt"] = delivery.attempt
        envelope["retry_reason"] = delivery.reason
    return envelope


def _takes_payload(delivery: Delivery) -> bool:
    return delivery.kind == "slash_commands" or delivery.payload.get("type") in ("view_submission", "block_suggestion")


def _acknowledge(connection: Connection, text: str) -> None:
    try:
        message = json.loads(text)
    except ValueError:
        return
    waiter = connection.waiting.get(message.get("envelope_id", "")) if isinstance(message, dict) else None
    if waiter is not None and not waiter.done():
        waiter.set_result(Answer("acknowledged", message.get("payload") or None))
