"""Every method the sandbox has: function, scopes of which one is needed, rate tier (slack-facts 2.3, 4.2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.core import Core
from bot.sandbox.model import Json
from bot.sandbox.webapi import chat, conversations, files, people, views, workspace
from bot.sandbox.webapi.call import Call


@dataclass(frozen=True, slots=True)
class Method:
    run: Callable[[Core, Call], Json]
    tier: str
    scopes: tuple[str, ...] = ()
    """One of these is needed; empty: none, or it depends on the channel and the function asks."""
    app_token: bool = False


HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
READ = ("channels:read", "groups:read", "im:read", "mpim:read")

METHODS: dict[str, Method] = {
    "apps.connections.open": Method(workspace.connections_open, "T1", app_token=True),
    "auth.test": Method(workspace.auth_test, "special"),
    "chat.delete": Method(chat.delete, "T3", ("chat:write",)),
    "chat.getPermalink": Method(chat.get_permalink, "special"),
    "chat.postEphemeral": Method(chat.post_ephemeral, "T4", ("chat:write",)),
    "chat.postMessage": Method(chat.post_message, "post", ("chat:write",)),
    "chat.update": Method(chat.update, "T3", ("chat:write",)),
    "conversations.history": Method(conversations.history, "T3", HISTORY),
    "conversations.info": Method(conversations.info, "T3", READ),
    "conversations.join": Method(conversations.join, "T3", ("channels:join",)),
    "conversations.list": Method(conversations.list_, "T2", READ),
    "conversations.members": Method(conversations.members, "T4", READ),
    "conversations.open": Method(conversations.open_, "T3", ("im:write",)),
    "conversations.replies": Method(conversations.replies, "T3", HISTORY),
    "files.completeUploadExternal": Method(files.complete_upload, "T4", ("files:write",)),
    "files.getUploadURLExternal": Method(files.get_upload_url, "T4", ("files:write",)),
    "files.info": Method(files.info, "T4", ("files:read",)),
    "pins.add": Method(workspace.pins_add, "T2", ("pins:write",)),
    "reactions.add": Method(workspace.reactions_add, "T3", ("reactions:write",)),
    "team.info": Method(workspace.team_info, "T3", ("team:read",)),
    "usergroups.list": Method(people.groups, "T2", ("usergroups:read",)),
    "usergroups.users.list": Method(people.group_members, "T2", ("usergroups:read",)),
    "users.conversations": Method(conversations.of_user, "T2", READ),
    "users.info": Method(people.info, "T4", ("users:read",)),
    "users.list": Method(people.list_, "T2", ("users:read",)),
    "views.open": Method(views.open_, "T4"),
    "views.publish": Method(views.publish, "T4"),
    "views.push": Method(views.push, "T4"),
    "views.update": Method(views.update, "T4"),
}
