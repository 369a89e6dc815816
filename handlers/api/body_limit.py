"""No request holds more memory than its limit: bodies are counted while they come in, whatever their headers say."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from handlers.api.errors import error

LARGEST = 1_000_000
"""Bytes of a body that are kept."""

PATIENCE = 15 * LARGEST
"""Further bytes that are read and thrown away before the answer: a client that is still sending would not see it."""


class BodyLimit:
    """Ends the reading of a body that is larger than `largest` bytes with ApiError 413, for every route alike."""

    def __init__(self, app: ASGIApp, largest: int = LARGEST) -> None:
        self._app = app
        self._largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http":
            receive = _counted(receive, self._largest)
        await self._app(scope, receive, send)


def _counted(receive: Receive, largest: int) -> Receive:
    read = 0

    async def counted() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read <= largest:
            return message
        while message.get("more_body", False) and read < largest + PATIENCE:
            message = await receive()
            read += len(message.get("body", b""))
        raise error(413, "too_large", headers={"Connection": "close"})

    return counted
