"""A sandbox workspace beside the HTTP side, and Slack's signed deliveries as bytes on the wire."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import requests
from fastapi import FastAPI
from starlette.routing import Route

from bot.app import Interlock
from bot.sandbox.server import Sandbox, start
from handlers.bolt_app import make_bolt
from handlers.front import Front
from handlers.slack_http import SlackRoute
from tests.handlers.http_server import Served, loop_in_a_thread
from tests.stories.house import SECRET

MANIFEST = Path(__file__).parents[2] / "configs" / "manifest.yaml"
FORM = "application/x-www-form-urlencoded"


@contextmanager
def slack() -> Iterator[Sandbox]:
    """A workspace until the end of the block."""
    with loop_in_a_thread() as loop:
        sandbox = asyncio.run_coroutine_threadsafe(start(0, MANIFEST), loop).result(10)
        try:
            yield sandbox
        finally:
            asyncio.run_coroutine_threadsafe(sandbox.stop(), loop).result(10)


def of_slack(sandbox: Sandbox) -> dict[str, Any]:
    """The environment of a process that talks to this workspace."""
    return {"SLACK_BOT_TOKEN": "xoxb-sandbox", "SLACK_API_URL": sandbox.api_url, "SLACK_SIGNING_SECRET": SECRET}


def learn(world: Served) -> None:
    """Let the process ask Slack who it is."""
    learning = world.road.core.identity.learn(world.interlock.web)
    asyncio.run_coroutine_threadsafe(learning, world.loop).result(10)


def with_slack_route(interlock: Interlock, app: FastAPI) -> None:
    """Mount Slack's route as the serving process does."""
    route = SlackRoute(make_bolt(interlock, Front(interlock)), SECRET)
    app.router.routes.append(Route("/slack/events", route.answer, methods=["POST"]))


def signature(body: bytes, timestamp: str, secret: str = SECRET) -> str:
    """What Slack writes into `x-slack-signature`."""
    base = b"v0:" + timestamp.encode() + b":" + body
    return f"v0={hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()}"


def signed(body: bytes, content_type: str = FORM, timestamp: str = "", secret: str = SECRET) -> dict[str, str]:
    """The headers of a delivery, signed now unless told otherwise."""
    at = timestamp or str(int(time.time()))
    return {
        "Content-Type": content_type,
        "X-Slack-Request-Timestamp": at,
        "X-Slack-Signature": signature(body, at, secret),
    }


def deliver(world: Served, body: bytes, headers: dict[str, str] | None = None) -> requests.Response:
    """Send a delivery; signed, unless headers say how."""
    sent = signed(body) if headers is None else headers
    return requests.post(f"{world.url}/slack/events", data=body, headers=sent, timeout=10)


def slash(text: str, command: str = "/release", **more: str) -> bytes:
    """The body of a slash command that Lee types."""
    fields = {
        "token": "of-old-times",
        "team_id": "T01ACME",
        "team_domain": "acme",
        "channel_id": "C01REL",
        "channel_name": "releases",
        "user_id": "U01LEE",
        "user_name": "lee",
        "command": command,
        "text": text,
        "api_app_id": "A01INTERLOCK",
        "trigger_id": f"{time.time_ns()}.1.a",
    }
    return urlencode(fields | more).encode()


def event(body: object) -> tuple[bytes, dict[str, str]]:
    """A JSON delivery and its headers."""
    raw = json.dumps(body).encode()
    return raw, signed(raw, "application/json")
