"""A vote counts for one question, once, for a while, and only under a key that holds."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.adapters.evidence.keys import RingSeal
from bot.domain.quorum import Quorum
from bot.domain.slo import SloDocument
from bot.domain.tally import count_votes
from bot.domain.verdict import Verdict
from bot.evidence.document import strict_json
from bot.evidence.envelope import Envelope, write_envelope
from bot.evidence.harvest import written
from bot.evidence.judged import attach, judges_of
from bot.evidence.question import Question, evidence_digest, question_of
from bot.evidence.vote import LASTS, Vote, VoteRefused, check_binding, read_vote, sign_vote, signed_by
from tests.domain.test_quorum import vote as ballot
from tests.evidence.documents import document, perf
from tests.evidence.keys import Ring

NOW = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)
NONCE = "nonce-of-this-question"
SLO = SloDocument.model_validate({"error": {"max_error_rate": 0.01}})
RING = Ring({"k1": b"one", "k2": b"two"}, "k1")


def question(**more: object) -> Question:
    return question_of("g", document(perf=perf() | more), SLO)


def vote(**fields: object) -> Vote:
    known = {
        "gate": "g", "evidence": question().evidence_digest, "slo": question().slo_digest, "verdict": Verdict.PASS,
        "reasons": (), "judge_id": "a", "version": "1", "nonce": NONCE, "judged_at": written(NOW),
        "exp": written(NOW + LASTS),
    }  # fmt: skip
    return Vote.model_validate(known | fields)


def refused(one: Vote, now: datetime = NOW) -> str:
    with pytest.raises(VoteRefused) as why:
        check_binding(one, question(), NONCE, NOW, now)
    return why.value.code


@pytest.mark.parametrize(("fields", "code"), [
    ({"evidence": question(count=999).evidence_digest}, "vote.other_evidence"),
    ({"slo": "ab" * 32}, "vote.other_slo"),
    ({"gate": "another"}, "vote.other_gate"),
    ({"nonce": "nonce-of-another-one"}, "vote.other_nonce"),
    ({"exp": written(NOW)}, "vote.expired"),
    ({"judged_at": written(NOW - timedelta(minutes=10))}, "vote.skew"),
    ({"judged_at": written(NOW + timedelta(minutes=10))}, "vote.skew"),
])  # fmt: skip
def test_a_vote_for_anything_else_does_not_count(fields: dict[str, object], code: str) -> None:
    """Other evidence, another file, another question, another time."""
    assert refused(vote(**fields)) == code


def test_a_vote_expires() -> None:
    check_binding(vote(), question(), NONCE, NOW, NOW + timedelta(minutes=1))
    assert refused(vote(), NOW + LASTS) == "vote.expired"


def signed(ring: Ring = RING, **fields: object) -> Envelope:
    return sign_vote(vote(**fields), RingSeal(ring))


def key_of(envelope: Envelope, ring: Ring = RING, only: str | None = None) -> str:
    one, read = read_vote(write_envelope(envelope))
    return signed_by(one, read, (RingSeal(ring),), only)


def test_a_signed_vote_is_confirmed_by_its_key() -> None:
    assert key_of(signed()) == key_of(signed(), only="k1") == "k1"


@pytest.mark.parametrize(("ring", "code"), [
    (Ring({"k9": b"nine"}, "k9"), "vote.key_missing"),
    (Ring({"k1": b"another"}, "k1"), "vote.signature"),
    (Ring({"k1": b"one"}, "k1", retired=frozenset({"k1"})), "vote.key_retired"),
    (Ring({"k1": b"one"}, "k1", grace={"k1": NOW - timedelta(seconds=1)}), "vote.key_retired"),
])  # fmt: skip
def test_a_vote_under_a_key_that_does_not_hold_is_none(ring: Ring, code: str) -> None:
    """Unknown, changed, retired, and in grace for something signed after the rotation."""
    with pytest.raises(VoteRefused) as why:
        key_of(signed(), ring)
    assert why.value.code == code


def test_a_key_in_grace_holds_for_what_was_signed_before_it_was_rotated() -> None:
    assert key_of(signed(), Ring({"k1": b"one"}, "k1", grace={"k1": NOW + timedelta(seconds=1)})) == "k1"


def test_a_judge_may_be_held_to_its_own_key() -> None:
    with pytest.raises(VoteRefused) as why:
        key_of(signed(), only="k2")
    assert why.value.code == "vote.other_key"


def test_a_changed_vote_is_no_vote() -> None:
    """A byte of the payload, or another type of payload."""
    good = signed(verdict=Verdict.FAIL)
    turned = Envelope(good.payload_type, good.payload.replace(b'"fail"', b'"pass"'), good.signatures)
    with pytest.raises(VoteRefused, match=r"vote\.signature"):
        key_of(turned)
    with pytest.raises(VoteRefused, match=r"vote\.malformed"):
        key_of(Envelope("application/json", good.payload, good.signatures))
    with pytest.raises(VoteRefused, match=r"vote\.malformed"):
        key_of(Envelope(good.payload_type, b'{"verdict": "pass"}', good.signatures))


def test_votes_put_into_the_evidence_still_speak_of_it() -> None:
    """What they were about keeps its digest, and the document its checksum; anybody can check them again there."""
    before = document(perf=perf())
    judges = judges_of(count_votes(Quorum(1, 1), True, [ballot("a")]), {"a": signed()})
    after = attach(before, judges)
    assert evidence_digest(after) == evidence_digest(before)
    assert evidence_digest(document(perf=perf() | {"count": 1})) != evidence_digest(before)
    assert after.judges is not None
    kept = after.judges.votes[0].meta["envelope"]
    assert strict_json(write_envelope(signed())) == kept
