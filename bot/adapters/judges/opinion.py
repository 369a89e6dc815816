"""This program as a judge. What it thinks is given by whoever puts it together: the rules stand a floor above."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.metadata import version
from typing import Literal

from bot.adapters.evidence.keys import KeyRing
from bot.domain.slo import SloDocument
from bot.domain.verdict import Reason, Verdict
from bot.evidence.envelope import parse_envelope
from bot.evidence.harvest import written
from bot.evidence.hashes import content_hash
from bot.evidence.question import Question
from bot.evidence.seal import SealKey, check_seal
from bot.evidence.snapshot import Snapshot
from bot.evidence.vote import LASTS, Vote
from bot.ports import Clock

SealFound = Literal["no", "sound", "broken", "unchecked"]
"""What is known of a document's seal: there is none, it holds, it does not, or nobody here has a key to tell."""

Rules = Callable[[SloDocument, Snapshot, SealFound, datetime], tuple[Verdict, tuple[Reason, ...]]]
"""Judges a document by an SLO, by what is known of its seal, as of now."""


@dataclass(frozen=True, slots=True)
class Judging:
    """What judging needs here: the rules, the ring that judges share, every key that seals can be checked with, and the
    time."""

    rules: Rules
    ring: KeyRing | None
    keys: Sequence[SealKey]
    clock: Clock

    def vote(self, judge_id: str, question: Question, nonce: str) -> Vote:
        """The vote of this program under that name, not yet signed."""
        now = self.clock.now()
        verdict, reasons = self.rules(question.slo, question.snapshot, self._seal_of(question), now)
        return Vote(
            gate=question.gate,
            evidence=question.evidence_digest,
            slo=question.slo_digest,
            verdict=verdict,
            reasons=reasons,
            judge_id=judge_id,
            version=version_here(),
            nonce=nonce,
            judged_at=written(now),
            exp=written(now + LASTS),
        )

    def _seal_of(self, question: Question) -> SealFound:
        """A seal holds when it does by every key here that signed it, and is the seal of this very document."""
        if question.seal is None:
            return "no"
        signed = parse_envelope(question.seal).signatures
        keys = [key for key in self.keys if any(key.owns(one.key_id) for one in signed)]
        if not keys:
            return "unchecked"
        check = check_seal(question.seal, keys)
        same = check.snapshot is not None and content_hash(check.snapshot) == content_hash(question.snapshot)
        return "sound" if check.sound and same else "broken"


@cache
def version_here() -> str:
    """The version of this program, which its votes name."""
    return version("interlock")
