"""Slack over Socket Mode: the same app, and a watch over the connection, which can die in silence."""

import asyncio
import time

import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp

_log = structlog.get_logger(__name__)

PING_SECONDS = 5.0
LOOK_SECONDS = 5.0
DEAD_AFTER_SECONDS = 30.0


class SlackSocket:
    """Keeps one Socket Mode connection, and builds a new one when it falls silent (slack-facts 3.7)."""

    def __init__(self, app: AsyncApp, app_token: str) -> None:
        self._app = app
        self._token = app_token
        self._handler: AsyncSocketModeHandler | None = None
        self._watch: asyncio.Task[None] | None = None
        self._alive_at = time.time()

    async def start(self) -> None:
        """Connect in the background, so that a Slack that is down does not keep the rest from starting."""
        self._watch = asyncio.create_task(self._keep(), name="socket")

    async def stop(self) -> None:
        """Take no more deliveries, then close."""
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        await self._close()

    def age(self) -> float:
        """Seconds since a connection last proved to be alive; before the first one, since this process started."""
        pong = self._handler.client.last_ping_pong_time if self._handler is not None else None
        self._alive_at = max(self._alive_at, pong or 0.0)
        return time.time() - self._alive_at

    async def _keep(self) -> None:
        while True:
            try:
                await self._connect()
                await self._until_silent()
                _log.warning("socket_silent")
            except Exception as error:  # the fence: whatever the client meets, a new connection is the answer
                _log.warning("socket_failed", error=type(error).__name__)
                await asyncio.sleep(LOOK_SECONDS)
            await self._close()

    async def _until_silent(self) -> None:
        """Look at the connection's age now and then. Real time on purpose: sockets die in real time."""
        while self.age() < DEAD_AFTER_SECONDS:  # noqa: ASYNC110  # nothing tells of silence
            await asyncio.sleep(LOOK_SECONDS)

    async def _connect(self) -> None:
        handler = AsyncSocketModeHandler(self._app, self._token, ping_interval=PING_SECONDS)
        handler.client.web_client.retry_handlers = []
        self._handler = handler
        await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt ships it untyped
        self._alive_at = time.time()
        _log.info("socket_connected")

    async def _close(self) -> None:
        handler, self._handler = self._handler, None
        if handler is not None:
            await handler.close_async()  # type: ignore[no-untyped-call]  # Bolt ships it untyped
