"""Who is here and who may do what: tests add and change people, groups and memberships, and the app hears of it."""

from __future__ import annotations

from dataclasses import fields

from bot.sandbox.control.asked import Refused, text
from bot.sandbox.core import Core
from bot.sandbox.model import Channel, Json, User, Usergroup


async def change(core: Core, asked: Json) -> Json:
    """`users: [{id, …}]`, `usergroups: [{id, add, remove, …}]`, `channels: [{id, add, remove, …}]`, each optional."""
    unknown = set(asked) - {"users", "usergroups", "channels"}
    if unknown:
        raise Refused("unknown_field", fields=sorted(unknown))
    for one in asked.get("users") or []:
        _user(core, one)
    for one in asked.get("usergroups") or []:
        _group(core, one)
    for one in asked.get("channels") or []:
        _channel(core, one)
    core.changes.note("workspace")
    return {}


def _user(core: Core, asked: Json) -> None:
    id = text(asked, "id")
    user = core.state.users.get(id)
    if user is None:
        name = str(asked.get("name") or id.lower())
        user = core.state.users[id] = User(id, name, str(asked.get("real_name") or name), core.state.seed.team_id)
    _assign(user, asked, {"id"})
    user.updated = int(core.clock.now())
    if user.deleted:
        _leave_groups(core, user)
    core.events.user_changed(user)


def _leave_groups(core: Core, user: User) -> None:
    """A deactivated person drops out of every user group."""
    for group in core.state.usergroups.values():
        if user.id in group.users:
            _group(core, {"id": group.id, "remove": [user.id]})


def _group(core: Core, asked: Json) -> None:
    id = text(asked, "id")
    group = core.state.usergroups.get(id)
    if group is None:
        handle = str(asked.get("handle") or id.lower())
        group = core.state.usergroups[id] = Usergroup(id, handle, str(asked.get("name") or handle))
    before, previous = list(group.users), group.updated
    _assign(group, asked, {"id", "add", "remove"})
    _members(group.users, asked)
    group.updated = int(core.clock.now())
    added = [one for one in group.users if one not in before]
    removed = [one for one in before if one not in group.users]
    if added or removed:
        core.events.group_members_changed(group, added, removed, previous)
    core.events.group_updated(group)


def _channel(core: Core, asked: Json) -> None:
    id = text(asked, "id")
    channel = core.state.channels.get(id)
    if channel is None:
        channel = core.state.channels[id] = Channel(id, str(asked.get("name") or id.lower()))
    before = list(channel.members)
    _assign(channel, asked, {"id", "add", "remove"})
    _members(channel.members, asked)
    for one in channel.members:
        if one not in before:
            core.events.joined(one, channel)


def _assign(thing: User | Usergroup | Channel, asked: Json, besides: set[str]) -> None:
    known = {one.name: type(getattr(thing, one.name)) for one in fields(thing)}
    for name, value in asked.items():
        if name in besides:
            continue
        if name not in known:
            raise Refused("unknown_field", fields=[name])
        if not isinstance(value, known[name]):
            raise Refused("wrong_type", field=name)
        setattr(thing, name, list(value) if isinstance(value, list) else value)


def _members(members: list[str], asked: Json) -> None:
    for one in asked.get("add") or []:
        if one not in members:
            members.append(str(one))
    for one in asked.get("remove") or []:
        if one in members:
            members.remove(one)
