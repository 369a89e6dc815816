"""A small real Bolt app for the page's tests: a command, a card with buttons, a modal that refuses, a home tab."""

import json
from pathlib import Path
from typing import Any

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import seed

Json = dict[str, Any]

MANIFEST: Json = {
    "display_information": {"name": "Interlock"},
    "features": {
        "bot_user": {"display_name": "interlock"},
        "slash_commands": [
            {
                "command": "/release",
                "description": "Open and steer releases",
                "usage_hint": "open <service> <version> | status | help",
                "should_escape": True,
            },
            {
                "command": "/rollback",
                "description": "Go back",
                "usage_hint": "[R-id] --reason",
                "should_escape": True,
            },
        ],
        "shortcuts": [
            {
                "name": "Release actions",
                "callback_id": "release_actions",
                "type": "message",
                "description": "What can be done",
            }
        ],
    },
    "oauth_config": {
        "scopes": {
            "bot": ["app_mentions:read", "channels:history", "channels:read", "chat:write", "commands", "im:write"]
        }
    },
    "settings": {"event_subscriptions": {"bot_events": ["app_mention", "app_home_opened"]}},
}


def write_manifest(folder: Path) -> Path:
    path = folder / "manifest.json"
    path.write_text(json.dumps(MANIFEST), "utf-8")
    return path


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def marked(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def button(action: str, text: str, **more: Any) -> Json:
    return {"type": "button", "action_id": action, "text": plain(text), "value": "R-1", **more}


def card(state: str, buttons: bool = True) -> list[Json]:
    reject = button(
        "reject",
        "Reject",
        style="danger",
        confirm={
            "title": plain("Reject R-1?"),
            "text": marked("*Everyone* sees why."),
            "confirm": plain("Go on"),
            "deny": plain("Keep it"),
        },
    )
    more = {
        "type": "overflow",
        "action_id": "more",
        "options": [{"text": plain("Hold"), "value": "hold"}, {"text": plain("Abort"), "value": "abort"}],
    }
    actions = {
        "type": "actions",
        "block_id": "moves",
        "elements": [button("approve", "Approve", style="primary"), reject, more],
    }
    head: list[Json] = [
        {"type": "header", "text": plain("checkout v2.1.0 → prod")},
        {"type": "section", "fields": [marked(f"*State*\n{state}"), marked("*Asked by*\n<@U01LEE>")]},
    ]
    return [*head, actions] if buttons else head


def reason_view(private: str) -> Json:
    return {
        "type": "modal",
        "callback_id": "reason",
        "private_metadata": private,
        "title": plain("Reject R-1"),
        "submit": plain("Reject"),
        "close": plain("Keep it"),
        "blocks": [
            {
                "type": "input",
                "block_id": "why",
                "label": plain("Reason"),
                "hint": plain("One sentence."),
                "element": {"type": "plain_text_input", "action_id": "text", "multiline": True},
            },
            {
                "type": "input",
                "block_id": "tell",
                "optional": True,
                "label": plain("Tell"),
                "element": {"type": "multi_users_select", "action_id": "users"},
            },
            {"type": "actions", "block_id": "help", "elements": [button("explain", "Why a reason?")]},
        ],
    }


EXPLANATION: Json = {
    "type": "modal",
    "title": plain("Why a reason?"),
    "close": plain("Back"),
    "blocks": [{"type": "section", "text": marked("The next engineer reads it.")}],
}


def home(count: int) -> Json:
    return {
        "type": "home",
        "blocks": [
            {"type": "section", "text": marked(f"*{count}* waiting for you")},
            {"type": "actions", "elements": [button("count", "Count")]},
        ],
    }


def build(api_url: str) -> AsyncSocketModeHandler:
    """The app on its socket; not yet connected."""
    app = AsyncApp(
        token=seed.BOT_TOKEN,
        client=AsyncWebClient(token=seed.BOT_TOKEN, base_url=api_url),
        process_before_response=True,
    )
    _commands(app)
    _card_buttons(app)
    _reason_modal(app)
    _home_tab(app)
    return AsyncSocketModeHandler(app, seed.APP_TOKEN)


def _commands(app: AsyncApp) -> None:
    @app.command("/release")
    async def release(ack: Any, command: Json, client: AsyncWebClient) -> None:
        if command["text"].startswith("open"):
            await client.chat_postMessage(
                channel=command["channel_id"], text="checkout v2.1.0", blocks=card("proposed")
            )
        await ack(f"You asked for `{command['text']}`")

    @app.event("app_mention")
    async def mentioned(event: Json, client: AsyncWebClient) -> None:
        thread = event.get("thread_ts", event["ts"])
        await client.chat_postMessage(channel=event["channel"], thread_ts=thread, text=f"Heard you, <@{event['user']}>")


def _card_buttons(app: AsyncApp) -> None:
    @app.action("approve")
    async def approve(ack: Any, body: Json, client: AsyncWebClient) -> None:
        state = f"approved by <@{body['user']['id']}>"
        await client.chat_update(
            channel=body["channel"]["id"], ts=body["message"]["ts"], text=state, blocks=card(state, buttons=False)
        )
        await ack()

    @app.action("reject")
    async def reject(ack: Any, body: Json, client: AsyncWebClient) -> None:
        where = json.dumps([body["channel"]["id"], body["message"]["ts"]])
        await client.views_open(trigger_id=body["trigger_id"], view=reason_view(where))
        await ack()

    @app.action("more")
    async def more(ack: Any, body: Json, action: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.chat_postEphemeral(
            channel=body["channel"]["id"], user=body["user"]["id"], text=f"Chosen: {action['selected_option']['value']}"
        )

    @app.action("pick")
    async def pick(ack: Any, body: Json, action: Json, client: AsyncWebClient) -> None:
        await ack()
        option = action["selected_option"]
        await client.chat_postEphemeral(
            channel=body["channel"]["id"], user=body["user"]["id"], text=f"Picked: {option and option['value']}"
        )

    @app.shortcut("release_actions")
    async def shortcut(ack: Any, body: Json, client: AsyncWebClient) -> None:
        where = json.dumps([body["channel"]["id"], body["message"]["ts"]])
        await client.views_open(trigger_id=body["trigger_id"], view=reason_view(where))
        await ack()


def _reason_modal(app: AsyncApp) -> None:
    @app.view("reason")
    async def given(ack: Any, body: Json, view: Json, client: AsyncWebClient) -> None:
        why = view["state"]["values"]["why"]["text"]["value"]
        if len(why) < 10:
            await ack(response_action="errors", errors={"why": "Say more: ten letters at least."})
            return
        channel, ts = json.loads(view["private_metadata"])
        told = " ".join(f"<@{one}>" for one in view["state"]["values"]["tell"]["users"]["selected_users"])
        await client.chat_postMessage(channel=channel, thread_ts=ts, text=f"Rejected: {why} {told}".strip())
        await ack()

    @app.action("explain")
    async def explain(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await client.views_push(trigger_id=body["trigger_id"], view=EXPLANATION)
        await ack()


def _home_tab(app: AsyncApp) -> None:
    @app.event("app_home_opened")
    async def opened(event: Json, client: AsyncWebClient) -> None:
        await client.views_publish(user_id=event["user"], view=home(0))

    @app.action("count")
    async def count(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await client.views_publish(user_id=body["user"]["id"], view=home(1))
        await ack()
