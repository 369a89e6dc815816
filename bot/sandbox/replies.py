"""What an app answers to a person: the body of an acknowledgement, and what arrives at a response URL."""

from __future__ import annotations

import json

from aiohttp import web

from bot.sandbox import bot_voice, seed
from bot.sandbox.core import Core
from bot.sandbox.model import Json, Message, ResponseUrl
from bot.sandbox.strict import content
from bot.sandbox.strict.content import Content
from bot.sandbox.webapi.call import ApiError, Call

FIELDS = {"text", "blocks", "attachments", "response_type", "replace_original", "delete_original", "thread_ts"}
FIELDS |= {"metadata", "mrkdwn", "unfurl_links", "unfurl_media", "link_names", "parse"}


def show(core: Core, user: str, channel: str, reply: Json | str, thread_ts: str = "") -> Message:
    """Put an app's reply into the channel: for this person only, unless it asks for `in_channel`; raises ApiError."""
    body: Json = {"text": reply} if isinstance(reply, str) else reply
    public = body.get("response_type") == "in_channel"
    message = bot_voice.say(core, channel, _content(body), thread_ts, ephemeral_to="" if public else user)
    core.events.message_posted(message)
    return message


async def receive(core: Core, request: web.Request) -> web.Response:
    """POST on a response URL: five uses in thirty minutes, then it is gone (slack-facts 1.2)."""
    found = core.state.response_urls.get(request.match_info["token"])
    if found is None:
        return _no(404, "invalid_url")
    if core.clock.now() - found.made_at > core.settings.response_url_seconds:
        return _no(404, "expired_url")
    if found.uses >= core.settings.response_url_uses:
        return _no(404, "used_url")
    found.uses += 1
    try:
        body = json.loads(await request.read())
    except ValueError:
        return _no(400, "invalid_payload")
    if not isinstance(body, dict):
        return _no(400, "invalid_payload")
    try:
        _apply(core, found, body)
    except ApiError as refusal:
        return _no(400, refusal.error, refusal.extra)
    return web.Response(text="ok")


def _apply(core: Core, found: ResponseUrl, body: Json) -> None:
    source = core.state.message(found.channel, found.source_ts or "")
    if body.get("delete_original"):
        if source is None:
            raise ApiError("message_not_found")
        core.state.remove_message(source)
    elif body.get("replace_original") and found.source_ts:
        if source is None:
            raise ApiError("message_not_found")
        _replace(core, source, body)
    else:
        thread_ts = str(body.get("thread_ts") or (found.thread_ts if body.get("response_type") != "in_channel" else ""))
        show(core, found.user, found.channel, body, thread_ts)


def _replace(core: Core, source: Message, body: Json) -> None:
    written = _content(body)
    source.text, source.blocks = written.text, written.blocks or []
    source.attachments = written.attachments or []
    if not source.ephemeral_to:
        source.edited = {"user": seed.BOT_USER, "ts": core.clock.ts()}
    core.changes.note("channel", source.channel)


def _content(body: Json) -> Content:
    unknown = set(body) - FIELDS
    if unknown:
        raise ApiError("invalid_payload", detail=f"unknown fields: {', '.join(sorted(unknown))}")
    return content.read(Call("response", body, ()), "message")


def check(reply: Json) -> None:
    """Raises the ApiError that `show` would."""
    _content(reply)


def _no(status: int, error: str, extra: Json | None = None) -> web.Response:
    return web.json_response({"ok": False, "error": error, **(extra or {})}, status=status)
