"""The door of the API: who calls is settled before a byte of the body is read, and every answer is timed."""

import time
from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer
from starlette.requests import Request
from starlette.responses import Response

from bot.app import Core
from bot.domain.actor import Actor
from handlers.api.errors import ErrorAnswer, error
from handlers.api.strict_json import StrictRequest
from handlers.api.tokens import authenticate

_SAYS_NO = {
    400: "The body is not JSON.",
    401: "No known token.",
    403: "Refused: a scope or a person is missing.",
    404: "Nothing of that name.",
    409: "Not now: the state, a gate, the approvals, or a key that was used before.",
    413: "The body is too large.",
    415: "The body is not marked as JSON.",
    422: "A field cannot be read.",
    500: "An internal problem, with a reference.",
    503: "The database does not answer.",
}
_BEARER = HTTPBearer(auto_error=False, scheme_name="token", bearerFormat="<id>.<secret>", description="An API token.")


def api_router(core: Core, prefix: str = "/v1") -> APIRouter:
    """A router whose endpoints are behind the door."""
    return APIRouter(
        prefix=prefix,
        route_class=_guarded(core),
        dependencies=[Depends(_BEARER)],
        responses={status: {"model": ErrorAnswer, "description": words} for status, words in _SAYS_NO.items()},
    )


def _admitted(request: Request) -> Actor:
    actor = request.state.actor
    assert isinstance(actor, Actor)
    return actor


Asker = Annotated[Actor, Depends(_admitted)]
"""The machine that asks; whether it may is Dispatch's to say."""


def _guarded(core: Core) -> type[APIRoute]:
    class Guarded(APIRoute):
        """An endpoint behind the door."""

        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            """The endpoint, with the door before it."""
            endpoint = super().get_route_handler()

            async def enter(request: Request) -> Response:
                began = time.perf_counter()
                try:
                    tokens = core.settings.api_tokens
                    request.state.actor = authenticate(request.headers.getlist("authorization"), tokens)
                    if request.method == "POST" and not _is_json(request):
                        raise error(415, "not_json_type")
                    answer = await endpoint(StrictRequest(request.scope, request.receive))
                    answer.headers.setdefault("Cache-Control", "no-store")
                    return answer
                finally:
                    core.metrics.acked("http", time.perf_counter() - began)

            return enter

    return Guarded


def _is_json(request: Request) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json"
