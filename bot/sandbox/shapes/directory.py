"""People, groups and channels as Slack's JSON."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.sandbox import seed
from bot.sandbox.model import Channel, Json, User, Usergroup

CREATED = 1_700_000_000
"""When everything in the seed was made."""


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
