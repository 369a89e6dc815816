"""Messages, threads, files and views as Slack's JSON."""

from __future__ import annotations

from bot.sandbox import seed
from bot.sandbox.model import Json, Message, StoredFile, View
from bot.sandbox.shapes.directory import CREATED
from bot.sandbox.state import State


def bot_profile(state: State) -> Json:
    return {
        "id": seed.BOT_ID,
        "app_id": seed.APP_ID,
        "name": state.users[seed.BOT_USER].name,
        "deleted": False,
        "updated": CREATED,
        "team_id": state.seed.team_id,
        "icons": {},
    }


def message(state: State, one: Message, with_metadata: bool = False) -> Json:
    """A message as history and payloads show it; a root carries the state of its thread."""
    shape: Json = {"type": "message", "user": one.user, "text": one.text, "ts": one.ts, "team": _team(state, one.user)}
    if one.subtype:
        shape["subtype"] = one.subtype
    if one.client_msg_id:
        shape["client_msg_id"] = one.client_msg_id
    if one.bot_id:
        shape |= {"bot_id": one.bot_id, "app_id": one.app_id}
        if one.bot_id == seed.BOT_ID:
            shape["bot_profile"] = bot_profile(state)
    if one.blocks:
        shape["blocks"] = one.blocks
    if one.attachments:
        shape["attachments"] = one.attachments
    if one.edited:
        shape["edited"] = one.edited
    if one.metadata and with_metadata:
        shape["metadata"] = one.metadata
    if one.files:
        shape["files"] = [file(state, state.files[id]) for id in one.files]
    if one.reactions:
        shape["reactions"] = [{"name": k, "users": list(v), "count": len(v)} for k, v in one.reactions.items()]
    return shape | thread(state, one)


def thread(state: State, one: Message) -> Json:
    if one.thread_ts:
        root = state.message(one.channel, one.thread_ts)
        shape: Json = {"thread_ts": one.thread_ts}
        if root is not None:
            shape["parent_user_id"] = root.user
        return shape
    replies = [] if one.ephemeral_to else state.replies(one.channel, one.ts)
    if not replies:
        return {}
    users = list(dict.fromkeys(reply.user for reply in replies))
    return {
        "thread_ts": one.ts,
        "reply_count": len(replies),
        "reply_users": users[:5],
        "reply_users_count": len(users),
        "latest_reply": replies[-1].ts,
        "is_locked": False,
        "subscribed": True,
    }


def file(state: State, one: StoredFile) -> Json:
    kind = one.name.rsplit(".", 1)[-1] if "." in one.name else "text"
    shares = {
        id: [{"ts": ts, "channel_name": state.channels[id].name, "team_id": state.seed.team_id} for ts in stamps]
        for id, stamps in one.shares.items()
    }
    return {
        "id": one.id,
        "created": one.created,
        "timestamp": one.created,
        "name": one.name,
        "title": one.title or one.name,
        "mimetype": "text/plain",
        "filetype": kind,
        "pretty_type": kind.upper(),
        "user": seed.BOT_USER,
        "user_team": state.seed.team_id,
        "editable": False,
        "size": one.length,
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": bool(one.shares),
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": f"/files/{one.id}/{one.name}",
        "url_private_download": f"/files/{one.id}/download/{one.name}",
        "permalink": f"https://{state.seed.team_domain}.slack.com/files/{seed.BOT_USER}/{one.id}/{one.name}",
        "channels": list(one.shares),
        "groups": [],
        "ims": [],
        "shares": {"public": shares} if shares else {},
    }


def view(state: State, one: View) -> Json:
    body = one.body
    team = state.seed.team_id
    return {
        "id": one.id,
        "team_id": team,
        "type": one.type,
        "title": body.get("title") or {"type": "plain_text", "text": "View Title", "emoji": True},
        "submit": body.get("submit"),
        "close": body.get("close"),
        "blocks": one.blocks,
        "private_metadata": body.get("private_metadata", ""),
        "callback_id": body.get("callback_id", ""),
        "external_id": body.get("external_id", ""),
        "state": {"values": one.values},
        "hash": one.hash,
        "clear_on_close": bool(body.get("clear_on_close", False)),
        "notify_on_close": bool(body.get("notify_on_close", False)),
        "root_view_id": one.root_view_id,
        "previous_view_id": one.previous_view_id,
        "app_id": seed.APP_ID,
        "app_installed_team_id": team,
        "bot_id": seed.BOT_ID,
    }


def _team(state: State, user_id: str) -> str:
    known = state.users.get(user_id)
    return known.team_id if known is not None else state.seed.team_id
