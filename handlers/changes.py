"""Slack saying that people or groups changed: what was cached about them is forgotten at once."""

import re
from typing import Any

from slack_bolt.async_app import AsyncApp

from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Listen to changes of people and groups, and acknowledge every other event so that Slack never retries it."""

    @app.event("user_change")
    async def on_user(event: dict[str, Any]) -> None:
        front.interlock.directory.forget(str((event.get("user") or {}).get("id") or ""))

    @app.event(re.compile(r"^subteam_(members_changed|updated)$"))
    async def on_group() -> None:
        front.interlock.directory.forget()

    @app.event(re.compile(r".*"))
    async def on_other() -> None:
        return None
