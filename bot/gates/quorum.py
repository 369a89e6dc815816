"""The quorum gate: what the votes of several judges mean for a release (contracts 1.12)."""

from collections.abc import Iterator
from datetime import datetime

from bot.domain.evidence import Ballot, QuorumVotes
from bot.domain.release import Release
from bot.domain.service import QuorumGate
from bot.domain.tally import Tally, count_votes
from bot.domain.verdict import Judgement, Verdict
from bot.evidence.question import slo_digest
from bot.gates.finding import Finding, conclude, found
from bot.gates.newest import judge_newest

_SHOWN = 3
"""Reasons of one judge that are repeated."""


def judge_quorum(spec: QuorumGate, release: Release, now: datetime) -> Judgement:
    """The newest round of votes; it must be about this version and this SLO, and fresh, before it is counted."""
    if spec.slo is None or not spec.judges:
        return conclude(spec, [found(Verdict.ERROR, "slo-parse", detail=spec.file if not spec.slo else spec.providers)])
    return judge_newest(spec, QuorumVotes, release, now, "evidence.missing:votes", lambda fact: _weigh(spec, fact))


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
