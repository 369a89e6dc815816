"""conversations.*: what channels there are, who is in them, and what was said."""

from __future__ import annotations

from bot.sandbox import seed, shapes
from bot.sandbox.core import Core
from bot.sandbox.model import Channel, Json, Message
from bot.sandbox.webapi import places
from bot.sandbox.webapi.call import ApiError, Call

TYPES = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}


def info(core: Core, call: Call) -> Json:
    channel = places.channel(core, call)
    places.need_for(call, channel, "read")
    shape = shapes.channel(channel, core.state.seed.team_id, call.flag("include_num_members"))
    return {"channel": shape}


def list_(core: Core, call: Call) -> Json:
    kinds = _kinds(call)
    every = [one for one in core.state.channels.values() if one.kind in kinds and _visible(one)]
    if call.flag("exclude_archived"):
        every = [one for one in every if not one.is_archived]
    return _channels(core, call, every)


def of_user(core: Core, call: Call) -> Json:
    """users.conversations: the channels that a person, or the bot itself, is in; without `is_member`."""
    who = call.text("user", seed.BOT_USER)
    if who not in core.state.users:
        raise ApiError("user_not_found")
    kinds = _kinds(call)
    every = [one for one in core.state.channels.values() if who in one.members and one.kind in kinds and _visible(one)]
    answer = _channels(core, call, every)
    for shown in answer["channels"]:
        shown.pop("is_member", None)
        shown.pop("num_members", None)
    return answer


def members(core: Core, call: Call) -> Json:
    channel = places.channel(core, call)
    places.need_for(call, channel, "read")
    page, cursor = call.page(channel.members)
    return {"members": page, "response_metadata": {"next_cursor": cursor}}


def history(core: Core, call: Call) -> Json:
    """Newest first; replies are left out unless they were broadcast."""
    channel = _readable(core, call)
    said = [one for one in core.state.in_channel(channel.id) if not one.ephemeral_to]
    said = [one for one in said if not one.thread_ts or one.broadcast]
    return _messages(core, call, list(reversed(_between(call, said)))) | {"pin_count": len(channel.pins)}


def replies(core: Core, call: Call) -> Json:
    """The root, then its replies, oldest first."""
    channel = _readable(core, call)
    root = core.state.message(channel.id, call.required("ts"))
    if root is None or root.ephemeral_to:
        raise ApiError("thread_not_found")
    below = [] if root.thread_ts else _between(call, core.state.replies(channel.id, root.ts))
    return _messages(core, call, [root, *below])


def open_(core: Core, call: Call) -> Json:
    if call.has("channel"):
        channel = places.channel(core, call)
        if not channel.is_im:
            raise ApiError("method_not_supported_for_channel_type")
        return {"channel": {"id": channel.id}, "no_op": True, "already_open": True}
    users = [one for one in call.text("users").split(",") if one]
    if not users:
        raise ApiError("users_list_not_supplied")
    if len(users) > 1:
        raise ApiError("too_many_users")
    person = core.state.users.get(users[0])
    if person is None:
        raise ApiError("user_not_found")
    if person.deleted:
        raise ApiError("user_disabled")
    if person.is_bot:
        raise ApiError("invalid_user_combination")
    known = {one.im_user for one in core.state.channels.values()}
    channel = core.state.direct_message(person.id)
    if person.id in known:
        return {"channel": {"id": channel.id}, "no_op": True, "already_open": True}
    return {"channel": {"id": channel.id}}


def join(core: Core, call: Call) -> Json:
    channel = places.channel(core, call)
    if channel.is_private or channel.is_im:
        raise ApiError("method_not_supported_for_channel_type")
    places.must_be_open(channel)
    answer: Json = {}
    if seed.BOT_USER in channel.members:
        answer = {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
    else:
        channel.members.append(seed.BOT_USER)
        core.changes.note("workspace")
        core.events.joined(seed.BOT_USER, channel)
    return {"channel": shapes.channel(channel, core.state.seed.team_id), **answer}


def _kinds(call: Call) -> set[str]:
    wanted = call.text("types", "public_channel").split(",")
    unknown = [one for one in wanted if one.strip() not in TYPES]
    if unknown:
        raise ApiError("invalid_types")
    prefix = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}
    kinds = {TYPES[one.strip()] for one in wanted}
    for kind in sorted(kinds):
        call.need(f"{prefix[kind]}:read")
    return kinds


def _visible(channel: Channel) -> bool:
    return seed.BOT_USER in channel.members or not (channel.is_private or channel.is_im)


def _channels(core: Core, call: Call, every: list[Channel]) -> Json:
    page, cursor = call.page(every)
    shown = [shapes.channel(one, core.state.seed.team_id, with_members=True) for one in page]
    return {"channels": shown, "response_metadata": {"next_cursor": cursor}}


def _readable(core: Core, call: Call) -> Channel:
    channel = places.channel(core, call)
    places.need_for(call, channel, "history")
    places.must_be_member(channel)
    return channel


def _between(call: Call, said: list[Message]) -> list[Message]:
    oldest, latest = _stamp(call, "oldest", 0.0), _stamp(call, "latest", float("inf"))
    if call.flag("inclusive"):
        return [one for one in said if oldest <= float(one.ts) <= latest]
    return [one for one in said if oldest < float(one.ts) < latest]


def _stamp(call: Call, name: str, default: float) -> float:
    given = call.text(name)
    if not given or given == "now":
        return default
    try:
        return float(given)
    except ValueError:
        raise ApiError(f"invalid_ts_{name}") from None


def _messages(core: Core, call: Call, said: list[Message]) -> Json:
    page, cursor = call.page(said, most=999)
    with_metadata = call.flag("include_all_metadata")
    shown = [shapes.message(core.state, one, with_metadata) for one in page]
    return {"messages": shown, "has_more": bool(cursor), "response_metadata": {"next_cursor": cursor}}
