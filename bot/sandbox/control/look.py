"""What one person sees: the workspace, a channel or thread, modals and the home tab."""

from __future__ import annotations

from dataclasses import asdict

from aiohttp import web

from bot.sandbox import seed, shapes
from bot.sandbox.control.asked import Refused
from bot.sandbox.core import Core
from bot.sandbox.model import Channel, Json, Message, User

SHOWN_OF_USER = (
    *("id", "name", "real_name", "tz", "is_bot", "is_restricted", "is_ultra_restricted"),
    *("is_stranger", "deleted", "roles_hint"),
)


async def workspace(core: Core, request: web.Request) -> Json:
    state = core.state
    you = state.users.get(request.query.get("user", ""))
    bot = state.users[seed.BOT_USER]
    answer: Json = {
        "team": {"id": state.seed.team_id, "name": state.seed.team_name, "domain": state.seed.team_domain},
        "users": [_user(one) for one in state.users.values()],
        "usergroups": [
            {"id": one.id, "handle": one.handle, "name": one.name, "users": one.users, "disabled": one.disabled}
            for one in state.usergroups.values()
        ],
        "channels": [_channel(one) for one in state.channels.values() if _may_see(one, you)],
        "commands": [asdict(one) for one in state.manifest.commands] if state.manifest else [],
        "shortcuts": [asdict(one) for one in state.manifest.shortcuts] if state.manifest else [],
        "bot": {
            "user_id": bot.id,
            "app_id": bot.app_id,
            "name": bot.name,
            "connected": core.courier.connected(),
            "scopes": list(core.granted()),
        },
        "seq": core.changes.seq,
    }
    if you is not None:
        answer["you"] = _user(you)
    return answer


async def messages(core: Core, request: web.Request) -> Json:
    user, channel = request.query.get("user", ""), request.query.get("channel", "")
    found = core.state.channel_named(channel)
    if found is None:
        raise Refused("channel_not_found")
    reader = core.state.users.get(user)
    if reader is None:
        raise Refused("user_not_found")
    if not _may_see(found, reader):
        raise Refused("not_in_channel")
    thread_ts = request.query.get("thread_ts", "")
    every = [one for one in core.state.in_channel(found.id) if one.ephemeral_to in ("", user)]
    if thread_ts:
        shown = [one for one in every if thread_ts in (one.ts, one.thread_ts)]
    else:
        shown = [one for one in every if not one.thread_ts or one.broadcast]
    return {"messages": [_message(core, one) for one in shown], "seq": core.changes.seq}


async def views(core: Core, request: web.Request) -> Json:
    user = request.query.get("user", "")
    home = core.state.homes.get(user)
    modals = [shapes.view(core.state, one) for one in core.state.modals.get(user, [])]
    shown = shapes.view(core.state, home) if home is not None else None
    return {"modals": modals, "home": shown, "seq": core.changes.seq}


def _user(one: User) -> Json:
    shown: Json = {name: getattr(one, name) for name in SHOWN_OF_USER}
    if one.id == seed.SLACKBOT:
        shown["is_bot"] = True
    return shown


def _channel(one: Channel) -> Json:
    shown: Json = {
        "id": one.id,
        "name": "interlock" if one.is_im else one.name,
        "is_im": one.is_im,
        "is_private": one.is_private,
        "is_archived": one.is_archived,
        "is_ext_shared": one.is_ext_shared,
        "is_member_bot": seed.BOT_USER in one.members,
        "members": one.members,
        "topic": one.topic,
    }
    if one.is_im:
        shown["user"] = one.im_user
    return shown


def _may_see(channel: Channel, user: User | None) -> bool:
    """Members see their channels; full members see every public one; without a person, all but direct messages."""
    if user is None:
        return not channel.is_im
    outsider = user.is_restricted or user.is_ultra_restricted or user.is_stranger or user.deleted
    return user.id in channel.members or not (channel.is_private or channel.is_im or outsider)


def _message(core: Core, one: Message) -> Json:
    shown = shapes.message(core.state, one, with_metadata=True)
    shown.pop("bot_profile", None)
    if one.ephemeral_to:
        shown["ephemeral_to"] = one.ephemeral_to
    if one.broadcast:
        shown["broadcast"] = True
    return shown
