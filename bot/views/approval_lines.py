"""Approvals in words: who gave one, when and why, and what is still missing."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.approvals import counted, quorum
from bot.domain.release import Approval, Release
from bot.views.escape import inline, quoted
from bot.views.people import listed, mention
from bot.views.times import moment

_MOST = 6


def approval_lines(release: Release, now: datetime) -> list[str]:
    """How many approvals stand, what is missing, and each of them."""
    given = counted(release)
    if not given and release.plan.approvals.count == 0 and not release.plan.approvals.roles:
        return ["No approval needed."]
    lines = [f"*Approvals:* {len(given)} of {needed(release)}{_still(release)}"]
    lines += [f"• {_one(approval, release, now)}" for approval in given[:_MOST]]
    if len(given) > _MOST:
        lines.append(f"… and {len(given) - _MOST} more")
    return lines


def needed(release: Release) -> int:
    """How many approvals the rule asks for in all."""
    rule = release.plan.approvals
    return max(rule.count, sum(rule.roles.values()))


def required(release: Release) -> str:
    """What the rule asks for: `2 approvals, 1 of them from deploy-owner`."""
    number, roles = needed(release), sorted(release.plan.approvals.roles.items())
    if number == 0:
        return "no approval"
    many = "1 approval" if number == 1 else f"{number} approvals"
    parts = [f"{least} of them from {inline(role, 63)}" for role, least in roles if least]
    if number == 1 and parts:
        return f"{many}, from {inline(roles[0][0], 63)}"
    return f"{many}, {listed(parts)}" if parts else many


def missing(release: Release) -> str:
    """`1 more approval, from deploy-owner`; empty when nobody more is needed."""
    lack = quorum(release)
    return lacking(lack.missing, lack.missing_roles) if not lack.reached else ""


def lacking(people: int, roles: Sequence[tuple[str, int]]) -> str:
    """How many more people must approve, and how many of them from which role."""
    noun = "approval" if people == 1 else "approvals"
    if not roles:
        return f"{people} more {noun}"
    if len(roles) == 1 and roles[0][1] == people:
        return f"{people} more {noun}, from {inline(roles[0][0], 63)}"
    parts = [f"{number} from {inline(role, 63)}" for role, number in roles]
    return f"{people} more {noun}, at least {listed(parts)}"


def _still(release: Release) -> str:
    still = missing(release)
    return f"; needs {still}" if still else ""


def _one(approval: Approval, release: Release, now: datetime) -> str:
    roles = [inline(role, 63) for role in approval.roles if role in release.plan.approvals.roles]
    held = f" ({listed(roles)})" if roles else ""
    reason = f": {quoted(approval.reason, 200)}" if approval.reason else ""
    return f"{mention(approval.person)}{held}, {moment(approval.at, now)}{reason}"
