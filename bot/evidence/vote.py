"""A judge's vote: what it says about which evidence, signed, and answering one question only (engines C)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field, StringConstraints, ValidationError

from bot.domain.verdict import Reason, Verdict
from bot.evidence.block import Block, Instant, Sha256, moment
from bot.evidence.document import DocumentFlawed, strict_json
from bot.evidence.envelope import Envelope, parse_envelope
from bot.evidence.question import Question
from bot.evidence.seal import HOLDS, SealKey, SealSigner, Standing

VOTE_TYPE = "application/vnd.interlock.vote+json"
LASTS = timedelta(minutes=5)
"""How long a vote counts."""

SKEW = timedelta(seconds=90)
"""How far a judge's clock may differ from ours (contracts 1.14)."""

Word = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Vote(Block):
    """What is signed. `nonce` is the asker's, `exp` when the vote stops counting; reasons carry the numbers."""

    gate: str = Field(max_length=200)
    evidence: Sha256
    slo: Sha256
    verdict: Verdict
    reasons: tuple[Reason, ...] = Field(max_length=200)
    judge_id: Word
    version: str = Field(max_length=100)
    nonce: Word
    judged_at: Instant
    exp: Instant


class VoteRefused(ValueError):
    """A vote does not count; `code` is stable and says why."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code} {detail}".rstrip())
        self.code = code
        self.detail = detail


def sign_vote(vote: Vote, signer: SealSigner) -> Envelope:
    """The vote in its envelope."""
    payload = vote.model_dump_json().encode()
    unsigned = Envelope(VOTE_TYPE, payload, ())
    return Envelope(VOTE_TYPE, payload, (signer.sign(unsigned.signed),))


def read_vote(raw: bytes) -> tuple[Vote, Envelope]:
    """The vote in an envelope's bytes, nothing about it checked. Raises VoteRefused."""
    try:
        envelope = parse_envelope(raw)
        if envelope.payload_type != VOTE_TYPE:
            raise VoteRefused("vote.malformed", "another type of payload")
        strict_json(envelope.payload)
        return Vote.model_validate_json(envelope.payload), envelope
    except DocumentFlawed as flawed:
        raise VoteRefused("vote.malformed", str(flawed)[:200]) from None
    except ValidationError as error:
        places = [".".join(map(str, one["loc"])) for one in error.errors(include_input=False, include_url=False)]
        raise VoteRefused("vote.malformed", ", ".join(places)[:200]) from None


def check_binding(vote: Vote, asked: Question, nonce: str, asked_at: datetime, now: datetime) -> None:
    """Whether a vote answers this very question, now. Raises VoteRefused."""
    if vote.evidence != asked.evidence_digest:
        raise VoteRefused("vote.other_evidence")
    if vote.slo != asked.slo_digest:
        raise VoteRefused("vote.other_slo")
    if vote.gate != asked.gate:
        raise VoteRefused("vote.other_gate", vote.gate)
    if vote.nonce != nonce:
        raise VoteRefused("vote.other_nonce")
    if moment(vote.exp) <= now:
        raise VoteRefused("vote.expired", vote.exp)
    if not asked_at - SKEW <= moment(vote.judged_at) <= now + SKEW:
        raise VoteRefused("vote.skew", vote.judged_at)


def signed_by(vote: Vote, envelope: Envelope, keys: Sequence[SealKey], only: str | None = None) -> str:
    """The id of the key that confirms the vote: any that is known here, or `only` this one. Raises VoteRefused.

    A key in grace holds for what was signed before it was rotated, by the time at which the vote says it was judged.
    """
    standings = []
    for one in envelope.signatures:
        owner = next((key for key in keys if key.owns(one.key_id)), None)
        standing = owner.check(envelope.signed, one, moment(vote.judged_at)) if owner else Standing.MISSING
        if standing in HOLDS and only in (None, one.key_id):
            return one.key_id
        standings.append((one.key_id, standing))
    key_id, standing = standings[0]
    match standing:
        case Standing.MISSING:
            raise VoteRefused("vote.key_missing", key_id)
        case Standing.RETIRED:
            raise VoteRefused("vote.key_retired", key_id)
        case Standing.MISMATCH:
            raise VoteRefused("vote.signature", key_id)
        case _:
            raise VoteRefused("vote.other_key", f"{key_id}, not {only}")
