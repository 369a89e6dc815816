"""The local judge: this program itself, in a thread of its own."""

import asyncio
import secrets

from bot.adapters.evidence.keys import KeyRing, RingSeal
from bot.adapters.judges.answer import Answer
from bot.adapters.judges.no_vote import NoVote, Unanswered
from bot.adapters.judges.opinion import Judge
from bot.domain.service import Provider
from bot.evidence.question import Question
from bot.evidence.vote import sign_vote
from bot.ports import Clock


class LocalJudge:
    """Votes under the id of its provider; signs where keys are configured."""

    def __init__(self, provider: Provider, judge: Judge, ring: KeyRing | None, clock: Clock) -> None:
        self._provider = provider
        self._judge = judge
        self._ring = ring
        self._clock = clock

    async def ask(self, question: Question) -> Answer:
        """Its vote. Raises NoVote when it takes longer than it may, or cannot judge."""
        patience = self._provider.timeout_ms / 1000
        try:
            return await asyncio.wait_for(asyncio.to_thread(self._answer, question), patience)
        except TimeoutError:
            raise Unanswered("judge.timeout", f"{patience:g} s") from None
        except Exception as problem:  # the fence: a judge that breaks gives no vote, and the others still do
            raise NoVote("judge.broken", type(problem).__name__) from problem

    def _answer(self, question: Question) -> Answer:
        vote = self._judge.vote(question, secrets.token_urlsafe(24), self._clock.now())
        if self._ring is None:
            return Answer(vote, "", None)
        envelope = sign_vote(vote, RingSeal(self._ring))
        return Answer(vote, envelope.signatures[0].key_id, envelope)
