"""auth.test, team.info, apps.connections.open, reactions.add, pins.add: the small ones."""

from __future__ import annotations

import re

from bot.sandbox import seed
from bot.sandbox.core import Core
from bot.sandbox.model import Json, Message
from bot.sandbox.webapi import places
from bot.sandbox.webapi.call import ApiError, Call


def auth_test(core: Core, call: Call) -> Json:
    return {
        "url": f"https://{core.state.seed.team_domain}.slack.com/",
        "team": core.state.seed.team_name,
        "user": core.state.users[seed.BOT_USER].name,
        "team_id": core.state.seed.team_id,
        "user_id": seed.BOT_USER,
        "bot_id": seed.BOT_ID,
        "is_enterprise_install": False,
    }


def team_info(core: Core, call: Call) -> Json:
    team = core.state.seed
    url = f"https://{team.team_domain}.slack.com/"
    icon = {"image_default": True}
    shape = {"id": team.team_id, "name": team.team_name, "domain": team.team_domain, "url": url, "icon": icon}
    return {"team": shape | {"email_domain": "acme.example", "is_verified": False}}


def connections_open(core: Core, call: Call) -> Json:
    address = core.url.replace("http", "ws", 1)
    return {"url": f"{address}/link/?ticket={core.courier.socket.ticket()}&app_id={seed.APP_ID}"}


def reactions_add(core: Core, call: Call) -> Json:
    message = _message(core, call)
    name = call.text("name").strip(":")
    if not re.fullmatch(r"[a-z0-9_+'-]{1,100}", name):
        raise ApiError("invalid_name")
    people = message.reactions.setdefault(name, [])
    if seed.BOT_USER in people:
        raise ApiError("already_reacted")
    people.append(seed.BOT_USER)
    core.changes.note("channel", message.channel)
    return {}


def pins_add(core: Core, call: Call) -> Json:
    message = _message(core, call)
    pins = core.state.channels[message.channel].pins
    if message.ts in pins:
        raise ApiError("already_pinned")
    pins.append(message.ts)
    core.changes.note("channel", message.channel)
    return {}


def _message(core: Core, call: Call) -> Message:
    channel = places.channel(core, call)
    stamp = call.text("timestamp")
    if not stamp:
        raise ApiError("no_item_specified")
    if not re.fullmatch(r"\d+\.\d{6}", stamp):
        raise ApiError("bad_timestamp")
    message = places.message(core, call, channel, "timestamp")
    places.must_be_member(channel)
    return message
