"""Where file bytes go in and come out: the upload URL and the private download."""

from __future__ import annotations

from aiohttp import web

from bot.sandbox import seed
from bot.sandbox.core import Core


async def upload(core: Core, request: web.Request) -> web.Response:
    """The second of the three upload steps: the raw bytes, or the one file of a form; as long as was announced."""
    found = core.state.files.get(request.match_info["file"])
    if found is None or found.completed:
        raise web.HTTPNotFound(text="no such upload")
    content = await _content(request)
    if len(content) != found.length:
        raise web.HTTPBadRequest(text=f"announced {found.length} bytes, got {len(content)}")
    found.content = content
    return web.Response(text=f"OK - {len(content)}")


async def download(core: Core, request: web.Request) -> web.Response:
    """The bytes, for the bot's token or, without one, for the sandbox's own page."""
    found = core.state.files.get(request.match_info["file"])
    if found is None or not found.completed or found.content is None:
        raise web.HTTPNotFound(text="no such file")
    token = request.headers.get("Authorization")
    if token is not None and token != f"Bearer {seed.BOT_TOKEN}":
        raise web.HTTPForbidden(text="wrong token")
    disposition = {"Content-Disposition": f'attachment; filename="{found.id}"', "X-Content-Type-Options": "nosniff"}
    return web.Response(body=found.content, content_type="application/octet-stream", headers=disposition)


async def _content(request: web.Request) -> bytes:
    if request.content_type != "multipart/form-data":
        return await request.read()
    for value in (await request.post()).values():
        if isinstance(value, web.FileField):
            return value.file.read()
    raise web.HTTPBadRequest(text="the form has no file")
