"""rbac.yaml -> Rbac, with the checks that one file allows."""

import re
from collections import Counter

from bot.adapters.config.folder import Folder
from bot.adapters.config.spelling import canonical
from bot.domain.rbac import Binding, LinkedPerson, Rbac

NAME = "rbac.yaml"

_USER = re.compile(r"\*|[UW][A-Z0-9]+")
_GROUP = re.compile(r"S[A-Z0-9]+")


def read_rbac(folder: Folder) -> Rbac | None:
    """The rules, or None after complaints."""
    data = folder.yaml(NAME)
    if data is None:
        return None
    bindings = data.get("bindings")
    if isinstance(bindings, list):
        data = data | {"bindings": [_canonical(binding) for binding in bindings]}
    rbac = folder.model(Rbac, data, NAME)
    if rbac is None:
        return None
    for index, binding in enumerate(rbac.bindings):
        _check_binding(folder, rbac, f"bindings[{index}]", binding)
    _check_people(folder, rbac.people)
    return rbac


def _canonical(binding: object) -> object:
    if not isinstance(binding, dict) or not isinstance(environments := binding.get("environments"), list):
        return binding
    return binding | {"environments": [canonical(name) for name in environments]}


def _check_binding(folder: Folder, rbac: Rbac, key: str, binding: Binding) -> None:
    if binding.role not in rbac.roles:
        known = ", ".join(sorted(rbac.roles)) or "none"
        folder.complain(NAME, f"{key}.role", f"there is no role {binding.role}; roles here: {known}")
    if not (binding.users or binding.usergroups or binding.api_tokens):
        folder.complain(NAME, key, "gives the role to nobody; name users, usergroups or api_tokens")
    for index, user in enumerate(binding.users):
        if not _USER.fullmatch(user):
            reason = 'is no Slack user id, such as U01DANA (in a profile: "Copy member ID"), nor "*"'
            folder.complain(NAME, f"{key}.users[{index}]", reason)
    for index, group in enumerate(binding.usergroups):
        if not _GROUP.fullmatch(group):
            folder.complain(NAME, f"{key}.usergroups[{index}]", "is no Slack user group id, such as S01OWNERS")
    for index, token in enumerate(binding.api_tokens):
        if token == "*":
            folder.complain(NAME, f"{key}.api_tokens[{index}]", "name each token; * would mean machines not yet known")


def _check_people(folder: Folder, people: tuple[LinkedPerson, ...]) -> None:
    """One human has one entry, and an identity belongs to one human: otherwise four eyes could be two."""
    for kind in ("logins", "api_tokens"):
        owners = Counter(name for person in people for name in getattr(person, kind))
        for name in sorted(name for name, count in owners.items() if count > 1):
            folder.complain(NAME, "people", f"{name} stands in {kind} more than once")
    slack = Counter(person.slack for person in people)
    for name in sorted(name for name, count in slack.items() if count > 1):
        folder.complain(NAME, "people", f"{name} has more than one entry; put them together")
    for index, person in enumerate(people):
        if person.slack == "*" or not _USER.fullmatch(person.slack):
            folder.complain(NAME, f"people[{index}].slack", "is no Slack user id, such as U01DANA")
