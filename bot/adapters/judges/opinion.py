"""What a judge thinks, given by whoever puts the program together: the rules stand a floor above adapters."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.metadata import version

from bot.domain.slo import SloDocument
from bot.domain.verdict import Reason, Verdict
from bot.evidence.harvest import written
from bot.evidence.question import Question
from bot.evidence.snapshot import Snapshot
from bot.evidence.vote import LASTS, Vote

Rules = Callable[[SloDocument, Snapshot, datetime], tuple[Verdict, tuple[Reason, ...]]]
"""Judges a document by an SLO, as of now."""


@dataclass(frozen=True, slots=True)
class Judge:
    """This program as a judge of that name."""

    judge_id: str
    rules: Rules

    def vote(self, question: Question, nonce: str, now: datetime) -> Vote:
        """Its vote on a question, not yet signed."""
        verdict, reasons = self.rules(question.slo, question.snapshot, now)
        return Vote(
            gate=question.gate,
            evidence=question.evidence_digest,
            slo=question.slo_digest,
            verdict=verdict,
            reasons=reasons,
            judge_id=self.judge_id,
            version=version_here(),
            nonce=nonce,
            judged_at=written(now),
            exp=written(now + LASTS),
        )


@cache
def version_here() -> str:
    """The version of this program, which its votes name."""
    return version("interlock")
