"""Forms: opened where an action needs a reason, read when they are submitted."""

import hashlib
import time
from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.domain.actions import ACTIONS
from bot.domain.command import Command, read_command
from bot.domain.message import Message
from bot.domain.refusal import Code, Refusal
from bot.domain.release import Release
from bot.engine.locate import Place
from bot.ports import MessengerBusy, MessengerRefused, MessengerUnsure
from bot.views import limits
from bot.views.checklists import changes, is_ticking, ticking
from bot.views.dialogs import notice_view
from bot.views.modals import as_view, field_errors, form
from bot.views.plain import one_line
from bot.views.pressed import decode
from handlers.front import Front

FORM = "act:"
"""Prefix of the callback ids of forms; the action's name follows."""


def register(app: AsyncApp, front: Front) -> None:
    """Listen to the submission of every action's form."""
    for name in ACTIONS:
        app.view(f"{FORM}{name}")(_submission(front, name))


async def offer_form(front: Front, body: Mapping[str, Any], command: Command) -> bool:
    """Open an action's form for the release that a command means; False when that is unclear or Slack refuses."""
    release: Release | None = None
    if command.action != "open":
        place = Place(channel=str(body.get("channel_id") or ""))
        found = await front.interlock.core.store.call(lambda: front.interlock.core.locate(command, place))
        if isinstance(found, Refusal):
            return False
        release = found
    return await open_form(front, str(body.get("trigger_id") or ""), command.action, release)


async def open_form(front: Front, trigger: str, action: str, release: Release | None) -> bool:
    """Open an action's form; False when Slack does not let us, as when the trigger is too old."""
    return await show_view(front, trigger, form_view(front, action, release))


def form_view(
    front: Front, action: str, release: Release | None, values: Mapping[str, str] | None = None
) -> dict[str, object]:
    """An action's form as Slack shows it: boxes for a checklist, else an input for each field."""
    boxes = ticking(release, front.interlock.core.clock.now()) if action == "tick" and release else None
    return as_view(boxes or form(ACTIONS[action], release, values))


async def show_notice(front: Front, trigger: str, message: Message) -> bool:
    """Show an answer in a dialog, for surfaces that have no message below which it could stand."""
    return await show_view(front, trigger, notice_view(message))


async def show_view(front: Front, trigger: str, view: Mapping[str, Any]) -> bool:
    """Open a view under a trigger id, which lives for three seconds."""
    try:
        await front.interlock.web.call("views.open", {"trigger_id": trigger, "view": view})
    except (MessengerBusy, MessengerRefused, MessengerUnsure):
        return False
    return True


def _submission(front: Front, action: str) -> Any:
    async def on_submit(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        began = time.perf_counter()
        await _submit(front, action, ack, body, view)
        front.acked("modal", began)

    return on_submit


async def _submit(front: Front, action: str, ack: AsyncAck, body: Mapping[str, Any], view: Mapping[str, Any]) -> None:
    if is_ticking(view):
        await _submit_ticks(front, ack, body, view)
        return
    values = values_of(view)
    command = command_of(view, action, values)
    if isinstance(command, Refusal) and command.code is Code.INVALID_INPUT:
        await ack(response_action="errors", errors=field_errors(command))
        return
    actor = await front.actor(body)
    outcome, message = await front.run(command, actor, "modal", submission_key(view, values))
    refusal = outcome.refusal if outcome is not None else None
    if refusal is not None and (wrong := _beside_fields(refusal, values)):
        await ack(response_action="errors", errors=wrong)
        return
    if outcome is not None and outcome.accepted and action != "open":
        await ack()  # the card and the thread show what happened
        return
    await ack(response_action="update", view=notice_view(message))


async def _submit_ticks(front: Front, ack: AsyncAck, body: Mapping[str, Any], view: Mapping[str, Any]) -> None:
    """What was ticked and what was unticked are two wishes; the first refusal stays beside the boxes."""
    actor = await front.actor(body)
    for values in changes(view):
        command = command_of(view, "tick", values)
        outcome, message = await front.run(command, actor, "modal", submission_key(view, values))
        if outcome is None or not outcome.accepted:
            await ack(response_action="errors", errors={"item": one_line(message.text)[: limits.CONFIRM_TEXT]})
            return
    await ack()


def command_of(view: Mapping[str, Any], action: str, values: Mapping[str, str]) -> Command | Refusal:
    """The command that a view asks for, on the release that stands in its private metadata."""
    pressed = decode(str(view.get("private_metadata") or ""))
    target, seen = (pressed.release, pressed.digest) if pressed else ("", "")
    return read_command(action, values, target=target, seen=seen)


def submission_key(view: Mapping[str, Any], values: Mapping[str, str]) -> str:
    """One submission, one key: pressing twice is one wish, and correcting a field is another."""
    filled = hashlib.sha256(repr(sorted(values.items())).encode()).hexdigest()[:16]
    return f"view:{view['id']}:{filled}"


def _beside_fields(refusal: Refusal, values: Mapping[str, str]) -> dict[str, str]:
    """The refusal as errors beside the fields of this form, as far as it concerns one of them."""
    return {name: text for name, text in field_errors(refusal).items() if name in values}


def values_of(view: Mapping[str, Any]) -> dict[str, str]:
    """What was filled in, by block id."""
    filled: dict[str, str] = {}
    for block, elements in ((view.get("state") or {}).get("values") or {}).items():
        for element in elements.values():
            option = element.get("selected_option") or {}
            filled[block] = str(element.get("value") or option.get("value") or "")
    return filled
