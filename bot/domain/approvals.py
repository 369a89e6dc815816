"""Counting approvals: distinct people, required roles, only for the digest that is being decided."""

from dataclasses import dataclass

from bot.domain.release import Approval, Release
from bot.domain.verdict import Judgement


@dataclass(frozen=True, slots=True)
class Quorum:
    """What approvals amount to: how many more people are needed, and from which roles at least."""

    missing: int
    missing_roles: tuple[tuple[str, int], ...]

    @property
    def reached(self) -> bool:
        """Whether nobody more is needed."""
        return self.missing == 0 and not self.missing_roles


def counted(release: Release) -> tuple[Approval, ...]:
    """The approvals that stand: for today's digest, one a person, the requester left out where the rule says so."""
    rule = release.plan.approvals
    standing: dict[str, Approval] = {}
    for approval in release.approvals:
        own = rule.exclude_requester and approval.person == release.person
        if approval.digest == release.digest and not own:
            standing[approval.person] = approval
    return tuple(standing.values())


def quorum(release: Release) -> Quorum:
    """How far the approvals of a release reach."""
    rule, given = release.plan.approvals, counted(release)
    lacking = tuple(
        (role, need - have)
        for role, need in sorted(rule.roles.items())
        if (have := sum(role in approval.roles for approval in given)) < need
    )
    seats = max(rule.count - len(given), sum(number for _, number in lacking), 0)
    return Quorum(missing=seats, missing_roles=lacking)


def fallen(release: Release, judgements: tuple[Judgement, ...]) -> tuple[str, tuple[str, ...]] | None:
    """The first gate that no longer passes although approvers saw it pass, and those people; None when all stand."""
    for judgement in judgements:
        people = tuple(one.person for one in release.approvals if judgement.gate in one.saw)
        if people and not judgement.opens:
            return judgement.gate, people
    return None
