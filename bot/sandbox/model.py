"""The things a workspace holds: people, groups, channels, messages, views, files and one-time keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
"""One JSON object as it travels: Slack's protocol is JSON, and the sandbox keeps what was sent as it was sent."""


@dataclass(slots=True)
class User:
    id: str
    name: str
    real_name: str
    team_id: str
    tz: str = "Europe/Berlin"
    is_bot: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    deleted: bool = False
    roles_hint: str = ""
    bot_id: str = ""
    app_id: str = ""
    updated: int = 0


@dataclass(slots=True)
class Usergroup:
    id: str
    handle: str
    name: str
    users: list[str] = field(default_factory=list)
    disabled: bool = False
    updated: int = 0


@dataclass(slots=True)
class Channel:
    id: str
    name: str
    members: list[str] = field(default_factory=list)
    topic: str = ""
    is_private: bool = False
    is_ext_shared: bool = False
    is_archived: bool = False
    im_user: str = ""
    """The person at the other end when this is a direct message with the bot, else empty."""
    pins: list[str] = field(default_factory=list)

    @property
    def is_im(self) -> bool:
        return bool(self.im_user)

    @property
    def kind(self) -> str:
        """`channel`, `group` (private) or `im`: the `channel_type` of events, and the prefix of its scopes."""
        if self.is_im:
            return "im"
        return "group" if self.is_private else "channel"


@dataclass(slots=True)
class Message:
    channel: str
    ts: str
    user: str
    text: str
    bot_id: str = ""
    app_id: str = ""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    thread_ts: str = ""
    """The root's ts for a reply; empty for a top-level message, whether or not it has replies."""
    broadcast: bool = False
    subtype: str = ""
    edited: Json | None = None
    metadata: Json | None = None
    ephemeral_to: str = ""
    files: list[str] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    client_msg_id: str = ""


@dataclass(slots=True)
class View:
    id: str
    user: str
    type: str
    body: Json
    """title, submit, close, blocks, private_metadata, callback_id …, as sent, with the missing ids filled in."""
    hash: str
    root_view_id: str
    previous_view_id: str | None = None
    values: Json = field(default_factory=dict)
    """`state.values`: block_id -> action_id -> typed value."""

    @property
    def blocks(self) -> list[Json]:
        return list(self.body.get("blocks", []))


@dataclass(slots=True)
class StoredFile:
    id: str
    name: str
    length: int
    created: int
    title: str = ""
    content: bytes | None = None
    completed: bool = False
    shares: dict[str, list[str]] = field(default_factory=dict)
    """channel id -> ts of the messages that carry the file."""


@dataclass(slots=True)
class Trigger:
    id: str
    user: str
    made_at: float
    view_id: str | None = None
    used: bool = False


@dataclass(slots=True)
class ResponseUrl:
    token: str
    user: str
    channel: str
    made_at: float
    source_ts: str | None = None
    """The interactive message it belongs to; None for a slash command."""
    thread_ts: str = ""
    uses: int = 0
