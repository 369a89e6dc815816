"""The home tab: approvals that wait for me, and what is on its way."""

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.domain.message import Block
from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Publish a fresh home tab each time it is opened."""

    @app.event("app_home_opened")
    async def on_home(body: dict[str, Any], event: dict[str, Any]) -> None:
        if event.get("tab") == "home":
            front.afterwards(publish(front, body, str(event["user"])), "home")


async def publish(front: Front, body: dict[str, Any], user: str) -> None:
    """Render and publish the home tab of one person."""
    actor, core = await front.actor(body), front.interlock.core

    def rendered() -> tuple[Block, ...]:
        core.reread()
        return core.questions.home(actor)

    view = {"type": "home", "blocks": list(await core.store.call(rendered))}
    await front.interlock.web.call("views.publish", {"user_id": user, "view": view})
