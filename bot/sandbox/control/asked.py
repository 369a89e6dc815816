"""Control requests: how they are read, and how they are refused."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from bot.sandbox import seed
from bot.sandbox.core import Core
from bot.sandbox.model import Channel, Json, User


class Refused(Exception):
    """The workspace does not let this person do this; `error` is the code the page and the tests see."""

    def __init__(self, error: str, **extra: Any) -> None:
        super().__init__(error)
        self.error = error
        self.extra = extra


async def body(request: web.Request) -> Json:
    """The JSON object of a POST. Only JSON is taken: a form from a foreign web page cannot reach this."""
    if request.content_type != "application/json":
        raise Refused("json_expected")
    try:
        parsed = json.loads(await request.read() or b"{}")
    except ValueError:
        raise Refused("invalid_json") from None
    if not isinstance(parsed, dict):
        raise Refused("json_not_object")
    return parsed


def text(asked: Json, name: str) -> str:
    value = asked.get(name)
    if not isinstance(value, str) or not value:
        raise Refused("missing_field", field=name)
    return value


def person(core: Core, asked: Json) -> User:
    """Who acts: a person who may still sign in. Bots and Slackbot act through the API only."""
    found = core.state.users.get(text(asked, "user"))
    if found is None:
        raise Refused("user_not_found")
    if asked.get("force"):
        return found
    if found.deleted:
        raise Refused("account_inactive")
    if found.is_bot or found.id == seed.SLACKBOT:
        raise Refused("user_is_bot")
    return found


def channel_of(core: Core, asked: Json, user: User) -> Channel:
    found = core.state.channel_named(text(asked, "channel"))
    if found is None:
        raise Refused("channel_not_found")
    if user.id not in found.members and not asked.get("force"):
        raise Refused("not_in_channel")
    return found
