"""Events API bodies: what happened in the workspace, in Slack's envelope, if the app subscribed to it."""

from __future__ import annotations

from bot.sandbox import seed, shapes
from bot.sandbox.delivery.courier import Courier
from bot.sandbox.model import Channel, Json, Message, User, Usergroup
from bot.sandbox.state import State, short_id

VERIFICATION_TOKEN = "sandbox-verification-token"


class Events:
    """Tells the app; every method is one kind of event and does nothing when the app did not subscribe to it."""

    def __init__(self, state: State, courier: Courier) -> None:
        self.state = state
        self.courier = courier

    def message_posted(self, message: Message) -> None:
        """`message.*` for every message in a channel of the bot's, and `app_mention` when a person names the bot."""
        if message.ephemeral_to:
            return
        channel = self.state.channels[message.channel]
        event = shapes.message(self.state, message, with_metadata=True)
        event |= {"channel": channel.id, "event_ts": message.ts}
        event.pop("is_locked", None)
        self._tell_channel(channel, event | {"channel_type": channel.kind})
        mentioned = f"<@{seed.BOT_USER}>" in message.text and message.user != seed.BOT_USER
        if mentioned and not channel.is_im and seed.BOT_USER in channel.members:
            self._emit(event | {"type": "app_mention"}, "app_mention", channel)

    def message_changed(self, message: Message, previous: Json) -> None:
        now = self.state.clock.ts()
        channel = self.state.channels[message.channel]
        event: Json = {
            "type": "message",
            "subtype": "message_changed",
            "message": shapes.message(self.state, message, with_metadata=True),
            "previous_message": previous,
            "channel": channel.id,
            "hidden": True,
            "ts": now,
            "event_ts": now,
            "channel_type": channel.kind,
        }
        self._tell_channel(channel, event)

    def message_deleted(self, message: Message, previous: Json) -> None:
        now = self.state.clock.ts()
        channel = self.state.channels[message.channel]
        event: Json = {
            "type": "message",
            "subtype": "message_deleted",
            "previous_message": previous,
            "channel": channel.id,
            "hidden": True,
            "deleted_ts": message.ts,
            "ts": now,
            "event_ts": now,
            "channel_type": channel.kind,
        }
        self._tell_channel(channel, event)

    def home_opened(self, user: str, channel: Channel, tab: str = "home") -> None:
        event: Json = {
            "type": "app_home_opened",
            "user": user,
            "channel": channel.id,
            "tab": tab,
            "event_ts": self.state.clock.ts(),
        }
        published = self.state.homes.get(user)
        if published is not None and tab == "home":
            event["view"] = shapes.view(self.state, published)
        self._emit(event, "app_home_opened")

    def user_changed(self, user: User) -> None:
        now = self.state.clock.ts()
        event: Json = {"type": "user_change", "user": shapes.user(user), "cache_ts": int(float(now)), "event_ts": now}
        self._emit(event, "user_change")

    def group_members_changed(self, group: Usergroup, added: list[str], removed: list[str], previous: int) -> None:
        event: Json = {
            "type": "subteam_members_changed",
            "subteam_id": group.id,
            "team_id": self.state.seed.team_id,
            "date_previous_update": previous or shapes.CREATED,
            "date_update": group.updated,
            "added_users": added,
            "added_users_count": len(added),
            "removed_users": removed,
            "removed_users_count": len(removed),
            "event_ts": self.state.clock.ts(),
        }
        self._emit(event, "subteam_members_changed")

    def group_updated(self, group: Usergroup) -> None:
        subteam = shapes.usergroup(group, self.state.seed.team_id)
        self._emit(
            {"type": "subteam_updated", "subteam": subteam, "event_ts": self.state.clock.ts()}, "subteam_updated"
        )

    def joined(self, user: str, channel: Channel) -> None:
        event: Json = {
            "type": "member_joined_channel",
            "user": user,
            "channel": channel.id,
            "channel_type": "G" if channel.is_private else "C",
            "team": self.state.seed.team_id,
            "event_ts": self.state.clock.ts(),
        }
        if seed.BOT_USER in channel.members:
            self._emit(event, "member_joined_channel", channel)

    def anything(self, event: Json) -> str:
        """An event of the test's own making (`tokens_revoked`, say), subscribed or not; the delivery's id."""
        return self.courier.emit(self._envelope({"event_ts": self.state.clock.ts()} | event, None)).id

    def _tell_channel(self, channel: Channel, event: Json) -> None:
        subscription = {"channel": "message.channels", "group": "message.groups", "im": "message.im"}[channel.kind]
        if seed.BOT_USER in channel.members:
            self._emit(event, subscription, channel)

    def _emit(self, event: Json, subscription: str, channel: Channel | None = None) -> None:
        manifest = self.state.manifest
        if manifest is None or subscription in manifest.events:
            self.courier.emit(self._envelope(event, channel))

    def _envelope(self, event: Json, channel: Channel | None) -> Json:
        team = self.state.seed.team_id
        where = event.get("channel") if isinstance(event.get("channel"), str) else "0"
        return {
            "token": VERIFICATION_TOKEN,
            "team_id": team,
            "api_app_id": seed.APP_ID,
            "event": event,
            "type": "event_callback",
            "event_id": short_id("Ev"),
            "event_time": int(float(event["event_ts"])),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": team,
                    "user_id": seed.BOT_USER,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": channel.is_ext_shared if channel is not None else False,
            "event_context": f"1-{event['type']}-{team}-{where}",
        }
