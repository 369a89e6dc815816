"""Asking judges, over real sockets: one that hangs, one that lies, one that is two."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.adapters.clock import SystemClock
from bot.adapters.evidence.keys import RingSeal
from bot.adapters.judges.opinion import Judging
from bot.adapters.judges.panel import Heard, Panel
from bot.adapters.judges.request import NONCE
from bot.domain.evidence import Ballot
from bot.domain.service import Provider
from bot.domain.verdict import Verdict
from bot.evidence.envelope import write_envelope
from bot.evidence.harvest import written
from bot.evidence.question import Question, question_of
from bot.evidence.vote import Vote, sign_vote
from tests.engine.road import Hands
from tests.evidence.documents import document, perf
from tests.evidence.keys import Ring
from tests.judges import QUESTION, RING, SLO, by_errors, hang, judge_server, provider, says, scripted, told

CLOCK = SystemClock()
SOON = timedelta(seconds=5)


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as made:
        yield made


async def asked(
    session: aiohttp.ClientSession,
    *providers: Provider,
    question: Question = QUESTION,
    deadline: timedelta = SOON,
    ring: Ring | None = RING,
) -> list[Ballot]:
    panel = Panel(session, Judging(by_errors, ring, (), CLOCK))
    return [one.ballot for one in await panel.ask(providers, question, deadline)]


async def test_local_and_remote_judges_vote_on_one_piece_of_evidence(
    session: aiohttp.ClientSession, tmp_path: Path
) -> None:
    """Each under its own name, with its own numbers."""
    failing = question_of("", document(perf=perf() | {"error_rate": 0.02}), SLO)
    async with judge_server(tmp_path, "a", CLOCK) as (a, _), judge_server(tmp_path, "b", CLOCK, rules=says()) as (b, _):
        found = await asked(session, provider("here"), provider("a", a), provider("b", b), question=failing)
    assert [(one.judge, told(one)) for one in found] == [("here", "fail"), ("a", "fail"), ("b", "pass")]
    assert [(one.reasons[0].observed, one.key_id) for one in found[:2]] == [(0.02, "k1")] * 2
    assert all(one.latency_ms for one in found)


async def test_a_judge_that_hangs_does_not_multiply(session: aiohttp.ClientSession) -> None:
    """Two of them, with tries that would take half a minute: one deadline for all, and the others still vote."""
    async with scripted(hang) as one, scripted(hang) as other:
        slow = [provider(name, url, timeout_ms=10_000) for name, url in (("a", one), ("b", other))]
        began = time.monotonic()
        found = await asked(session, *slow, provider("here"), deadline=timedelta(seconds=0.3))
    assert time.monotonic() - began < 2
    assert [told(one) for one in found] == ["judge.deadline", "judge.deadline", "pass"]


async def test_one_judge_behind_two_providers_says_so(session: aiohttp.ClientSession, tmp_path: Path) -> None:
    """Two addresses, one name: the votes carry the name, and `count_votes` counts it once."""
    async with (
        judge_server(tmp_path, "a", CLOCK) as (one, _),
        judge_server(tmp_path, "a", CLOCK) as (other, _),
    ):
        found = await asked(session, provider("east", one), provider("west", other))
    assert [(one.provider, one.judge) for one in found] == [("east", "a"), ("west", "a")]


class Script:
    """A server that answers with these statuses, the last one again and again, and remembers who asked."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.nonces: list[str] = []

    async def __call__(self, request: web.Request) -> web.Response:
        self.nonces.append(request.headers[NONCE])
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        if status != 200:
            return web.json_response({"error": {"code": "replay"}}, status=status)
        return web.json_response(answer(json.loads(await request.read())["nonce"]))


def answer(asked_nonce: str, ring: Ring = RING, **fields: object) -> dict[str, object]:
    """The answer of a judge that passes everything."""
    now = CLOCK.now()
    known = {
        "gate": "", "evidence": QUESTION.evidence_digest, "slo": QUESTION.slo_digest, "verdict": Verdict.PASS,
        "reasons": (), "judge_id": "a", "version": "1", "nonce": asked_nonce, "judged_at": written(now),
        "exp": written(now + timedelta(minutes=1)),
    }  # fmt: skip
    vote = Vote.model_validate(known | fields)
    return {"decision": "pass", "vote": json.loads(write_envelope(sign_vote(vote, RingSeal(ring))))}


@pytest.mark.parametrize(("statuses", "said", "tries"), [
    ((503, 200), "pass", 2), ((500, 502, 200), "pass", 3), ((500,), "judge.failing", 3),
    ((401,), "judge.refused", 1), ((403,), "judge.refused", 1), ((400, 200), "judge.refused", 1),
    ((302,), "judge.refused", 1),
])  # fmt: skip
async def test_another_try_after_5xx_and_none_after_4xx(
    session: aiohttp.ClientSession, statuses: tuple[int, ...], said: str, tries: int
) -> None:
    """Every try has its own nonce: the judge's replay store would refuse the old one."""
    script = Script(*statuses)
    async with scripted(script) as url:
        (found,) = await asked(session, provider("a", url, breaker_max_failures=9))
    assert (told(found), len(script.nonces), len(set(script.nonces))) == (said, tries, tries)


async def test_a_refusal_says_what_the_judge_said(session: aiohttp.ClientSession) -> None:
    async with scripted(Script(401)) as url:
        (found,) = await asked(session, provider("a", url))
    assert found.detail == "HTTP 401 replay"


async def test_a_timeout_is_tried_again(session: aiohttp.ClientSession) -> None:
    script = Script(200)

    async def slow_once(request: web.Request) -> web.StreamResponse:
        if not script.nonces:
            script.nonces.append("")
            return await hang(request)
        return await script(request)

    async with scripted(slow_once) as url:
        (found,) = await asked(session, provider("a", url, timeout_ms=150))
    assert told(found) == "pass"


async def test_nobody_there(session: aiohttp.ClientSession) -> None:
    async with scripted(hang) as url:
        pass
    (found,) = await asked(session, provider("a", url, retries=0))
    assert told(found) == "judge.unreachable"


async def test_the_breaker_leaves_a_failing_judge_alone_and_lets_it_back(session: aiohttp.ClientSession) -> None:
    """It remembers between two questions; the clock is turned."""
    script, clock = Script(500, 500, 200), Hands(CLOCK.now())
    panel = Panel(session, Judging(by_errors, RING, (), clock))

    async def ask(judge: Provider) -> str:
        heard: Sequence[Heard] = await panel.ask([judge], QUESTION, SOON)
        return told(heard[0].ballot)

    async with scripted(script) as url:
        judge = provider("a", url, retries=0, breaker_max_failures=2, breaker_reset_seconds=5)
        said = [await ask(judge) for _ in range(3)]
        clock.turn(seconds=5)
        said += [await ask(judge), await ask(judge)]
    assert said == ["judge.failing", "judge.failing", "judge.breaker_open", "pass", "pass"]
    assert len(script.nonces) == 4, "while it was open, nobody asked"


LIES = {
    "another evidence": ({"evidence": "ab" * 32}, "vote.other_evidence"),
    "another slo": ({"slo": "ab" * 32}, "vote.other_slo"),
    "a vote that expired": ({"exp": "2026-01-01T00:00:00Z"}, "vote.expired"),
    "an old vote": ({"judged_at": "2026-01-01T00:00:00Z"}, "vote.skew"),
    "another nonce": ({"nonce": "nonce-of-another-one"}, "vote.other_nonce"),
}


@pytest.mark.parametrize(("fields", "said"), LIES.values(), ids=LIES)
async def test_a_signed_vote_for_something_else_is_none(
    session: aiohttp.ClientSession, fields: dict[str, object], said: str
) -> None:
    async def lie(request: web.Request) -> web.Response:
        return web.json_response(answer(request.headers[NONCE], **fields))

    async with scripted(lie) as url:
        (found,) = await asked(session, provider("a", url))
    assert told(found) == said


KEYS = {
    "unknown": (Ring({"k9": b"nine"}, "k9"), {}, "vote.key_missing"),
    "wrong": (Ring({"k1": b"another"}, "k1"), {}, "vote.signature"),
    "another than its own": (Ring({"k2": b"two"}, "k2"), {"key_id": "k1"}, "vote.other_key"),
    "its own": (Ring({"k2": b"two"}, "k2"), {"key_id": "k2"}, "pass"),
    "not asked for": (Ring({"k9": b"nine"}, "k9"), {"require_sig": False}, "pass"),
}


@pytest.mark.parametrize(("ring", "options", "said"), KEYS.values(), ids=KEYS)
async def test_a_vote_under_another_key_is_none(
    session: aiohttp.ClientSession, ring: Ring, options: dict[str, object], said: str
) -> None:
    async def sign(request: web.Request) -> web.Response:
        return web.json_response(answer(request.headers[NONCE], ring))

    async with scripted(sign) as url:
        (found,) = await asked(session, provider("a", url, **options))
    assert told(found) == said


async def test_without_keys_no_signed_vote_is_believed(session: aiohttp.ClientSession) -> None:
    async with scripted(Script(200)) as url:
        (found,) = await asked(session, provider("a", url), ring=None)
    assert told(found) == "vote.no_keys"


@pytest.mark.parametrize(("body", "said"), [
    (b"", "vote.malformed"), (b"[]", "vote.absent"), (b'{"decision": "pass", "reasons": []}', "vote.absent"),
    (b'{"vote": {"payload": "!"}}', "vote.malformed"), (b'{"vote": null}', "vote.malformed"),
    (b"x" * (2 << 20), "judge.malformed"),
])  # fmt: skip
async def test_an_answer_that_is_no_vote(session: aiohttp.ClientSession, body: bytes, said: str) -> None:
    """Above all the source system's own, which says pass and proves nothing."""

    async def talk(request: web.Request) -> web.Response:
        return web.Response(body=body)

    async with scripted(talk) as url:
        (found,) = await asked(session, provider("a", url))
    assert told(found) == said


async def test_more_questions_than_the_rate_allows_wait_their_turn(session: aiohttp.ClientSession) -> None:
    panel = Panel(session, Judging(by_errors, RING, (), CLOCK))
    async with scripted(Script(200)) as url:
        judge = provider("a", url, rate_per_second=10, burst=1)
        began = time.monotonic()
        rounds = await asyncio.gather(*(panel.ask([judge], QUESTION, SOON) for _ in range(3)))
    assert time.monotonic() - began > 0.19
    assert [told(heard[0].ballot) for heard in rounds] == ["pass"] * 3


async def test_a_judge_that_breaks_costs_nobody_else_a_vote(session: aiohttp.ClientSession) -> None:
    def broken(*_: object) -> tuple[Verdict, tuple[()]]:
        raise ZeroDivisionError

    panel = Panel(session, Judging(broken, RING, (), CLOCK))
    async with scripted(Script(200)) as url:
        heard = await panel.ask([provider("here"), provider("a", url)], QUESTION, SOON)
    assert [told(one.ballot) for one in heard] == ["judge.broken", "pass"]
