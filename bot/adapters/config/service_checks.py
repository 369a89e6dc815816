"""Rules of a service file that its model does not hold: order of environments, approvals, Slack ids, placeholders."""

import re
from collections.abc import Collection
from datetime import timedelta

from bot.adapters.config.folder import Folder
from bot.domain.service import COMMAND_PLACEHOLDERS, CommandGate, EnvironmentConfig, ServiceConfig
from bot.domain.versions import UnknownVersion, parse_version

_CHANNEL = re.compile(r"[CG][A-Z0-9]+")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
PLACEHOLDERS = ("id", "service", "environment", "version", "previous", "percent")
"""What a command deployer fills in (bot.domain.service.CommandDeployer)."""


def check_channel(folder: Folder, name: str, key: str, channel: str) -> None:
    """A channel is named by its id."""
    if not _CHANNEL.fullmatch(channel):
        reason = "is no channel id, such as C01REL (at the end of the channel's details); names can change"
        folder.complain(name, key, reason)


def check_order(folder: Folder, name: str, config: ServiceConfig) -> None:
    """The order of the environments has a beginning."""
    for start in config.environments:
        passed, here = {start}, config.environments[start].follows
        while here is not None and here in config.environments and here not in passed:
            passed.add(here)
            here = config.environments[here].follows
        if here == start:
            folder.complain(name, f"environments.{start}.follows", "goes round in a circle, so nothing could be first")


def check_environment(folder: Folder, name: str, key: str, rules: EnvironmentConfig, beside: Collection[str]) -> None:
    """One environment's rules; `key` is its path in the file, `beside` are all environments of the service."""
    if rules.follows is not None and rules.follows not in beside:
        reason = f"{rules.follows} is not among this service's environments"
        folder.complain(name, f"{key}.follows", reason)
    for role, least in rules.approvals.roles.items():
        if not 1 <= least <= rules.approvals.count:
            reason = f"must be from 1 to the count of {rules.approvals.count}, which it is a part of"
            folder.complain(name, f"{key}.approvals.roles.{role}", reason)
    if rules.approvals.expires <= timedelta(0):
        folder.complain(name, f"{key}.approvals.expires", "must be longer than 0s")
    if rules.deployer.kind == "command":
        for part in ("start", "rollback", "status"):
            for index, word in enumerate(getattr(rules.deployer, part) or ()):
                _check_word(folder, name, f"{key}.deployer.{part}[{index}]", word)
    for index, gate in enumerate(rules.gates):
        if isinstance(gate, CommandGate):
            _check_command(folder, name, f"{key}.gates[{index}]", gate)


def check_roles(folder: Folder, name: str, key: str, rules: EnvironmentConfig, roles: Collection[str]) -> None:
    """Approvals may only ask for roles that exist, or nobody could ever give them."""
    for role in sorted(set(rules.approvals.roles) - set(roles)):
        known = ", ".join(sorted(roles)) or "none"
        folder.complain(
            name, f"{key}.approvals.roles.{role}", f"there is no such role in rbac.yaml; roles there: {known}"
        )


def _check_command(folder: Folder, name: str, key: str, gate: CommandGate) -> None:
    if _PLACEHOLDER.search(gate.run[0]) or not gate.run[0]:
        folder.complain(name, f"{key}.run[0]", "names the program itself, which may not depend on the release")
    for place, word in enumerate(gate.run):
        _check_word(folder, name, f"{key}.run[{place}]", word, COMMAND_PLACEHOLDERS)
    if gate.report is not None:
        _check_word(folder, name, f"{key}.report.file", gate.report.file, COMMAND_PLACEHOLDERS)


def _check_word(folder: Folder, name: str, key: str, word: str, placeholders: tuple[str, ...] = PLACEHOLDERS) -> None:
    for unknown in sorted(set(_PLACEHOLDER.findall(word)) - set(placeholders)):
        known = " ".join(f"{{{placeholder}}}" for placeholder in placeholders)
        folder.complain(name, key, f"{{{unknown}}} is not filled in; known: {known}")


def check_tags(folder: Folder, name: str, patterns: tuple[str, ...]) -> None:
    """Tag patterns have to name a whole date, or no version would ever match them."""
    for index, pattern in enumerate(patterns):
        example = pattern.replace("YYYY", "2026", 1).replace("MM", "11", 1).replace("DD", "21", 1)
        example = example.replace("HH", "10", 1).replace("MM", "30", 1).replace("SS", "00", 1)
        try:
            fits = parse_version(example, (pattern,)).rule == pattern
        except (UnknownVersion, re.error):
            fits = False
        if not fits:
            reason = "must hold YYYY, MM and DD, and may go on with HH, MM and SS, such as nightly-YYYYMMDD"
            folder.complain(name, f"tags[{index}]", reason)
