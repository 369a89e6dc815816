"""The HTTP side: health, metrics and the API for machines."""

from collections.abc import Callable

from fastapi import FastAPI

from bot.app import Interlock

SocketAge = Callable[[], float | None]


def make_http(interlock: Interlock, socket_age: SocketAge | None) -> FastAPI:
    """The application; `socket_age` is None where Slack does not come over a socket."""
    app = FastAPI(title="Interlock")
    return app
