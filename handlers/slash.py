"""Slash commands: `/release <verb> …`, and the three that people type most."""

import time
from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.domain.actions import ACTIONS
from bot.domain.command import Command
from bot.domain.refusal import Code, Refusal
from bot.engine.locate import Place
from handlers.front import Front
from handlers.modals import offer_form
from handlers.reply import as_response
from handlers.words import read_words


def command_names(prefix: str) -> dict[str, str]:
    """The slash commands by name, each with the verb that it stands for; `/release` takes its verb from the text."""
    aliases = {f"/{prefix}{row.alias}": row.name for row in ACTIONS.values() if row.alias}
    return {f"/{prefix}release": "", **aliases}


def register(app: AsyncApp, front: Front, prefix: str) -> None:
    """Listen to every slash command of the catalogue."""
    for name, verb in command_names(prefix).items():
        app.command(name)(_listener(front, verb))


def _listener(front: Front, verb: str) -> Any:
    async def on_slash(ack: AsyncAck, body: dict[str, Any]) -> None:
        began = time.perf_counter()
        await ack(await _answer(front, verb, body))
        front.acked("slash", began)

    return on_slash


async def _answer(front: Front, verb: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """The answer rides on the acknowledgement (design 5)."""
    actor = await front.actor(body)
    command = read_words(f"{verb} {body.get('text') or ''}".strip())
    if command is None:
        return as_response(await front.help(actor))
    if isinstance(command, Refusal) and await _asks_for_more(front, verb, command, body):
        return {}
    place = Place(channel=str(body.get("channel_id") or ""))
    key = f"slash:{body.get('trigger_id')}" if body.get("trigger_id") else ""
    _, message = await front.run(command, actor, "slash", key, place)
    return as_response(message)


async def _asks_for_more(front: Front, verb: str, refusal: Refusal, body: Mapping[str, Any]) -> bool:
    """A verb that was typed without what it needs opens its form instead of an error; False when it cannot."""
    words = f"{verb} {body.get('text') or ''}".split()
    missing = refusal.code is Code.INVALID_INPUT and refusal.detail == "missing"
    if not missing or len(words) > 2 or words[0].lower() not in ACTIONS:
        return False
    action = words[0].lower()
    target = words[1] if len(words) == 2 else ""
    if action == "open":
        return not target and await offer_form(front, body, Command(action="open"))
    return await offer_form(front, body, Command(action=action, target=target))
