"""Answering the person who clicked, and nobody else: below the message, or in a dialog where there is no message."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from bot.domain.message import Message
from handlers.front import Front

SLACK_HOSTS = frozenset({"hooks.slack.com", "hooks.slack-gov.com"})
_ERRORS_ARE_FINE = ("not_in_channel", "channel_not_found")


def as_response(message: Message, **more: object) -> dict[str, Any]:
    """A message as the body of an acknowledgement or a response_url call."""
    return {"response_type": "ephemeral", "text": message.text, "blocks": list(message.blocks), **more}


async def reply(front: Front, body: Mapping[str, Any], message: Message, replace: bool = False) -> None:
    """Show a message to whoever caused this payload."""
    channel, thread = place_of(body)
    url = str(body.get("response_url") or "")
    if url and (replace or not thread) and may_answer(url, front.interlock.slack_origin):
        answer = as_response(message, replace_original=replace)
        async with front.interlock.session.post(url, json=answer, allow_redirects=False):
            return
    if channel:
        arguments = {
            "channel": channel,
            "user": user_of(body),
            "text": message.text,
            "blocks": list(message.blocks),
        }
        await front.interlock.web.call("chat.postEphemeral", arguments | ({"thread_ts": thread} if thread else {}))


def place_of(body: Mapping[str, Any]) -> tuple[str, str]:
    """Channel and thread that a payload comes from; the thread is empty for a message of the channel itself."""
    container, message = body.get("container") or {}, body.get("message") or {}
    event = body.get("event") or {}
    channel = (body.get("channel") or {}).get("id") or container.get("channel_id") or event.get("channel") or ""
    thread = message.get("thread_ts") or container.get("thread_ts") or event.get("thread_ts") or ""
    top = message.get("ts") or container.get("message_ts")
    return str(channel), "" if thread == top else str(thread)


def user_of(body: Mapping[str, Any]) -> str:
    """The user id in a payload."""
    return str((body.get("user") or {}).get("id") or (body.get("event") or {}).get("user") or "")


def may_answer(url: str, slack_origin: str) -> bool:
    """Whether a response_url is Slack's own, or lies on the origin that SLACK_API_URL names (slack-facts 5, 13)."""
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname in SLACK_HOSTS:
        return True
    return bool(slack_origin) and f"{parts.scheme}://{parts.netloc}" == slack_origin
