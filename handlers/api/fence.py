"""The last fence: whatever goes wrong inside becomes a named answer, and its story stays in the log."""

import uuid

import structlog
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.adapters.store.errors import StoreUnavailable
from handlers.api.errors import ApiError, as_response, error

_log = structlog.get_logger(__name__)

_RETRY_SECONDS = "5"


class Fence:
    """Answers 503 for a database that is away and 500 with a reference for the rest; nobody reads a traceback."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except ClientDisconnect:
            return
        except Exception as problem:  # the fence: the client gets a reference, the log the rest
            answer = _named(problem, scope)
            if started:
                raise
            await as_response(answer)(scope, receive, send)


def _named(problem: Exception, scope: Scope) -> ApiError:
    if isinstance(problem, StoreUnavailable):
        _log.warning("store_unavailable", method=scope["method"])
        return error(503, "unavailable", headers={"Retry-After": _RETRY_SECONDS})
    reference = uuid.uuid4().hex[:12]
    _log.error("http_failed", reference=reference, method=scope["method"], path=scope["path"][:200], exc_info=problem)
    return error(500, "internal", reference)
