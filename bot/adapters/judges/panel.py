"""The panel: every judge is asked at once, under one deadline, and each leaves a ballot."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import aiohttp
import structlog

from bot.adapters.judges.answer import Answer, Asked
from bot.adapters.judges.http import HttpJudge
from bot.adapters.judges.local import LocalJudge
from bot.adapters.judges.no_vote import NoVote
from bot.adapters.judges.opinion import Judging
from bot.domain.evidence import Ballot
from bot.domain.service import Provider
from bot.evidence.envelope import Envelope
from bot.evidence.question import Question
from bot.evidence.seal import SealSigner

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of asking one provider, and its vote as it was signed, where there is one."""

    ballot: Ballot
    envelope: Envelope | None = None


class Panel:
    """Asks judges, and remembers of each how it has been answering."""

    def __init__(self, session: aiohttp.ClientSession, judging: Judging, signers: Sequence[SealSigner] = ()) -> None:
        self.signers = signers
        """What seals evidence that is made here before it goes to the judges."""
        self._session = session
        self._judging = judging
        self._judges: dict[Provider, Asked] = {}

    async def ask(self, providers: Sequence[Provider], question: Question, deadline: timedelta) -> tuple[Heard, ...]:
        """One answer for each provider, in their order. The deadline is for all of them together: a judge that hangs
        costs no other judge its vote, and nobody more than that time."""
        tasks = [asyncio.create_task(self._hear(one, question)) for one in providers]
        try:
            done, _ = await asyncio.wait(tasks, timeout=deadline.total_seconds())
        finally:
            for task in tasks:
                task.cancel()
        late = f"{deadline.total_seconds():g} s for all judges"
        return tuple(
            task.result() if task in done else Heard(Ballot(provider=one.id, error="judge.deadline", detail=late))
            for one, task in zip(providers, tasks, strict=True)
        )

    async def _hear(self, provider: Provider, question: Question) -> Heard:
        began = time.perf_counter()
        try:
            answer = await self._judge(provider).ask(question)
        except NoVote as none:
            return Heard(Ballot(provider=provider.id, error=none.code, detail=none.detail, latency_ms=_since(began)))
        except Exception as problem:  # the fence: a judge that breaks gives no vote, and the others still do
            _log.error("judge_broken", provider=provider.id, exc_info=problem)
            return Heard(Ballot(provider=provider.id, error="judge.broken", detail=type(problem).__name__))
        return Heard(_written(provider, answer, _since(began)), answer.envelope)

    def _judge(self, provider: Provider) -> Asked:
        found = self._judges.get(provider)
        if found is None:
            found = self._judges[provider] = self._made(provider)
        return found

    def _made(self, provider: Provider) -> Asked:
        if provider.type == "local":
            return LocalJudge(provider, self._judging)
        return HttpJudge(provider, self._session, self._judging.ring, self._judging.clock)


def _written(provider: Provider, answer: Answer, latency_ms: float) -> Ballot:
    vote = answer.vote
    return Ballot(
        provider=provider.id,
        judge=vote.judge_id,
        verdict=vote.verdict,
        reasons=vote.reasons,
        version=vote.version,
        key_id=answer.key_id,
        latency_ms=latency_ms,
    )


def _since(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 1)
