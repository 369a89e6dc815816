"""Finding the channel and message that a call names, with Slack's own refusals when the bot may not reach them."""

from __future__ import annotations

from bot.sandbox import seed
from bot.sandbox.core import Core
from bot.sandbox.model import Channel, Message
from bot.sandbox.webapi.call import ApiError, Call


def channel(core: Core, call: Call, name: str = "channel") -> Channel:
    """The channel with this id. A private one that the bot is not in does not exist for it."""
    found = core.state.channels.get(call.text(name))
    if found is None or ((found.is_private or found.is_im) and seed.BOT_USER not in found.members):
        raise ApiError("channel_not_found")
    return found


def must_be_member(found: Channel) -> None:
    if seed.BOT_USER not in found.members:
        raise ApiError("not_in_channel")


def must_be_open(found: Channel) -> None:
    if found.is_archived:
        raise ApiError("is_archived")


def need_for(call: Call, found: Channel, right: str) -> None:
    """`channels:history`, `groups:history` or `im:history`, as the channel is."""
    call.need({"channel": "channels", "group": "groups", "im": "im"}[found.kind] + ":" + right)


def message(core: Core, call: Call, found: Channel, name: str = "ts") -> Message:
    one = core.state.message(found.id, call.text(name))
    if one is None or one.ephemeral_to:
        raise ApiError("message_not_found")
    return one
