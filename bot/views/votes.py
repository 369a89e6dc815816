"""Who voted what, in words."""

from bot.domain.evidence import Ballot, QuorumVotes
from bot.domain.quorum import Quorum
from bot.domain.release import Release
from bot.domain.tally import Tally, count_votes
from bot.views import marks
from bot.views.escape import code, inline
from bot.views.measures import Unit, amount
from bot.views.verdicts import MARKS, WORDS, sentence

_SHOWN = 3

SILENT = {
    "judge.timeout": "did not answer in time",
    "judge.deadline": "did not answer before the deadline of all judges",
    "judge.unreachable": "cannot be reached",
    "judge.failing": "is in trouble itself",
    "judge.refused": "refused the question",
    "judge.tls": "has a certificate that does not hold",
    "judge.breaker_open": "is left alone after several failures",
    "judge.malformed": "gave an answer that cannot be read",
    "judge.broken": "hit an internal problem",
    "vote.absent": "answered without a vote",
    "vote.malformed": "gave a vote that cannot be read",
    "vote.no_keys": "signs its vote, and no key is configured here to check it",
    "vote.signature": "gave a vote whose signature does not fit",
    "vote.key_missing": "signed with a key that is not known here",
    "vote.key_retired": "signed with a key that counts no longer",
    "vote.other_key": "signed with another key than its own",
    "vote.other_evidence": "voted on other evidence",
    "vote.other_slo": "voted by another SLO file",
    "vote.other_gate": "voted for another gate",
    "vote.other_nonce": "answered another question",
    "vote.expired": "gave a vote that has expired",
    "vote.skew": "dates its vote too far from our clock",
    "vote.twice": "is a judge that voted already, and counts once",
}
"""What each code of a missing vote means, said of the provider."""


def newest_votes(release: Release, gate: str) -> QuorumVotes | None:
    """The newest round of a gate."""
    found = [fact for fact in release.facts_of(gate) if isinstance(fact, QuorumVotes)]
    return found[-1] if found else None


def counted(votes: QuorumVotes) -> Tally:
    """A round, counted by the rule that it was asked under."""
    return count_votes(Quorum(votes.k, votes.n), votes.fail_closed, votes.ballots)


def votes_short(tally: Tally) -> str:
    """One clause for the card: `2 of 3 judges pass (judge-a, judge-b; not judge-c), degraded`."""
    agree = [inline(one.provider, 63) for one in tally.ballots if one.passes]
    others = [inline(one.provider, 63) for one in tally.ballots if not one.passes]
    names = "; ".join(filter(None, (", ".join(agree), f"not {', '.join(others)}" if others else "")))
    word = ", degraded" if tally.degraded else ""
    return f"{tally.pass_count} of {tally.rule.n} judges pass, {tally.rule.k} needed ({names}){word}"


def vote_lines(votes: QuorumVotes) -> list[str]:
    """Every judge with its vote, or with what came instead of one."""
    tally = counted(votes)
    lines = [f"• {_ballot(one)}" for one in tally.ballots]
    if tally.degraded:
        shuts = "which keeps the gate shut" if votes.fail_closed else "which the SLO file allows"
        lines.append(f"• the quorum is degraded: not every judge voted, {shuts}")
    return [*lines, f"• all about evidence {code(votes.evidence[:12])}, by SLO {code(votes.slo[:12])}"]


def _ballot(one: Ballot) -> str:
    took = f" ({amount(one.latency_ms, Unit.MS)})" if one.latency_ms is not None else ""
    name = inline(one.provider, 63)
    if one.verdict is None or one.error:
        why = SILENT.get(one.error, code(one.error))
        return f"{marks.UNKNOWN} {name} {why}{f' ({inline(one.detail, 200)})' if one.detail else ''}"
    called = f", as {inline(one.judge, 63)}" if one.judge != one.provider else ""
    why = "; ".join(sentence(reason) for reason in one.reasons[:_SHOWN])
    return f"{MARKS[one.verdict]} {name}{called}: {WORDS[one.verdict]}{took}{f': {why}' if why else ''}"
