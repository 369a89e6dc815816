"""Slash command forms and interaction payloads, field for field as Slack sends them (slack-facts 1.1, 1.4)."""

from __future__ import annotations

from bot.sandbox import seed, shapes
from bot.sandbox.delivery.events import VERIFICATION_TOKEN
from bot.sandbox.model import Channel, Json, Message, User, View
from bot.sandbox.state import State


class Payloads:
    def __init__(self, state: State) -> None:
        self.state = state
        self.url = ""
        """The sandbox's own address, for response URLs; known once the port is."""

    def slash_command(self, user: User, channel: Channel, command: str, text: str) -> Json:
        reply = self.state.new_response_url(user.id, channel.id)
        return {
            "token": VERIFICATION_TOKEN,
            "team_id": self.state.seed.team_id,
            "team_domain": self.state.seed.team_domain,
            "channel_id": channel.id,
            "channel_name": _channel_name(channel),
            "user_id": user.id,
            "user_name": user.name,
            "command": command,
            "text": text,
            "api_app_id": seed.APP_ID,
            "is_enterprise_install": "false",
            "response_url": self._response_url("commands", reply.token),
            "trigger_id": self.state.new_trigger(user.id).id,
        }

    def message_click(self, user: User, message: Message, action: Json, values: Json) -> Json:
        channel = self.state.channels[message.channel]
        container: Json = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": bool(message.ephemeral_to),
        }
        if message.thread_ts:
            container["thread_ts"] = message.thread_ts
        payload = self._head("block_actions", user) | {
            "container": container,
            "trigger_id": self.state.new_trigger(user.id).id,
            "channel": {"id": channel.id, "name": _channel_name(channel)},
            "state": {"values": values},
            "response_url": self._reply_to("actions", user, message),
            "actions": [action],
        }
        if not message.ephemeral_to:
            payload["message"] = shapes.message(self.state, message, with_metadata=True)
        return payload

    def view_click(self, user: User, view: View, action: Json) -> Json:
        return self._head("block_actions", user) | {
            "container": {"type": "view", "view_id": view.id},
            "trigger_id": self.state.new_trigger(user.id, view.id).id,
            "view": shapes.view(self.state, view),
            "actions": [action],
        }

    def message_shortcut(self, user: User, message: Message, callback_id: str) -> Json:
        channel = self.state.channels[message.channel]
        payload = self._head("message_action", user) | {
            "action_ts": self.state.clock.ts(),
            "channel": {"id": channel.id, "name": _channel_name(channel)},
            "callback_id": callback_id,
            "trigger_id": self.state.new_trigger(user.id).id,
            "response_url": self._reply_to("app", user, message),
            "message_ts": message.ts,
            "message": shapes.message(self.state, message, with_metadata=True),
        }
        del payload["api_app_id"]
        return payload

    def global_shortcut(self, user: User, callback_id: str) -> Json:
        """Like a message shortcut without `api_app_id` in Slack's samples, and without a channel anywhere."""
        payload = self._head("shortcut", user) | {
            "action_ts": self.state.clock.ts(),
            "callback_id": callback_id,
            "trigger_id": self.state.new_trigger(user.id).id,
        }
        del payload["api_app_id"]
        del payload["user"]["name"]
        return payload

    def view_submission(self, user: User, view: View) -> Json:
        return self._head("view_submission", user) | {
            "trigger_id": self.state.new_trigger(user.id, view.id).id,
            "view": shapes.view(self.state, view),
            "response_urls": [],
        }

    def view_closed(self, user: User, view: View, cleared: bool) -> Json:
        return self._head("view_closed", user) | {"view": shapes.view(self.state, view), "is_cleared": cleared}

    def suggestion(self, user: User, view: View, block_id: str, action_id: str, typed: str) -> Json:
        return self._head("block_suggestion", user) | {
            "container": {"type": "view", "view_id": view.id},
            "view": shapes.view(self.state, view),
            "block_id": block_id,
            "action_id": action_id,
            "value": typed,
        }

    def _head(self, type: str, user: User) -> Json:
        return {
            "type": type,
            "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id},
            "api_app_id": seed.APP_ID,
            "token": VERIFICATION_TOKEN,
            "team": {"id": self.state.seed.team_id, "domain": self.state.seed.team_domain},
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _reply_to(self, kind: str, user: User, message: Message) -> str:
        made = self.state.new_response_url(user.id, message.channel, message.ts, message.thread_ts)
        return self._response_url(kind, made.token)

    def _response_url(self, kind: str, token: str) -> str:
        return f"{self.url}/{kind}/{self.state.seed.team_id}/{token}"


def _channel_name(channel: Channel) -> str:
    if channel.is_im:
        return "directmessage"
    return "privategroup" if channel.is_private else channel.name
