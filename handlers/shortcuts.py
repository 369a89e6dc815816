"""The message shortcut "Release actions": every move of a release, from any message of its thread."""

import time
from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.domain.actions import ACTIONS
from bot.domain.command import Command
from bot.domain.refusal import Code, Refusal
from bot.engine.locate import Place
from bot.views.dialogs import choices, notice_view
from bot.views.modals import field_errors
from bot.views.pressed import decode
from bot.views.refusals import message_of
from handlers.front import Front
from handlers.modals import command_of, form_view, show_notice, show_view, submission_key, values_of

SHORTCUT = "release_actions"
"""The shortcut's callback id in the manifest, and the callback id of the dialog that it opens."""


def register(app: AsyncApp, front: Front) -> None:
    """Listen to the shortcut and to its dialog."""

    @app.message_shortcut(SHORTCUT)
    async def on_shortcut(ack: AsyncAck, body: dict[str, Any]) -> None:
        began = time.perf_counter()
        await _open(front, body)
        await ack()
        front.acked("shortcut", began)

    @app.view(SHORTCUT)
    async def on_choice(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        began = time.perf_counter()
        await _choose(front, ack, body, view)
        front.acked("modal", began)


async def _open(front: Front, body: Mapping[str, Any]) -> None:
    message = body.get("message") or {}
    place = Place(
        channel=str((body.get("channel") or {}).get("id") or ""),
        thread=str(message.get("thread_ts") or message.get("ts") or ""),
    )
    trigger = str(body.get("trigger_id") or "")
    questions = front.interlock.core.questions
    release = await front.interlock.core.store.call(
        lambda: front.interlock.core.locate(Command(action="status"), place)
    )
    if isinstance(release, Refusal):
        await show_notice(front, trigger, message_of(release))
        return
    moves = await front.interlock.core.store.call(lambda: questions.moves(release))
    await show_view(front, trigger, choices(release, moves, SHORTCUT))


async def _choose(front: Front, ack: AsyncAck, body: Mapping[str, Any], view: Mapping[str, Any]) -> None:
    values = values_of(view)
    name = values.pop("action", "")
    asked = {field.name for field in ACTIONS[name].fields} if name in ACTIONS else set()
    command = command_of(view, name, {field: value for field, value in values.items() if field in asked})
    if isinstance(command, Refusal) and (more := await _form_of(front, view, command, name, values)):
        await ack(response_action="update", view=more)
        return
    if isinstance(command, Refusal) and command.code is Code.INVALID_INPUT:
        await ack(response_action="errors", errors=field_errors(command))
        return
    actor = await front.actor(body)
    _, message = await front.run(command, actor, "shortcut", submission_key(view, values_of(view)))
    await ack(response_action="update", view=notice_view(message))


async def _form_of(
    front: Front, view: Mapping[str, Any], refusal: Refusal, action: str, values: Mapping[str, str]
) -> dict[str, object] | None:
    """The form of an action that needs more than the reason which this dialog has room for, such as `settle`."""
    pressed = decode(str(view.get("private_metadata") or ""))
    if pressed is None or refusal.code is not Code.INVALID_INPUT or refusal.subject in values:
        return None
    questions = front.interlock.core.questions
    found = await front.interlock.core.store.call(lambda: questions.release(pressed.release))
    return form_view(front, action, found, values) if action in ACTIONS else None
