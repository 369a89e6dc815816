"""users.* and usergroups.*: who is here, and in which groups."""

from __future__ import annotations

from bot.sandbox import shapes
from bot.sandbox.core import Core
from bot.sandbox.model import Json
from bot.sandbox.webapi.call import ApiError, Call


def info(core: Core, call: Call) -> Json:
    found = core.state.users.get(call.text("user"))
    if found is None:
        raise ApiError("user_not_found")
    return {"user": shapes.user(found, "users:read.email" in call.granted)}


def list_(core: Core, call: Call) -> Json:
    page, cursor = call.page(list(core.state.users.values()))
    shown = [shapes.user(one, "users:read.email" in call.granted) for one in page]
    return {"members": shown, "cache_ts": int(core.clock.now()), "response_metadata": {"next_cursor": cursor}}


def groups(core: Core, call: Call) -> Json:
    with_disabled = call.flag("include_disabled")
    every = [one for one in core.state.usergroups.values() if with_disabled or not one.disabled]
    team = core.state.seed.team_id
    return {"usergroups": [shapes.usergroup(one, team, call.flag("include_users")) for one in every]}


def group_members(core: Core, call: Call) -> Json:
    group = core.state.usergroups.get(call.required("usergroup"))
    if group is None:
        raise ApiError("no_such_subteam")
    if group.disabled and not call.flag("include_disabled"):
        raise ApiError("subteam_disabled")
    return {"users": list(group.users)}
