"""What every control port of the shop shares: the token, the size of a body, and one shape for errors."""

import hmac
from collections.abc import Awaitable, Callable
from typing import TypeVar

from aiohttp import web
from aiohttp.typedefs import Middleware
from pydantic import BaseModel, ValidationError

MAX_BODY = 16 * 1024
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Order = TypeVar("Order", bound=BaseModel)


class Refused(Exception):
    """The shop will not do this. `code` is stable, `hint` says what to do instead."""

    def __init__(self, code: str, message: str, hint: str, status: int = 409) -> None:
        super().__init__(message)
        self.code, self.message, self.hint, self.status = code, message, hint, status


def control_app(token: str) -> web.Application:
    """An application whose every route wants `Authorization: Bearer <token>`."""
    return web.Application(middlewares=[_guarded_by(token)], client_max_size=MAX_BODY)


async def read_order(request: web.Request, model: type[Order]) -> Order:
    """The request's JSON body. Raises Refused (400) that names the wrong fields."""
    try:
        return model.model_validate_json(await request.read())
    except ValidationError as error:
        places = ", ".join(".".join(map(str, each["loc"])) or "body" for each in error.errors())
        raise Refused("invalid", f"Not understood: {places}.", "Send the fields that ship.py sends.", 400) from None


def error_answer(status: int, code: str, message: str, hint: str) -> web.Response:
    """The one shape of every error."""
    return web.json_response({"error": {"code": code, "message": message, "hint": hint}}, status=status)


def _guarded_by(token: str) -> Middleware:
    expected = f"Bearer {token}".encode()

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        given = request.headers.get("Authorization", "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, expected):
            return error_answer(401, "unauthorised", "The token is missing or wrong.", "Read it from the token file.")
        try:
            return await handler(request)
        except Refused as refusal:
            return error_answer(refusal.status, refusal.code, refusal.message, refusal.hint)

    return guard
