"""The workspace in memory: what exists, how it is found, and how it is made."""

from __future__ import annotations

import copy
import secrets

from bot.sandbox import seed as seeds
from bot.sandbox.changes import Changes
from bot.sandbox.clock import Clock
from bot.sandbox.manifest import Manifest
from bot.sandbox.model import Channel, Message, ResponseUrl, StoredFile, Trigger, User, Usergroup, View


class State:
    def __init__(self, seed: seeds.Seed, manifest: Manifest | None, clock: Clock, changes: Changes) -> None:
        self.seed = seed
        self.manifest = manifest
        self.clock = clock
        self.changes = changes
        self.load()

    def load(self) -> None:
        """Throw everything away and start from the seed."""
        self.users: dict[str, User] = {one.id: copy.deepcopy(one) for one in self.seed.users}
        self.usergroups: dict[str, Usergroup] = {one.id: copy.deepcopy(one) for one in self.seed.usergroups}
        self.channels: dict[str, Channel] = {one.id: copy.deepcopy(one) for one in self.seed.channels}
        self.messages: dict[str, dict[str, Message]] = {}
        self.threads: dict[tuple[str, str], list[Message]] = {}
        self.modals: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.files: dict[str, StoredFile] = {}

    # ---- finding

    def channel_named(self, name: str) -> Channel | None:
        """By id, `#name` or `name`."""
        if name in self.channels:
            return self.channels[name]
        wanted = name.removeprefix("#")
        return next((one for one in self.channels.values() if one.name == wanted and not one.is_im), None)

    def in_channel(self, channel: str) -> list[Message]:
        """Every message of a channel, oldest first, replies and ephemerals included."""
        return list(self.messages.get(channel, {}).values())

    def message(self, channel: str, ts: str) -> Message | None:
        return self.messages.get(channel, {}).get(ts)

    def replies(self, channel: str, thread_ts: str) -> list[Message]:
        """What everyone sees below a root, oldest first."""
        return list(self.threads.get((channel, thread_ts), []))

    def view(self, view_id: str) -> View | None:
        stacks = [view for stack in self.modals.values() for view in stack]
        return next((one for one in [*stacks, *self.homes.values()] if one.id == view_id), None)

    def view_by_external_id(self, external_id: str) -> View | None:
        stacks = [view for stack in self.modals.values() for view in stack]
        every = [*stacks, *self.homes.values()]
        return next((one for one in every if external_id and one.body.get("external_id") == external_id), None)

    # ---- making

    def add_message(self, message: Message) -> Message:
        self.messages.setdefault(message.channel, {})[message.ts] = message
        if message.thread_ts and not message.ephemeral_to:
            self.threads.setdefault((message.channel, message.thread_ts), []).append(message)
        self.changes.note("channel", message.channel)
        return message

    def remove_message(self, message: Message) -> None:
        self.messages[message.channel].pop(message.ts, None)
        if message.thread_ts and not message.ephemeral_to:
            self.threads[message.channel, message.thread_ts].remove(message)
        self.changes.note("channel", message.channel)

    def direct_message(self, user: str) -> Channel:
        """The conversation of this person with the bot, opened when there was none."""
        found = next((one for one in self.channels.values() if one.im_user == user), None)
        if found is not None:
            return found
        opened = Channel("D" + user[1:], "", [user, seeds.BOT_USER], im_user=user)
        self.channels[opened.id] = opened
        self.changes.note("workspace")
        return opened

    def new_trigger(self, user: str, view_id: str | None = None) -> Trigger:
        now = self.clock.now()
        id = f"{int(now * 1000)}.{secrets.randbelow(10**10):010d}.{secrets.token_hex(16)}"
        self.triggers[id] = Trigger(id, user, now, view_id)
        return self.triggers[id]

    def new_response_url(
        self, user: str, channel: str, source_ts: str | None = None, thread_ts: str = ""
    ) -> ResponseUrl:
        token = secrets.token_urlsafe(18)
        made = ResponseUrl(token, user, channel, self.clock.now(), source_ts, thread_ts)
        self.response_urls[token] = made
        return made

    def say_as_slackbot(self, user: str, channel: str, text: str, thread_ts: str = "") -> Message:
        """A line that only this person sees, from Slack itself: how Slack reports that an app did not answer."""
        ts = self.clock.ts()
        return self.add_message(
            Message(
                channel, ts, seeds.SLACKBOT, text, ephemeral_to=user, thread_ts=thread_ts, subtype="slackbot_response"
            )
        )


def short_id(prefix: str) -> str:
    """A fresh id in Slack's manner: a letter or two and ten capitals or digits."""
    alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
    return prefix + "0" + "".join(secrets.choice(alphabet) for _ in range(9))
