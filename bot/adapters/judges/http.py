"""A judge server over HTTP: asked with retries behind a circuit breaker, believed only when its vote proves itself."""

import asyncio
import json
import random
from datetime import timedelta

import aiohttp

from bot.adapters.evidence.keys import KeyRing, RingSeal
from bot.adapters.judges.answer import Answer
from bot.adapters.judges.breaker import Breaker
from bot.adapters.judges.bucket import Bucket
from bot.adapters.judges.no_vote import NoVote, Unanswered
from bot.adapters.judges.request import Sent, write_request
from bot.domain.service import Provider
from bot.evidence.document import DocumentFlawed, strict_json
from bot.evidence.question import Question
from bot.evidence.vote import VoteRefused, check_binding, read_vote, signed_by
from bot.ports import Clock

LARGEST = 1 << 20
"""Bytes of an answer."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 30.0
"""Seconds between tries, doubled each time (contracts 1.12)."""


class HttpJudge:
    """One judge server. Keep it: its breaker and its rate limit remember."""

    def __init__(self, provider: Provider, session: aiohttp.ClientSession, ring: KeyRing | None, clock: Clock) -> None:
        self._provider = provider
        self._session = session
        self._ring = ring
        self._clock = clock
        reset = timedelta(seconds=provider.breaker_reset_seconds)
        self._breaker = Breaker(provider.breaker_max_failures, reset)
        self._bucket = Bucket(provider.rate_per_second, provider.burst)

    async def ask(self, question: Question) -> Answer:
        """Its vote. Raises NoVote; Unanswered once every try went unanswered."""
        for tried in range(self._provider.retries):
            try:
                return await self._once(question)
            except Unanswered:
                await asyncio.sleep(_pause(tried))
        return await self._once(question)

    async def _once(self, question: Question) -> Answer:
        if not self._breaker.allows(self._clock.now()):
            raise NoVote("judge.breaker_open", f"{self._provider.breaker_max_failures} failures in a row")
        await asyncio.sleep(self._bucket.wait_of(self._clock.now()))
        sent = write_request(question, self._ring, self._clock.now())
        try:
            raw = await self._post(sent)
        except Unanswered:
            self._breaker.failed(self._clock.now())
            raise
        try:
            return self._believe(raw, question, sent)
        except VoteRefused as refused:
            raise NoVote(refused.code, refused.detail) from None

    async def _post(self, sent: Sent) -> bytes:
        """The body of a 200. Raises Unanswered for silence and 5xx, NoVote for any other answer."""
        patience = aiohttp.ClientTimeout(total=self._provider.timeout_ms / 1000)
        try:
            async with self._session.post(
                self._provider.address,
                data=sent.body,
                headers=sent.headers,
                timeout=patience,
                ssl=not self._provider.insecure,
                allow_redirects=False,
            ) as answer:
                raw = await answer.content.read(LARGEST + 1)
                while len(raw) <= LARGEST and (more := await answer.content.read(LARGEST + 1 - len(raw))):
                    raw += more
        except TimeoutError:
            raise Unanswered("judge.timeout", f"{self._provider.timeout_ms} ms") from None
        except aiohttp.ClientSSLError as error:
            raise NoVote("judge.tls", type(error).__name__) from None
        except (aiohttp.ClientError, OSError) as error:
            raise Unanswered("judge.unreachable", type(error).__name__) from None
        if answer.status >= 500:
            raise Unanswered("judge.failing", f"HTTP {answer.status}")
        self._breaker.succeeded()
        if answer.status != 200:
            raise NoVote("judge.refused", f"HTTP {answer.status} {_code_in(raw)}".rstrip())
        if len(raw) > LARGEST:
            raise NoVote("judge.malformed", f"more than {LARGEST} bytes")
        return raw

    def _believe(self, raw: bytes, question: Question, sent: Sent) -> Answer:
        """The vote in an answer, once it is bound to the question and signed. Raises VoteRefused."""
        vote, envelope = read_vote(_vote_in(raw))
        check_binding(vote, question, sent.nonce, sent.at, self._clock.now())
        key_id = ""
        if self._provider.require_sig:
            if self._ring is None:
                raise VoteRefused("vote.no_keys")
            key_id = signed_by(vote, envelope, (RingSeal(self._ring),), self._provider.key_id)
        return Answer(vote, key_id, envelope)


def _pause(tried: int) -> float:
    """Seconds before the next try; up to half as much again at random, so that askers do not come back together."""
    return float(min(_FIRST_PAUSE * 2**tried, _LONGEST_PAUSE) * random.uniform(1, 1.5))


def _vote_in(raw: bytes) -> bytes:
    """The envelope in an answer. Raises VoteRefused."""
    try:
        tree = strict_json(raw)
    except DocumentFlawed as flawed:
        raise VoteRefused("vote.malformed", str(flawed)[:200]) from None
    if not isinstance(tree, dict) or "vote" not in tree:
        raise VoteRefused("vote.absent")
    return json.dumps(tree["vote"]).encode()


def _code_in(raw: bytes) -> str:
    """The code of an answer in our own shape of error; nothing of any other."""
    try:
        code = strict_json(raw)["error"]["code"]
    except (DocumentFlawed, KeyError, TypeError):
        return ""
    return code[:60] if isinstance(code, str) else ""
