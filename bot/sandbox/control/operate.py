"""The test's own levers: faults, settings, the app's address, logs, redelivery, the clock, a fresh start."""

from __future__ import annotations

import secrets
from dataclasses import asdict

from aiohttp import web

from bot.sandbox import limits
from bot.sandbox.control.asked import Refused, text
from bot.sandbox.core import Core
from bot.sandbox.delivery.events import VERIFICATION_TOKEN
from bot.sandbox.misbehave import FaultError
from bot.sandbox.model import Json
from bot.sandbox.settings import SettingError
from bot.sandbox.webapi.catalogue import METHODS

DISCONNECT_REASONS = ("warning", "refresh_requested", "link_disabled", "too_many_websockets")


async def misbehave(core: Core, asked: Json) -> Json:
    """A fault (`kind` and its fields), `{clear: true | kind}`, or at once: `disconnect`, `drop_sockets`."""
    if asked.get("clear"):
        core.faults.clear(None if asked["clear"] is True else str(asked["clear"]))
    elif asked.get("kind") == "disconnect":
        reason = str(asked.get("reason") or "refresh_requested")
        if reason not in DISCONNECT_REASONS:
            raise Refused("unknown_reason", known=list(DISCONNECT_REASONS))
        core.courier.spawn(core.courier.socket.disconnect(reason, float(asked.get("seconds") or 0)))
    elif asked.get("kind") == "drop_sockets":
        core.courier.socket.drop()
    else:
        try:
            fault = core.faults.add(asked)
        except FaultError as problem:
            raise Refused("unknown_misbehaviour", detail=str(problem)) from problem
        if fault.kind == "silent_socket":
            core.courier.socket.silence()
            if fault.times is not None:
                core.faults.clear("silent_socket")
    return {"active": core.faults.public()}


async def reset(core: Core, asked: Json) -> Json:
    core.reset()
    return {}


async def app(core: Core, asked: Json) -> Json:
    """Where the app is: `request_url` and `signing_secret` for HTTP, `transport` to insist on one."""
    names = {"request_url", "signing_secret", "transport"}
    _set(core, {name: value for name, value in asked.items() if name in names})
    core.changes.note("workspace")
    return {"connected": core.courier.connected()}


async def verify(core: Core, asked: Json) -> Json:
    """What Slack does when a request URL is saved: it sends a challenge, and the app must echo it."""
    challenge = secrets.token_hex(20)
    payload: Json = {"token": VERIFICATION_TOKEN, "challenge": challenge, "type": "url_verification"}
    outcome = await core.courier.ask("events_api", "url_verification", payload)
    echoed = outcome.response.get("challenge") if isinstance(outcome.response, dict) else outcome.response
    return {"verified": outcome.ok and echoed == challenge, "status": outcome.status}


async def event(core: Core, asked: Json) -> Json:
    """Deliver any event: `{event: {type: …}}`, put into Slack's envelope."""
    wanted = asked.get("event")
    if not isinstance(wanted, dict):
        raise Refused("missing_field", field="event")
    text(wanted, "type")
    return {"delivery_id": core.events.anything(wanted)}


async def settings(core: Core, asked: Json) -> Json:
    _set(core, asked)
    return {"settings": core.settings.public()}


async def advance(core: Core, asked: Json) -> Json:
    """Turn the workspace's clock forward: triggers, response URLs and rate windows age; signatures stay fresh."""
    seconds = asked.get("seconds")
    if not isinstance(seconds, int | float) or seconds < 0:
        raise Refused("wrong_type", field="seconds")
    core.clock.advance(seconds)
    core.changes.note("workspace")
    return {"ahead": core.clock.ahead}


async def redeliver(core: Core, asked: Json) -> Json:
    again = core.courier.redeliver(text(asked, "delivery_id"))
    if again is None:
        raise Refused("delivery_not_found")
    return {"delivery_id": again.id}


async def calls(core: Core, request: web.Request) -> Json:
    since = _since(request)
    return {"calls": [one for one in core.calls if one["seq"] > since], "seq": core.changes.seq}


async def deliveries(core: Core, request: web.Request) -> Json:
    since = _since(request)
    return {
        "deliveries": [asdict(one) for one in core.courier.log.values() if one.seq > since],
        "seq": core.changes.seq,
    }


async def show_settings(core: Core, request: web.Request) -> Json:
    return {
        "settings": core.settings.public(),
        "misbehaviour": core.faults.public(),
        "limits": {name: method.tier for name, method in METHODS.items()},
        "per_minute": limits.PER_MINUTE,
        "post_burst": limits.POST_BURST,
    }


async def changes(core: Core, request: web.Request) -> Json:
    try:
        timeout = float(request.query.get("timeout", "25"))
    except ValueError:
        raise Refused("wrong_type", field="timeout") from None
    return {"seq": await core.changes.after(_since(request), min(timeout, 60.0))}


def _since(request: web.Request) -> int:
    try:
        return int(request.query.get("since", "0"))
    except ValueError:
        raise Refused("wrong_type", field="since") from None


def _set(core: Core, wanted: Json) -> None:
    try:
        core.settings.change(wanted)
    except SettingError as problem:
        raise Refused("invalid_setting", detail=str(problem)) from problem
