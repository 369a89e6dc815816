"""The local judge: this program itself, in a thread of its own."""

import asyncio
import secrets

from bot.adapters.evidence.keys import RingSeal
from bot.adapters.judges.answer import Answer
from bot.adapters.judges.no_vote import NoVote
from bot.adapters.judges.opinion import Judging
from bot.domain.service import Provider
from bot.evidence.question import Question
from bot.evidence.vote import sign_vote


class LocalJudge:
    """Votes under the id of its provider; signs where keys are configured."""

    def __init__(self, provider: Provider, judging: Judging) -> None:
        self._provider = provider
        self._judging = judging

    async def ask(self, question: Question) -> Answer:
        """Its vote. Raises NoVote when it takes longer than it may."""
        patience = self._provider.timeout_ms / 1000
        try:
            return await asyncio.wait_for(asyncio.to_thread(self._answer, question), patience)
        except TimeoutError:
            raise NoVote("judge.timeout", f"{patience:g} s") from None

    def _answer(self, question: Question) -> Answer:
        vote = self._judging.vote(self._provider.id, question, secrets.token_urlsafe(24))
        if self._judging.ring is None:
            return Answer(vote, "", None)
        envelope = sign_vote(vote, RingSeal(self._judging.ring))
        return Answer(vote, envelope.signatures[0].key_id, envelope)
