"""What every Slack listener needs: who asks, the one road, and the answer for the asker alone."""

import asyncio
import time
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import structlog

from bot.app import Interlock
from bot.domain.actor import Actor
from bot.domain.command import Command
from bot.domain.message import Message
from bot.domain.outcome import Outcome
from bot.domain.refusal import Refusal
from bot.engine.dispatch import Request
from bot.engine.locate import NOWHERE, Place
from bot.views.refusals import message_of

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Front:
    """The engine as listeners see it."""

    interlock: Interlock
    _afterwards: set[asyncio.Task[None]] = field(default_factory=set)

    async def actor(self, body: Mapping[str, Any]) -> Actor:
        """Who sent this payload, by team and user id, never by name (slack-facts 5, 3)."""
        user = body.get("user")
        nested = user if isinstance(user, Mapping) else {}
        event = body.get("event") or {}
        user_id = str(nested.get("id") or body.get("user_id") or event.get("user") or "")
        team = str(nested.get("team_id") or event.get("user_team") or body.get("team_id") or event.get("team") or "")
        return await self.interlock.directory.actor(team, user_id)

    async def run(
        self, command: Command | Refusal, actor: Actor, via: str, key: str, place: Place = NOWHERE
    ) -> tuple[Outcome | None, Message]:
        """Send a command down the one road; the outcome, and the answer for the asker. A command that could not even
        be read has no outcome."""
        if isinstance(command, Refusal):
            return None, message_of(command)
        request = Request(command, actor, via, key, place)
        store, questions = self.interlock.core.store, self.interlock.core.questions

        def decide() -> tuple[Outcome, Message]:
            outcome = self.interlock.core.run(request)
            return outcome, questions.answer(outcome, command)

        return await store.call(decide)

    async def help(self, actor: Actor) -> Message:
        """What this person may do here."""
        return await self.interlock.core.store.call(lambda: self.interlock.core.questions.help(actor))

    def acked(self, surface: str, began: float) -> None:
        """Note how long a listener took up to its acknowledgement."""
        self.interlock.core.metrics.acked(surface, time.perf_counter() - began)

    def afterwards(self, work: Coroutine[Any, Any, None], what: str) -> None:
        """Do something that nobody's decision depends on, after the acknowledgement; a failure is only logged."""

        async def fenced() -> None:
            try:
                await work
            except Exception as error:  # the fence: an answer that got lost changes no decision
                _log.warning("answer_lost", what=what, error=type(error).__name__)

        task = asyncio.create_task(fenced())
        self._afterwards.add(task)
        task.add_done_callback(self._afterwards.discard)

    async def settle(self, patience: timedelta) -> None:
        """Wait for answers that are still on their way out."""
        if self._afterwards:
            await asyncio.wait(tuple(self._afterwards), timeout=patience.total_seconds())
