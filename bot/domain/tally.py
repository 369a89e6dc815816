"""How the votes of several judges add up, purely by what they say (contracts 1.12)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.domain.evidence import Ballot
from bot.domain.quorum import Quorum


@dataclass(frozen=True, slots=True)
class Tally:
    """What the ballots come to. `degraded`: a provider gave no vote of its own; reported beside the result. `ballots`
    are those that were given, with every second vote of one judge marked."""

    rule: Quorum
    final: Literal["pass", "fail"]
    pass_count: int
    degraded: bool
    ballots: tuple[Ballot, ...]

    @property
    def votes(self) -> int:
        """How many judges voted at all."""
        return sum(one.counts for one in self.ballots)


def count_votes(rule: Quorum, fail_closed: bool, ballots: Sequence[Ballot]) -> Tally:
    """Count distinct judges, not keys and not providers. Final is `pass` when k of them pass, and none is missing or
    the SLO takes a degraded quorum."""
    counted = _once_each(ballots)
    passed = sum(one.passes for one in counted)
    degraded = len(counted) < rule.n or not all(one.counts for one in counted)
    final: Literal["pass", "fail"] = "pass" if passed >= rule.k and not (degraded and fail_closed) else "fail"
    return Tally(rule, final, passed, degraded, counted)


def _once_each(ballots: Sequence[Ballot]) -> tuple[Ballot, ...]:
    """The ballots with one vote for each judge: where it said two things, the one that is not for."""
    kept: dict[str, int] = {}
    for place, one in enumerate(ballots):
        if one.counts and (one.judge not in kept or (ballots[kept[one.judge]].passes and not one.passes)):
            kept[one.judge] = place
    return tuple(
        one.model_copy(update={"error": "vote.twice", "detail": one.judge})
        if one.counts and kept[one.judge] != place
        else one
        for place, one in enumerate(ballots)
    )
