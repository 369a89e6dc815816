"""The HTTP side on a real socket: a core on a fresh database, served by uvicorn in a thread, asked by a real client."""

import asyncio
import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
import uvicorn
from fastapi import FastAPI

from bot.app import Interlock, assemble
from handlers.http import SocketAge, make_http
from tests.engine.road import Road, build_road, configure
from tests.stories.house import Rules

Mount = Callable[[Interlock, FastAPI], None]
"""Adds further routes, as `handlers.serving` does."""

RBAC = """
roles:
  deploy-owner: {scopes: [deploy:approve, deploy:promote, deploy:abort, ops:read]}
  sre: {scopes: [release:open, judge:run, deploy:promote, deploy:abort, ops:read]}
  ci: {scopes: [judge:run, ops:read]}
  poster: {scopes: [judge:run]}
bindings:
  - {role: deploy-owner, usergroups: [S01OWNERS], api_tokens: [danas, ravis, unlinked]}
  - {role: sre, users: ["*"], api_tokens: [robot, ravis]}
  - {role: ci, api_tokens: [ci-checkout]}
  - {role: poster, api_tokens: [poster]}
people:
  - {slack: U01DANA, api_tokens: [danas]}
  - {slack: U01RAVI, api_tokens: [ravis]}
"""
TOKENS = ("robot", "ci-checkout", "poster", "danas", "ravis", "unlinked", "nobody")
GATES = "[{name: unit-tests, kind: check}, {name: lint, kind: check, required: false}]"


def secret_of(token: str) -> str:
    """The secret of a test's token; it has a dot inside, as secrets may."""
    return f"secret.of-{token}"


def bearer(token: str) -> dict[str, str]:
    """The header of a known token."""
    return {"Authorization": f"Bearer {token}.{secret_of(token)}"}


@dataclass(slots=True)
class Served:
    """A server under way, the road behind it, and a client."""

    road: Road
    interlock: Interlock
    url: str
    loop: asyncio.AbstractEventLoop
    client: requests.Session = field(default_factory=requests.Session)

    def get(self, path: str, token: str = "robot", **more: Any) -> requests.Response:
        """Ask for something."""
        return self.client.get(self.url + path, headers=bearer(token), timeout=10, **more)

    def post(self, path: str, body: Any, token: str = "robot") -> requests.Response:
        """Send a JSON body."""
        return self.client.post(self.url + path, json=body, headers=bearer(token), timeout=10)

    def raw(self, path: str, body: bytes, content_type: str = "application/json", **headers: str) -> requests.Response:
        """Send bytes as they are."""
        sent = {**bearer("robot"), "Content-Type": content_type, **headers}
        return self.client.post(self.url + path, data=body, headers=sent, timeout=10)

    def act(self, release: str, action: str, token: str = "robot", **body: Any) -> requests.Response:
        """Ask for an action on a release."""
        return self.post(f"/v1/releases/{release}/actions/{action}", body, token)

    def evidence(self, release: str, token: str = "ci-checkout", **body: Any) -> requests.Response:
        """Post a check result; a passing one of v2.1.0 unless told otherwise."""
        said = {"gate": "unit-tests", "version": "v2.1.0", "status": "pass", "observed_at": self.now()} | body
        return self.post(f"/v1/releases/{release}/evidence", said, token)

    def now(self) -> str:
        """The road's time, as RFC 3339 writes it."""
        return self.road.clock.now().isoformat().replace("+00:00", "Z")


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server for all the requests of a module that are refused, and write nothing but journal lines."""
    folder = tmp_path_factory.mktemp("quiet")
    with served(folder, f"sqlite:///{folder / 'interlock.db'}") as world:
        yield world


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Served]:
    """A server on a fresh SQLite file."""
    with served(tmp_path, f"sqlite:///{tmp_path / 'interlock.db'}") as world:
        yield world


@pytest.fixture
def each_world(database_url: str, tmp_path: Path) -> Iterator[Served]:
    """A server on each database; the test module imports `database_url` too."""
    with served(tmp_path, database_url) as world:
        yield world


def error_of(answer: requests.Response) -> dict[str, str]:
    """The error in an answer, which has the one shape: code, message and hint, none of them empty."""
    body = answer.json()
    assert answer.headers["Content-Type"] == "application/json"
    assert set(body) == {"error"}, body
    assert set(body["error"]) == {"code", "message", "hint"}, body
    assert all(isinstance(part, str) and part for part in body["error"].values()), body
    assert "Traceback" not in answer.text
    return dict(body["error"])


def environ_of_tokens() -> str:
    """The tokens as INTERLOCK_API_TOKENS holds them."""
    return json.dumps([{"id": one, "sha256": hashlib.sha256(secret_of(one).encode()).hexdigest()} for one in TOKENS])


@contextmanager
def served(
    folder: Path,
    database: str,
    socket_age: SocketAge | None = None,
    mount: Mount = lambda interlock, app: None,
    **environ: str,
) -> Iterator[Served]:
    """Serve a fresh road until the end of the block."""
    rules = Rules(gates=GATES)
    road = build_road(folder, database, rules, INTERLOCK_API_TOKENS=environ_of_tokens(), **environ)
    configure(folder, rules, RBAC)
    road.core.catalogue.refresh()
    try:
        with loop_in_a_thread() as loop, _running(road, loop, socket_age, mount) as world:
            yield world
    finally:
        road.core.close()


@contextmanager
def loop_in_a_thread() -> Iterator[asyncio.AbstractEventLoop]:
    """An event loop that runs beside the test."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="loop", daemon=True)
    thread.start()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


@contextmanager
def _running(
    road: Road, loop: asyncio.AbstractEventLoop, socket_age: SocketAge | None, mount: Mount
) -> Iterator[Served]:
    up: Future[tuple[Interlock, str]] = Future()
    over = asyncio.Event()

    async def serve() -> None:
        interlock = await assemble(road.core, works=False)
        app = make_http(interlock, socket_age)
        mount(interlock, app)
        server = uvicorn.Server(
            uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, access_log=False, lifespan="off")
        )
        serving = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110  # uvicorn has no event for it
            await asyncio.sleep(0.01)
        up.set_result((interlock, f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"))
        await over.wait()
        server.should_exit = True
        await serving
        await interlock.stop()

    done = asyncio.run_coroutine_threadsafe(serve(), loop)
    interlock, url = up.result(10)
    world = Served(road, interlock, url, loop)
    try:
        yield world
    finally:
        world.client.close()
        loop.call_soon_threadsafe(over.set)
        done.result(15)
