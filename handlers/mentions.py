"""Mentions: `@interlock promote`, which works where slash commands do not, inside threads."""

import re
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.engine.locate import Place
from handlers.front import Front
from handlers.reply import place_of, reply
from handlers.words import read_words

_CALLED = re.compile(r"<@[UW][A-Z0-9]+(?:\|[^>]*)?>")


def register(app: AsyncApp, front: Front) -> None:
    """Listen to mentions, once for each message: an edit or a redelivery is not another wish."""

    @app.event("app_mention")
    async def on_mention(body: dict[str, Any], event: dict[str, Any]) -> None:
        if event.get("edited") or event.get("bot_id") or not event.get("user"):
            return
        await _answer(front, body, event)


async def _answer(front: Front, body: dict[str, Any], event: dict[str, Any]) -> None:
    actor = await front.actor(body)
    command = read_words(_CALLED.sub(" ", str(event.get("text") or "")).strip())
    if command is None:
        message = await front.help(actor)
    else:
        channel, thread = place_of(body)
        key = f"mention:{channel}:{event.get('ts')}"
        _, message = await front.run(command, actor, "mention", key, Place(channel=channel, thread=thread))
    front.afterwards(reply(front, body, message), "mention")
