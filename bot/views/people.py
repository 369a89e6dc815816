"""People, machines and roles as a reader knows them."""

import re
from collections.abc import Sequence

from bot.domain.rbac import Binding
from bot.domain.release import Release
from bot.views.escape import code

_USER = re.compile(r"[UW][A-Z0-9]{1,30}", re.ASCII)
_GROUP = re.compile(r"S[A-Z0-9]{1,30}", re.ASCII)
_CHANNEL = re.compile(r"[CGD][A-Z0-9]{1,30}", re.ASCII)
_EVERYBODY = "*"
_MOST = 20


def mention(user: str) -> str:
    """A Slack user by id."""
    return f"<@{user}>" if _USER.fullmatch(user) else code(user)


def group(usergroup: str) -> str:
    """A Slack user group by id."""
    return f"<!subteam^{usergroup}>" if _GROUP.fullmatch(usergroup) else code(usergroup)


def channel(identifier: str) -> str:
    """A Slack channel by id."""
    return f"<#{identifier}>" if _CHANNEL.fullmatch(identifier) else code(identifier)


def who(actor: str) -> str:
    """An identity as the ledger writes it (`slack:T01/U01DANA`, `token:ci-checkout`, `cli:dana`)."""
    kind, _, name = actor.partition(":")
    match kind:
        case "slack":
            return mention(name.rpartition("/")[2])
        case "token":
            return f"token {code(name)}"
        case "cli":
            return f"{code(name)} on the command line"
        case "machine":
            return "Interlock"
        case _:
            return code(actor)


def requester(release: Release) -> str:
    """Who opened a release, with the person behind a token or a login."""
    asked = who(release.requester.name)
    behind = mention(release.person) if release.person else ""
    return f"{asked} ({behind})" if behind and behind != asked else asked


def listed(words: Sequence[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`; a long list ends with how many are left out."""
    if len(words) > _MOST:
        return f"{', '.join(words[:_MOST])} {last} {len(words) - _MOST} more"
    return f" {last} ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def holders(bindings: Sequence[Binding]) -> str:
    """Who holds a right: role by role, with people, groups and tokens. Empty for nobody."""
    roles: dict[str, list[str]] = {}
    for binding in bindings:
        names = [_holder(user) for user in binding.users]
        names += [group(one) for one in binding.usergroups]
        names += [f"token {code(one)}" for one in binding.api_tokens]
        known = roles.setdefault(binding.role, [])
        known += [name for name in names if name not in known]
    return "; ".join(f"{code(role)} ({listed(names)})" for role, names in roles.items() if names)


def _holder(user: str) -> str:
    return "every full member" if user == _EVERYBODY else mention(user)
