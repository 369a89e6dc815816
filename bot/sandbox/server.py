"""Starts the sandbox: one aiohttp server on the loopback with every door, usable in-process by tests."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.sandbox import manifest as manifests
from bot.sandbox import replies
from bot.sandbox import seed as seeds
from bot.sandbox.control import act, click, look, operate, people, stream, submit
from bot.sandbox.control.asked import Refused, body
from bot.sandbox.core import Core, build
from bot.sandbox.files_door import download, upload
from bot.sandbox.model import Json
from bot.sandbox.webapi.entrance import Entrance

HOST = "127.0.0.1"
PAGE = Path(__file__).parent / "page"
MOST_BYTES = 20 * 1024 * 1024
NO_PAGE = "The sandbox runs. Its page is not installed; the control API is under /control/, see bot/sandbox/README.md."

Look = Callable[[Core, web.Request], Awaitable[Json]]
Act = Callable[[Core, Json], Awaitable[Json]]

LOOKS: dict[str, Look] = {
    "workspace": look.workspace,
    "messages": look.messages,
    "views": look.views,
    "changes": operate.changes,
    "calls": operate.calls,
    "deliveries": operate.deliveries,
    "settings": operate.show_settings,
}
ACTS: dict[str, Act] = {
    "say": act.say,
    "command": act.command,
    "click": click.click,
    "suggest": click.suggest,
    "shortcut": act.shortcut,
    "dm": act.dm,
    "home/open": submit.open_home,
    "people": people.change,
    "misbehave": operate.misbehave,
    "settings": operate.settings,
    "advance": operate.advance,
    "reset": operate.reset,
    "redeliver": operate.redeliver,
    "app": operate.app,
    "app/verify": operate.verify,
    "event": operate.event,
}


class Sandbox:
    """A running workspace. `url` is its page, `api_url` is what goes into SLACK_API_URL."""

    def __init__(self, core: Core, runner: web.AppRunner) -> None:
        self.core = core
        self._runner = runner

    @property
    def url(self) -> str:
        return self.core.url

    @property
    def api_url(self) -> str:
        return f"{self.core.url}/api/"

    async def stop(self) -> None:
        await self.core.courier.close()
        await self._runner.cleanup()


async def start(port: int = 0, manifest: Path | str | None = None, seed: seeds.Seed = seeds.ACME) -> Sandbox:
    """Serve on 127.0.0.1 (port 0: a free one). Raises ManifestError, or OSError when the port is taken."""
    core = build(seed, manifests.read(Path(manifest)) if manifest is not None else None)
    runner = web.AppRunner(_application(core), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    site = web.TCPSite(runner, HOST, port)
    await site.start()
    core.found_at(f"http://{HOST}:{runner.addresses[0][1]}")
    return Sandbox(core, runner)


def _application(core: Core) -> web.Application:
    application = web.Application(client_max_size=MOST_BYTES, middlewares=[_own_page_only])
    router = application.router
    entrance = Entrance(core)
    for verb in ("GET", "POST"):
        router.add_route(verb, "/api/{method}", entrance.handle)
    router.add_get("/link/", core.courier.socket.accept)
    for kind in ("commands", "actions", "app"):
        router.add_post(f"/{kind}/{{team}}/{{token}}", _with(core, replies.receive))
    router.add_post("/upload/{file}", _with(core, upload))
    router.add_get("/files/{file}/{name}", _with(core, download))
    router.add_get("/files/{file}/download/{name}", _with(core, download))
    for name, looker in LOOKS.items():
        router.add_get(f"/control/{name}", _looking(core, looker))
    for name, actor in ACTS.items():
        router.add_post(f"/control/{name}", _acting(core, actor))
    router.add_post("/control/views/{view_id}/submit", _on_view(core, submit.submit))
    router.add_post("/control/views/{view_id}/close", _on_view(core, submit.close))
    router.add_get("/control/stream", _with(core, stream.stream))
    router.add_get("/", _index)
    router.add_get("/page/{file:.+}", _page)
    return application


def _with(core: Core, door: Callable[[Core, web.Request], Awaitable[web.StreamResponse]]) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        return await door(core, request)

    return handle


def _looking(core: Core, looker: Look) -> Handler:
    async def handle(request: web.Request) -> web.Response:
        return await _answer(looker(core, request))

    return handle


def _acting(core: Core, actor: Act) -> Handler:
    async def handle(request: web.Request) -> web.Response:
        return await _answer(_with_body(request, lambda asked: actor(core, asked)))

    return handle


def _on_view(core: Core, actor: Callable[[Core, str, Json], Awaitable[Json]]) -> Handler:
    async def handle(request: web.Request) -> web.Response:
        view_id = request.match_info["view_id"]
        return await _answer(_with_body(request, lambda asked: actor(core, view_id, asked)))

    return handle


async def _with_body(request: web.Request, actor: Callable[[Json], Awaitable[Json]]) -> Json:
    return await actor(await body(request))


async def _answer(work: Awaitable[Json]) -> web.Response:
    try:
        return web.json_response({"ok": True, **await work})
    except Refused as refusal:
        return web.json_response({"ok": False, "error": refusal.error, **refusal.extra})


@web.middleware
async def _own_page_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The control API can do everything, so a page of another site, or a name rebound to this address, gets nothing."""
    if request.path.startswith("/control/"):
        host = urlsplit(f"//{request.host}").hostname
        origin = request.headers.get("Origin")
        if host not in (HOST, "localhost") or (origin and urlsplit(origin).netloc != request.host):
            return web.json_response({"ok": False, "error": "foreign_origin"}, status=403)
    return await handler(request)


async def _index(request: web.Request) -> web.StreamResponse:
    index = PAGE / "index.html"
    return web.FileResponse(index, headers=NO_CACHE) if index.is_file() else web.Response(text=NO_PAGE)


async def _page(request: web.Request) -> web.StreamResponse:
    wanted = (PAGE / request.match_info["file"]).resolve()
    if not wanted.is_relative_to(PAGE.resolve()) or not wanted.is_file():
        raise web.HTTPNotFound
    return web.FileResponse(wanted, headers=NO_CACHE)


NO_CACHE = {"Cache-Control": "no-cache"}
