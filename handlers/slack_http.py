"""Slack over HTTP: a thin adapter of our own, because Bolt's loses bodies that contain the word "payload"."""

import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import parse_qsl

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.request.async_internals import build_async_context
from slack_bolt.request.async_request import AsyncBoltRequest
from starlette.requests import Request
from starlette.responses import Response

LARGEST = 1_000_000
"""Bytes of a body that are read; Slack's own are far smaller."""

_PASSED_ON = frozenset(
    {"content-type", "x-slack-signature", "x-slack-request-timestamp", "x-slack-retry-num", "x-slack-retry-reason"}
)
"""Headers that Bolt sees. Its own `x-slack-bolt-*` would be believed from anyone (slack-facts 3.5)."""

_OLDEST_SECONDS = 300
"""Age at which a signature counts no more (Slack's own advice)."""


class SlackRoute:
    """`POST /slack/events`: signature first, on the raw bytes, before anything of the body is believed."""

    def __init__(self, app: AsyncApp, signing_secret: str) -> None:
        self._app = app
        self._secret = signing_secret.encode()

    async def answer(self, request: Request) -> Response:
        """Answer one delivery: 413 too large, 401 not from Slack, 400 not readable, else what Bolt answers."""
        raw = await _read(request)
        if raw is None:
            return Response("too large", status_code=413)
        headers = {name: value for name, value in request.headers.items() if name in _PASSED_ON}
        if not self._is_signed(raw, headers):
            return Response("bad signature", status_code=401)
        try:
            text = raw.decode("utf-8")
            body = _parse(text, headers.get("content-type", ""))
        except (ValueError, RecursionError):
            return Response("not readable", status_code=400)
        if body.get("ssl_check") == "1":
            return Response("", status_code=200)
        bolt = AsyncBoltRequest(body="", headers={name: [value] for name, value in headers.items()})
        bolt.raw_body = text
        bolt.body = body
        bolt.context = build_async_context(AsyncBoltContext({}), body)
        answer = await self._app.async_dispatch(bolt)
        content_type = answer.first_headers_without_set_cookie().get("content-type")
        return Response(
            answer.body, status_code=answer.status, headers={"content-type": content_type} if content_type else None
        )

    def _is_signed(self, raw: bytes, headers: dict[str, str]) -> bool:
        """HMAC-SHA256 over the bytes as they came; the SDK's own check raises for garbage and for what is not UTF-8."""
        timestamp, signature = (headers.get(f"x-slack-{name}", "") for name in ("request-timestamp", "signature"))
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12 and signature.isascii()):
            return False
        if abs(time.time() - int(timestamp)) > _OLDEST_SECONDS:
            return False
        made = hmac.new(self._secret, f"v0:{timestamp}:".encode() + raw, hashlib.sha256).hexdigest()
        return hmac.compare_digest(f"v0={made}", signature)


async def _read(request: Request) -> bytes | None:
    """The body, or None as soon as it is larger than anything Slack sends."""
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > LARGEST:
            return None
    return bytes(raw)


def _parse(text: str, content_type: str) -> dict[str, Any]:
    """The payload: JSON as it is, or a form with its `payload` field unpacked. Raises ValueError, RecursionError."""
    if content_type.startswith("application/json"):
        body = json.loads(text)
    else:
        form = dict(parse_qsl(text, keep_blank_values=True))
        body = json.loads(form["payload"]) if "payload" in form else form
    if not isinstance(body, dict):
        raise ValueError("a payload is an object")
    return body
