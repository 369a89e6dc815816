"""Buttons, overflow entries and menu picks: looked up, and asked again, never believed (design 5)."""

import re
import time
from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.domain.actions import ACTIONS
from bot.domain.command import read_command
from bot.domain.refusal import Code, Refusal
from bot.views.pressed import Pressed, decode
from bot.views.refusals import message_of
from handlers.front import Front
from handlers.modals import open_form, show_notice
from handlers.reply import place_of, reply

_OURS = re.compile(r"^(act|pick):")
_ANY = re.compile(r".*")


def register(app: AsyncApp, front: Front) -> None:
    """Listen to everything that can be pressed. Elements of old or foreign messages are acknowledged and forgotten."""

    @app.action(_OURS)
    async def on_press(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        began = time.perf_counter()
        await _press(front, body, action)
        await ack()
        front.acked("button", began)

    @app.action(_ANY)
    async def on_other(ack: AsyncAck) -> None:
        await ack()


async def _press(front: Front, body: Mapping[str, Any], action: Mapping[str, Any]) -> None:
    option = action.get("selected_option") or {}
    pressed = decode(str(option.get("value") or action.get("value") or ""))
    if pressed is None:
        refusal = Refusal(code=Code.INVALID_INPUT, subject="button", detail="unknown")
        front.afterwards(reply(front, body, message_of(refusal)), "button")
        return
    name, _, outcome = pressed.action.partition(":")
    row = ACTIONS.get(name)
    needs_form = row is not None and not outcome and any(field.required for field in row.fields)
    if row is not None and needs_form and await _ask(front, body, pressed):
        return
    values = {"outcome": outcome} if outcome else {}
    command = read_command(name, values, target=pressed.release, seen=pressed.digest)
    actor = await front.actor(body)
    came_to, message = await front.run(command, actor, "button", _key(body, action))
    menu = str(action.get("action_id") or "").startswith("pick:")
    quiet = came_to is not None and came_to.accepted and not came_to.replayed and row is not None
    if quiet and row is not None and not row.asks and not menu and place_of(body)[0]:
        return  # the card under the person's finger shows what happened
    if place_of(body)[0] or body.get("response_url"):
        front.afterwards(reply(front, body, message, replace=menu), "button")
    else:
        await show_notice(front, str(body.get("trigger_id") or ""), message)


async def _ask(front: Front, body: Mapping[str, Any], pressed: Pressed) -> bool:
    """Open the form of an action that cannot go without a reason."""
    release = await front.interlock.core.store.call(lambda: front.interlock.core.questions.release(pressed.release))
    return release is not None and await open_form(front, str(body.get("trigger_id") or ""), pressed.action, release)


def _key(body: Mapping[str, Any], action: Mapping[str, Any]) -> str:
    """One click, one key: a redelivered payload is the same click (slack-facts 1.8)."""
    trigger = body.get("trigger_id")
    return f"click:{trigger}" if trigger else f"click:{action.get('action_ts')}:{(body.get('user') or {}).get('id')}"
