"""The quorum: how the votes of several judges add up, purely by what they say (contracts 1.12)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.domain.evidence import Ballot, QuorumVotes
from bot.domain.quorum import Quorum
from bot.domain.release import Release
from bot.domain.service import QuorumGate
from bot.domain.verdict import Judgement, Verdict
from bot.evidence.question import slo_digest
from bot.gates.admit import admit_as, newest, too_old
from bot.gates.finding import Finding, conclude, found

_SHOWN = 3
"""Reasons of one judge that are repeated."""


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


def judge_quorum(spec: QuorumGate, release: Release, now: datetime) -> Judgement:
    """The newest round of votes; it must be about this version and this SLO, and fresh, before it is counted."""
    if spec.slo is None or not spec.judges:
        return conclude(spec, [found(Verdict.ERROR, "slo-parse", detail=spec.file if not spec.slo else spec.providers)])
    last = newest(release.facts_of(spec.name))
    if last is None:
        return conclude(spec, [found(Verdict.NO_DATA, "evidence.missing:votes")])
    fact = admit_as(QuorumVotes, last, release.version, now)
    if isinstance(fact, Finding):
        return conclude(spec, [fact], as_of=last.observed_at)
    outdated = too_old(fact.observed_at, spec.fresh, now)
    findings = [outdated] if outdated else list(_weigh(spec, fact))
    return conclude(spec, findings, fact.observed_at, fact.observed_at + spec.fresh)


def tally_of(spec: QuorumGate, fact: QuorumVotes) -> Tally:
    """The votes of one round, counted by the gate's own rule."""
    return count_votes(spec.rule, spec.fail_closed, fact.ballots)


def _weigh(spec: QuorumGate, fact: QuorumVotes) -> Iterator[Finding]:
    """Why the gate does not pass; a degraded round that passes has its reason too."""
    if spec.slo is None or fact.slo != slo_digest(spec.slo) or (fact.k, fact.n) != (spec.rule.k, spec.rule.n):
        yield found(Verdict.ERROR, "quorum.other_rules", detail=spec.file)
        return
    tally = tally_of(spec, fact)
    if tally.final == "fail":
        yield found(_severity(tally), "quorum.short", tally.pass_count, tally.rule.k)
    for one in tally.ballots:
        yield from _of(one, tally)


def _severity(tally: Tally) -> Verdict:
    """Harm is what so many judges say that the silent ones could change nothing; silence is no data, and a judge who
    cannot decide decides nothing."""
    against = sum(one.counts and one.verdict is Verdict.FAIL for one in tally.ballots)
    if tally.rule.n - against < tally.rule.k:
        return Verdict.FAIL
    return Verdict.NO_DATA if tally.degraded else Verdict.INCONCLUSIVE


def _of(one: Ballot, tally: Tally) -> Iterator[Finding]:
    """What one ballot adds: why it is no vote, or what its judge found. It never outweighs the count."""
    weight = Verdict.PASS if tally.final == "pass" else _severity(tally)
    if one.error:
        detail = " ".join(filter(None, (one.provider, one.detail)))
        yield found(weight, f"quorum.no_vote:{one.error}", detail=detail)
    elif not one.passes:
        for reason in one.reasons[:_SHOWN]:
            whose = f"{one.judge}: {reason.detail}" if reason.detail else one.judge
            yield Finding(weight, reason.model_copy(update={"detail": whose}))


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
