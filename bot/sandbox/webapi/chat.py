"""chat.*: post, edit, delete, whisper, link."""

from __future__ import annotations

from dataclasses import replace

from bot.sandbox import bot_voice, seed, shapes
from bot.sandbox.core import Core
from bot.sandbox.model import Channel, Json
from bot.sandbox.strict import content
from bot.sandbox.webapi import places
from bot.sandbox.webapi.call import ApiError, Call, RateLimited


def post_message(core: Core, call: Call) -> Json:
    channel = _destination(core, call)
    written = content.read(call, "message")
    thread_ts = _thread(core, call, channel)
    if wait := core.limits.wait_to_post(channel.id):
        raise RateLimited(wait)
    broadcast = bool(thread_ts) and call.flag("reply_broadcast")
    message = bot_voice.say(
        core,
        channel.id,
        replace(written, text=written.text[: content.POST_TRUNCATES]),
        thread_ts,
        broadcast=broadcast,
        subtype="thread_broadcast" if broadcast else "",
        metadata=written.metadata or None,
    )
    core.events.message_posted(message)
    return {"channel": channel.id, "ts": message.ts, "message": shapes.message(core.state, message, True)}


def update(core: Core, call: Call) -> Json:
    """Text without blocks removes the blocks; metadata left out is kept and `{}` removes it (slack-facts 2.2)."""
    channel = places.channel(core, call)
    message = places.message(core, call, channel)
    if message.bot_id != seed.BOT_ID:
        raise ApiError("cant_update_message")
    written = content.read(call, "message")
    if len(written.text) > content.UPDATE_MOST:
        raise ApiError("msg_too_long")
    previous = shapes.message(core.state, message, True)
    if written.has_text:
        message.text = written.text
    if written.has_text or written.blocks is not None:
        message.blocks = written.blocks or []
    if written.attachments is not None:
        message.attachments = written.attachments
    if written.metadata is not None:
        message.metadata = written.metadata or None
    message.edited = {"user": seed.BOT_USER, "ts": core.clock.ts()}
    core.changes.note("channel", channel.id)
    core.events.message_changed(message, previous)
    shape = shapes.message(core.state, message, True)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": shape}


def delete(core: Core, call: Call) -> Json:
    channel = places.channel(core, call)
    message = places.message(core, call, channel)
    if message.bot_id != seed.BOT_ID:
        raise ApiError("cant_delete_message")
    previous = shapes.message(core.state, message, True)
    core.state.remove_message(message)
    core.events.message_deleted(message, previous)
    return {"channel": channel.id, "ts": message.ts}


def post_ephemeral(core: Core, call: Call) -> Json:
    channel = places.channel(core, call)
    places.must_be_open(channel)
    places.must_be_member(channel)
    user = call.text("user")
    if user not in channel.members:
        raise ApiError("user_not_in_channel")
    written = content.read(call, "message")
    message = bot_voice.say(core, channel.id, written, _thread(core, call, channel), ephemeral_to=user)
    return {"message_ts": message.ts}


def get_permalink(core: Core, call: Call) -> Json:
    channel = places.channel(core, call)
    message = places.message(core, call, channel, "message_ts")
    link = f"https://{core.state.seed.team_domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.thread_ts:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def _destination(core: Core, call: Call) -> Channel:
    """A channel by id or name, or a person's direct messages by user id."""
    wanted = call.text("channel")
    person = core.state.users.get(wanted)
    if person is not None:
        if person.is_bot or person.deleted:
            raise ApiError("channel_not_found")
        return core.state.direct_message(person.id)
    channel = core.state.channel_named(wanted)
    if channel is None or (channel.is_private and seed.BOT_USER not in channel.members):
        raise ApiError("channel_not_found")
    places.must_be_open(channel)
    if "chat:write.public" not in call.granted or channel.is_private:
        places.must_be_member(channel)
    return channel


def _thread(core: Core, call: Call, channel: Channel) -> str:
    """The root to answer under. Stricter than Slack: it must exist and be a root."""
    thread_ts = call.text("thread_ts")
    if not thread_ts:
        return ""
    root = core.state.message(channel.id, thread_ts)
    if root is None or root.ephemeral_to:
        raise ApiError("thread_not_found")
    if root.thread_ts:
        raise ApiError("cannot_reply_to_message")
    return thread_ts
