"""A small real Bolt app: the listeners that the tests talk to, on Socket Mode or signed HTTP."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import seed
from bot.sandbox.person import Workspace
from bot.sandbox.server import Sandbox

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def button(text: str, action_id: str, value: str = "R-1") -> Json:
    return {"type": "button", "action_id": action_id, "text": plain(text), "value": value}


def option(text: str, value: str) -> Json:
    return {"text": plain(text), "value": value}


def field(block_id: str, label: str, optional: bool = False) -> Json:
    element = {"type": "plain_text_input", "action_id": block_id, "max_length": 200}
    return {"type": "input", "block_id": block_id, "label": plain(label), "element": element, "optional": optional}


def modal(*blocks: Json, title: str = "Reject", **more: Any) -> Json:
    return {"type": "modal", "title": plain(title), "submit": plain("Send"), "blocks": list(blocks), **more}


CARD: list[Json] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "*checkout v2.1.0* to prod"}},
    {
        "type": "actions",
        "block_id": "decide",
        "elements": [
            button("Approve", "act:approve"),
            button("Reject", "act:reject"),
            {
                "type": "overflow",
                "action_id": "act:more",
                "options": [option("Hold", "hold"), option("Abort", "abort")],
            },
        ],
    },
]


class BoltApp:
    def __init__(self, sandbox: Sandbox, workspace: Workspace) -> None:
        self.sandbox = sandbox
        self.workspace = workspace
        client = AsyncWebClient(token=seed.BOT_TOKEN, base_url=sandbox.api_url, retry_handlers=[])
        self.client = client
        self.app = AsyncApp(client=client, signing_secret=seed.SIGNING_SECRET, process_before_response=True)
        self.heard: list[Json] = []
        self._handler: AsyncSocketModeHandler | None = None
        self._runner: web.AppRunner | None = None
        _listen(self)

    async def connect(self, transport: str) -> None:
        if transport == "socket":
            self._handler = AsyncSocketModeHandler(self.app, seed.APP_TOKEN, web_client=self.client, ping_interval=1)
            await self._handler.connect_async()
        else:
            self._runner = web.AppRunner(self.app.web_app("/slack/events"))
            await self._runner.setup()
            await web.TCPSite(self._runner, "127.0.0.1", 0).start()
            port = self._runner.addresses[0][1]
            await self.workspace.app(request_url=f"http://127.0.0.1:{port}/slack/events")

        async def connected() -> bool:
            return (await self.workspace.overview())["bot"]["connected"] == transport

        await self.workspace.wait_for(connected)

    async def stop(self) -> None:
        if self._handler is not None:
            await self._handler.close_async()
        if self._runner is not None:
            await self._runner.cleanup()

    def heard_of(self, type: str) -> list[Json]:
        return [one for one in self.heard if one.get("type") == type]


def _listen(self: BoltApp) -> None:
    app = self.app

    @app.command("/release")
    async def release(ack: Any, command: Json, client: AsyncWebClient) -> None:
        self.heard.append(command)
        verb = command["text"].partition(" ")[0]
        if verb == "open":
            await client.chat_postMessage(channel="C01REL", text="checkout v2.1.0", blocks=CARD)
        if verb == "public":
            await ack({"response_type": "in_channel", "text": "for all"})
        elif verb == "form":
            await client.views_open(
                trigger_id=command["trigger_id"], view=modal(field("reason", "Reason"), callback_id="reject")
            )
            await ack()
        else:
            await ack(f"heard {command['text']}")

    @app.command("/slow")
    async def slow(ack: Any) -> None:
        await asyncio.sleep(1)
        await ack("too late")

    @app.command("/broken")
    async def broken(ack: Any) -> None:
        raise RuntimeError("broken on purpose")

    @app.action("act:approve")
    async def approve(ack: Any, body: Json, client: AsyncWebClient) -> None:
        self.heard.append(body)
        await ack()
        await client.chat_update(channel=body["channel"]["id"], ts=body["message"]["ts"], text="approved")

    @app.action("act:more")
    async def more(ack: Any, body: Json, respond: Any) -> None:
        self.heard.append(body)
        await ack()
        await respond(f"chosen {body['actions'][0]['selected_option']['value']}", replace_original=False)

    @app.action("act:reject")
    async def reject(ack: Any, body: Json, client: AsyncWebClient) -> None:
        self.heard.append(body)
        await ack()
        view = modal(field("reason", "Reason"), callback_id="reject", notify_on_close=True, private_metadata="R-1")
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.view("reject")
    async def rejected(ack: Any, body: Json) -> None:
        self.heard.append(body)
        said = body["view"]["state"]["values"]["reason"]["reason"]["value"]
        if said == "no":
            await ack(response_action="errors", errors={"reason": "Say more."})
        elif said == "push":
            await ack(response_action="push", view=modal(field("more", "More"), callback_id="reject", title="Second"))
        elif said == "update":
            await ack(response_action="update", view=modal(field("reason", "Again"), callback_id="reject", title="New"))
        elif said == "clear":
            await ack(response_action="clear")
        elif said == "wrong":
            await ack(response_action="errors", errors={"nothing": "There is no such block."})
        else:
            await ack()

    @app.view_closed("reject")
    async def closed(ack: Any, body: Json) -> None:
        self.heard.append(body)
        await ack()

    @app.shortcut("release_actions")
    async def shortcut(ack: Any, body: Json, client: AsyncWebClient) -> None:
        self.heard.append(body)
        await ack()
        await client.views_open(
            trigger_id=body["trigger_id"], view=modal(field("reason", "Reason"), callback_id="reject")
        )

    @app.shortcut("new_release")
    async def new_release(ack: Any, body: Json) -> None:
        self.heard.append(body)
        await ack()

    @app.event("app_mention")
    async def mentioned(event: Json, say: Any) -> None:
        self.heard.append(event)
        await say(text="here", thread_ts=event.get("thread_ts") or event["ts"])

    @app.event("app_home_opened")
    async def home(event: Json, client: AsyncWebClient) -> None:
        self.heard.append(event)
        blocks = [{"type": "actions", "elements": [button("Refresh", "home:refresh")]}]
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    @app.action("home:refresh")
    async def refresh(ack: Any, body: Json) -> None:
        self.heard.append(body)
        await ack()

    @app.event("message")
    async def message(event: Json) -> None:
        self.heard.append(event)

    @app.event("subteam_members_changed")
    async def group_changed(event: Json) -> None:
        self.heard.append(event)

    @app.event("subteam_updated")
    async def group_updated(event: Json) -> None:
        self.heard.append(event)

    @app.event("user_change")
    async def user_changed(event: Json) -> None:
        self.heard.append(event)

    @app.event("member_joined_channel")
    async def joined(event: Json) -> None:
        self.heard.append(event)
