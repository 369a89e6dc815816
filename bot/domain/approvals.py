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


def fallen(release: Release, judgements: tuple[Judgement, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The gates that no longer pass although approvers saw them pass, each with the people who fall with it. Whether
    somebody overrides the gate changes nothing: what was seen is gone."""
    found: list[tuple[str, tuple[str, ...]]] = []
    standing = release.approvals
    for judgement in judgements:
        people = tuple(one.person for one in standing if judgement.gate in one.saw)
        if people and not judgement.passes:
            found.append((judgement.gate, people))
            standing = tuple(one for one in standing if one.person not in people)
    return tuple(found)


def left(release: Release, judgements: tuple[Judgement, ...]) -> Release:
    """The release with the approvals alone that what the gates say now leaves standing."""
    gone = {person for _, people in fallen(release, judgements) for person in people}
    kept = tuple(approval for approval in release.approvals if approval.person not in gone)
    return release.model_copy(update={"approvals": kept})
