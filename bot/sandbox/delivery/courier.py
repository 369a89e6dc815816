"""Carries every delivery: picks the road, applies the faults, redelivers events, and keeps the log."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.changes import Changes
from bot.sandbox.clock import Clock
from bot.sandbox.delivery.answer import Answer, Asked, Delivery
from bot.sandbox.delivery.http import HttpTransport
from bot.sandbox.delivery.socket import SocketTransport
from bot.sandbox.delivery.waiting_room import WaitingRoom
from bot.sandbox.misbehave import Faults
from bot.sandbox.model import Json
from bot.sandbox.settings import Settings

KEPT_DELIVERIES = 20_000
RETRY_REASONS = {"timeout": "http_timeout", "refused": "http_error"}
USER_SEES = {"timeout": "operation_timeout"}


@dataclass(slots=True)
class Courier:
    settings: Settings
    faults: Faults
    changes: Changes
    clock: Clock
    http: HttpTransport
    socket: SocketTransport
    log: dict[str, Delivery] = field(default_factory=dict)
    room: WaitingRoom = field(default_factory=WaitingRoom)
    _tasks: set[asyncio.Task[Any]] = field(default_factory=set)
    _made: int = 0

    def connected(self) -> str | None:
        """The road in use: `http`, `socket`, or None when the app cannot be reached."""
        road = self._road()
        if road == "socket" and not self.socket.live:
            return None
        if road == "http" and not self.settings.request_url:
            return None
        return road

    async def ask(self, kind: str, name: str, payload: Json) -> Asked:
        """Deliver what a person did and wait as long as Slack does; never repeated by Slack itself."""
        delivery = self._record(kind, name, payload)
        await self._carry(delivery)
        status = delivery.status
        if status != "acknowledged":
            status = USER_SEES.get(status, "dispatch_failed")
        return Asked(status, delivery.ms or 0.0, delivery.response, delivery.id)

    def emit(self, payload: Json) -> Delivery:
        """Deliver an event without waiting; attempted up to four times in all."""
        delivery = self._record("events_api", payload["event"]["type"], payload)
        self.spawn(self._carry_event(delivery))
        return delivery

    def redeliver(self, delivery_id: str) -> Delivery | None:
        """The same payload again, as a replay or a late retry would bring it; None when the id is unknown."""
        earlier = self.log.get(delivery_id)
        if earlier is None:
            return None
        again = self._repeat(earlier)
        if earlier.kind == "events_api":
            again.attempt, again.reason = earlier.attempt + 1, "http_timeout"
        self.spawn(self._carry(again))
        return again

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run work beside the request that asked for it; cancelled when the sandbox stops."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.socket.close()
        await self.http.close()

    def forget(self) -> None:
        """Stop redelivering and empty the log."""
        for task in list(self._tasks):
            task.cancel()
        self.log.clear()

    # ---- inside

    async def _carry_event(self, delivery: Delivery) -> None:
        answer = await self._carry(delivery)
        for delay in list(self.settings.retry_delays):
            if answer.status == "acknowledged" or answer.no_retry:
                return
            await asyncio.sleep(delay)
            reason = RETRY_REASONS.get(answer.status, "connection_failed")
            delivery = self._repeat(delivery)
            delivery.attempt, delivery.reason = delivery.attempt + 1, reason
            answer = await self._carry(delivery)

    async def _carry(self, delivery: Delivery) -> Answer:
        started = time.monotonic()
        answer = await self._with_faults(delivery, started)
        delivery.ms = round((time.monotonic() - started) * 1000, 3)
        delivery.status, delivery.http_status, delivery.response = answer.status, answer.http_status, answer.body
        delivery.seq = self.changes.note("deliveries")
        return answer

    async def _with_faults(self, delivery: Delivery, started: float) -> Answer:
        """Slack's patience starts when it sent the request, so a delay on the way is taken from the three seconds."""
        if fault := self.faults.take_delivery("drop", delivery.kind):
            delivery.fault = fault.kind
            await asyncio.sleep(self.settings.ack_seconds)
            return Answer("timeout")
        if fault := self.faults.take_delivery("delay", delivery.kind):
            delivery.fault = fault.kind
            await asyncio.sleep(fault.seconds)
        if fault := self.faults.take_delivery("reorder", delivery.kind):
            delivery.fault = fault.kind
            await self.room.wait_for_turn(fault.count, fault.seconds)
        if not delivery.copy_of and (fault := self.faults.take_delivery("duplicate", delivery.kind)):
            delivery.fault = fault.kind
            for _ in range(fault.copies):
                self.spawn(self._carry(self._repeat(delivery)))
        left = self.settings.ack_seconds - (time.monotonic() - started)
        delivery.transport = self._road()
        transport = self.http if delivery.transport == "http" else self.socket
        if left <= 0:
            self.spawn(transport.send(delivery, self.settings.ack_seconds))
            return Answer("timeout")
        return await transport.send(delivery, left)

    def _road(self) -> str:
        if self.settings.transport != "auto":
            return self.settings.transport
        return "http" if self.settings.request_url else "socket"

    def _repeat(self, earlier: Delivery) -> Delivery:
        again = self._record(earlier.kind, earlier.name, earlier.payload)
        again.copy_of = earlier.copy_of or earlier.id
        again.attempt = earlier.attempt
        return again

    def _record(self, kind: str, name: str, payload: Json) -> Delivery:
        self._made += 1
        delivery = Delivery(f"dlv-{self._made}", kind, name, payload, self.clock.now())
        self.log[delivery.id] = delivery
        if len(self.log) > KEPT_DELIVERIES:
            del self.log[next(iter(self.log))]
        delivery.seq = self.changes.note("deliveries")
        return delivery
