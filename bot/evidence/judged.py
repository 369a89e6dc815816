"""The `judges` block: what a quorum decided, and what each judge said (contracts 1.8, 1.12)."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from bot.domain.evidence import Ballot, Fact, QuorumVotes
from bot.domain.quorum import Quorum
from bot.domain.tally import Tally, count_votes
from bot.evidence.envelope import Envelope, write_envelope
from bot.evidence.hashes import with_integrity
from bot.evidence.measured import Judges
from bot.evidence.snapshot import Snapshot


def judges_of(tally: Tally, envelopes: Mapping[str, Envelope]) -> Judges:
    """The block of one round. `envelopes` are the signed votes by provider; they go into the votes' `meta`, where
    anybody who holds the keys can check them again."""
    votes = [_vote(one, envelopes.get(one.provider)) for one in tally.ballots]
    rule = tally.rule
    block = {"k": rule.k, "n": rule.n, "final": tally.final, "votes": votes, "pass_count": tally.pass_count}
    return Judges.model_validate_json(json.dumps(block | {"degraded": tally.degraded}))


def judges_in(facts: Iterable[Fact]) -> Judges | None:
    """The block of the newest round that a release holds, or None."""
    rounds = [fact for fact in facts if isinstance(fact, QuorumVotes)]
    if not rounds:
        return None
    last = max(rounds, key=lambda fact: fact.observed_at)
    return judges_of(count_votes(Quorum(last.k, last.n), last.fail_closed, last.ballots), {})


def attach(snapshot: Snapshot, judges: Judges) -> Snapshot:
    """The document with the votes in it. What was measured, and when, stays: the votes are about exactly that."""
    return with_integrity(snapshot.model_copy(update={"judges": judges}))


def _vote(one: Ballot, envelope: Envelope | None) -> dict[str, Any]:
    """One vote in the contract's shape: what is no pass is `fail`, and `meta` says what it was."""
    meta: dict[str, Any] = {"latency_ms": one.latency_ms, "judge": one.judge, "key_id": one.key_id}
    if one.verdict is not None:
        meta["verdict"] = one.verdict.value
    if one.error:
        meta |= {"error": one.error, "detail": one.detail}
    if envelope is not None:
        meta["envelope"] = json.loads(write_envelope(envelope))
    return {
        "id": one.provider,
        "decision": "pass" if one.passes else "fail",
        "reasons": [reason.model_dump(mode="json", exclude_none=True) for reason in one.reasons],
        "meta": {name: value for name, value in meta.items() if value not in (None, "")},
        "version": one.version or None,
    }
