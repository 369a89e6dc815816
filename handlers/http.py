"""The HTTP side: health, metrics and the API for machines; no cookies, no other origins, one shape of error."""

from fastapi import FastAPI

from bot.app import Interlock
from handlers.api.acting import acting
from handlers.api.asking import asking, ops
from handlers.api.body_limit import BodyLimit
from handlers.api.checks import SocketAge
from handlers.api.errors import speak_one_language
from handlers.api.fence import Fence
from handlers.api.health import health
from handlers.api.reading import reading

__all__ = ["SocketAge", "make_http"]

_ABOUT = """
Everything goes down the same road as in Slack, with the rights that `rbac.yaml` gives the token.
A request with a `key` happens once: repeat it with the same key until it is answered. A new attempt takes a new key.
With `noop` the answer has the status that the request would get, and nothing is changed.
"""


def make_http(interlock: Interlock, socket_age: SocketAge | None) -> FastAPI:
    """The application; `socket_age` is None where Slack does not come over a socket."""
    app = FastAPI(title="Interlock", version="1", description=_ABOUT, redoc_url=None)
    app.include_router(health(interlock, socket_age))
    app.include_router(acting(interlock.core))
    app.include_router(reading(interlock.core))
    app.include_router(asking(interlock.core))
    app.include_router(ops(interlock.core))
    speak_one_language(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(Fence)
    return app
