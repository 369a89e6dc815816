"""What a person does in a channel: says something, runs a command, uses a shortcut, writes to the bot."""

from __future__ import annotations

import uuid

from bot.sandbox import replies, seed, typing_text
from bot.sandbox.control.asked import Refused, channel_of, person, text
from bot.sandbox.core import Core
from bot.sandbox.delivery.answer import Asked
from bot.sandbox.model import Channel, Json, Message, User
from bot.sandbox.webapi.call import ApiError


async def say(core: Core, asked: Json) -> Json:
    user = person(core, asked)
    channel = channel_of(core, asked, user)
    written = text(asked, "text")
    if written.startswith("/"):
        raise Refused("starts_with_slash")
    thread_ts = _thread(core, asked, channel)
    message = core.state.add_message(
        Message(
            channel.id,
            core.clock.ts(),
            user.id,
            typing_text.sent(core.state, written),
            thread_ts=thread_ts,
            client_msg_id=str(uuid.uuid4()),
        )
    )
    core.events.message_posted(message)
    return {"ts": message.ts, "channel": channel.id}


async def command(core: Core, asked: Json) -> Json:
    """Run a slash command and wait, as the person would, until the app answered or Slack gave up."""
    user = person(core, asked)
    channel = channel_of(core, asked, user)
    if asked.get("thread_ts"):
        raise Refused("not_supported_in_thread")
    name, _, rest = text(asked, "text").strip().partition(" ")
    known = core.state.manifest.command(name) if core.state.manifest else None
    if not name.startswith("/") or len(name) < 2 or (core.state.manifest and known is None):
        raise Refused("not_a_command")
    if user.is_stranger and not asked.get("force"):
        raise Refused("not_available_to_external_members")
    arguments = rest.strip()
    if known is not None and known.should_escape:
        arguments = typing_text.sent(core.state, arguments)
    payload = core.payloads.slash_command(user, channel, name, arguments)
    outcome = await core.courier.ask("slash_commands", name, payload)
    return _shown(core, user, channel, name, rest.strip(), outcome)


async def shortcut(core: Core, asked: Json) -> Json:
    """A message shortcut (channel and ts given) or a global one."""
    user = person(core, asked)
    callback_id = text(asked, "callback_id")
    known = core.state.manifest.shortcut(callback_id) if core.state.manifest else None
    if core.state.manifest and known is None:
        raise Refused("not_a_shortcut")
    if user.is_stranger and not asked.get("force"):
        raise Refused("not_available_to_external_members")
    if not asked.get("ts"):
        payload = core.payloads.global_shortcut(user, callback_id)
        return answer(core, user, "", await core.courier.ask("interactive", "shortcut", payload))
    channel = channel_of(core, asked, user)
    message = core.state.message(channel.id, text(asked, "ts"))
    if message is None or message.ephemeral_to:
        raise Refused("message_not_found")
    payload = core.payloads.message_shortcut(user, message, callback_id)
    outcome = await core.courier.ask("interactive", "message_action", payload)
    return answer(core, user, channel.id, outcome, message.thread_ts)


async def dm(core: Core, asked: Json) -> Json:
    user = person(core, asked)
    if user.is_stranger:
        raise Refused("not_available_to_external_members")
    return {"channel": core.state.direct_message(user.id).id}


def answer(core: Core, user: User, channel: str, outcome: Asked, thread_ts: str = "", what: str = "") -> Json:
    """The outcome of asking the app, after telling the person, as Slackbot, when the app failed them."""
    result: Json = {
        "ok": outcome.ok,
        "status": outcome.status,
        "ack_ms": outcome.ack_ms,
        "delivery_id": outcome.delivery_id,
    }
    if outcome.response is not None:
        result["response"] = outcome.response
    if not outcome.ok:
        result["error"] = outcome.status
        if channel:
            failed = what or "That"
            core.state.say_as_slackbot(
                user.id, channel, f'{failed} failed with the error "{outcome.status}"', thread_ts
            )
    return result


def _shown(core: Core, user: User, channel: Channel, name: str, rest: str, outcome: Asked) -> Json:
    """Show the acknowledgement's body: to the person alone, or to all under an echo of what they typed."""
    reply = outcome.response
    if outcome.ok and reply:
        try:
            if isinstance(reply, dict) and reply.get("response_type") == "in_channel":
                replies.check(reply)
                echo = f"{name} {rest}".strip()
                core.state.add_message(Message(channel.id, core.clock.ts(), user.id, echo, subtype="command_echo"))
            replies.show(core, user.id, channel.id, reply)
        except ApiError as refusal:
            outcome = Asked(refusal.error, outcome.ack_ms, reply, outcome.delivery_id)
    return answer(core, user, channel.id, outcome, what=name)


def _thread(core: Core, asked: Json, channel: Channel) -> str:
    thread_ts = str(asked.get("thread_ts") or "")
    if not thread_ts:
        return ""
    root = core.state.message(channel.id, thread_ts)
    if root is None or root.user == seed.SLACKBOT or root.ephemeral_to:
        raise Refused("thread_not_found")
    return root.thread_ts or root.ts
