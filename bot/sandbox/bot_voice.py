"""What the app says, as a message of the workspace, whichever way it came."""

from __future__ import annotations

from typing import Any

from bot.sandbox import seed
from bot.sandbox.core import Core
from bot.sandbox.model import Message
from bot.sandbox.strict.content import Content


def say(core: Core, channel: str, written: Content, thread_ts: str = "", **more: Any) -> Message:
    """Put the content into the channel under the app's name; `more` are further fields of the message."""
    message = Message(
        channel,
        core.clock.ts(),
        seed.BOT_USER,
        written.text,
        seed.BOT_ID,
        seed.APP_ID,
        written.blocks or [],
        written.attachments or [],
        thread_ts,
        **more,
    )
    return core.state.add_message(message)
