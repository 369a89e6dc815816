"""How the workspace's things look in Slack's JSON: the field names of `vendor/slack/api-shapes`."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.sandbox import seed
from bot.sandbox.model import Channel, Json, Message, StoredFile, User, Usergroup, View
from bot.sandbox.state import State

CREATED = 1_700_000_000


def user(one: User, with_email: bool = False) -> Json:
    zone = datetime.fromtimestamp(CREATED, ZoneInfo(one.tz))
    profile: Json = {
        "real_name": one.real_name,
        "real_name_normalized": one.real_name,
        "display_name": one.name,
        "display_name_normalized": one.name,
        "title": one.roles_hint,
        "status_text": "",
        "status_emoji": "",
        "team": one.team_id,
    }
    if one.is_bot:
        profile |= {"bot_id": one.bot_id, "api_app_id": one.app_id}
    if with_email and not one.is_bot:
        profile["email"] = f"{one.name}@acme.example"
    shape: Json = {
        "id": one.id,
        "team_id": one.team_id,
        "name": one.name,
        "deleted": one.deleted,
        "profile": profile,
        "is_bot": one.is_bot,
        "is_app_user": False,
        "updated": one.updated or CREATED,
    }
    if one.deleted:
        return shape
    shape |= {
        "color": "4bbe2e",
        "real_name": one.real_name,
        "tz": one.tz,
        "tz_label": zone.tzname() or one.tz,
        "tz_offset": int((zone.utcoffset() or datetime.resolution).total_seconds()),
        "is_admin": False,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": one.is_restricted or one.is_ultra_restricted,
        "is_ultra_restricted": one.is_ultra_restricted,
        "is_email_confirmed": not one.is_bot,
        "who_can_share_contact_card": "EVERYONE",
    }
    if one.is_stranger:
        shape["is_stranger"] = True
    return shape


def usergroup(one: Usergroup, team_id: str, with_users: bool = True) -> Json:
    shape: Json = {
        "id": one.id,
        "team_id": team_id,
        "is_usergroup": True,
        "is_subteam": True,
        "name": one.name,
        "description": "",
        "handle": one.handle,
        "is_external": False,
        "date_create": CREATED,
        "date_update": one.updated or CREATED,
        "date_delete": (one.updated or CREATED) if one.disabled else 0,
        "auto_provision": False,
        "enterprise_subteam_id": "",
        "created_by": "U01DANA",
        "updated_by": "U01DANA",
        "prefs": {"channels": [], "groups": []},
        "channel_count": 0,
        "user_count": len(one.users),
    }
    if with_users:
        shape["users"] = list(one.users)
    return shape


def channel(one: Channel, team_id: str, with_members: bool = False) -> Json:
    if one.is_im:
        return {
            "id": one.id,
            "created": CREATED,
            "is_archived": False,
            "is_im": True,
            "is_org_shared": False,
            "user": one.im_user,
            "is_user_deleted": False,
            "context_team_id": team_id,
            "updated": CREATED * 1000,
        }
    shape: Json = {
        "id": one.id,
        "name": one.name,
        "name_normalized": one.name,
        "is_channel": not one.is_private,
        "is_group": one.is_private,
        "is_im": False,
        "is_mpim": False,
        "is_private": one.is_private,
        "created": CREATED,
        "creator": "U01DANA",
        "is_archived": one.is_archived,
        "is_general": one.name == "general",
        "unlinked": 0,
        "is_shared": one.is_ext_shared,
        "is_ext_shared": one.is_ext_shared,
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "pending_connected_team_ids": [],
        "shared_team_ids": [team_id, seed.PARTNER_TEAM] if one.is_ext_shared else [team_id],
        "context_team_id": team_id,
        "updated": CREATED * 1000,
        "is_member": seed.BOT_USER in one.members,
        "topic": {
            "value": one.topic,
            "creator": "U01DANA" if one.topic else "",
            "last_set": CREATED if one.topic else 0,
        },
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "previous_names": [],
    }
    if with_members:
        shape["num_members"] = len(one.members)
    return shape


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
