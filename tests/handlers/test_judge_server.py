"""The judge server, asked over a real socket: who may ask, what is signed, and that nothing is taken twice."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.adapters.evidence.keys import RingSeal
from bot.adapters.judges.request import KEY_ID, NONCE, SIGNATURE, TIMESTAMP, Sent, signed_bytes, write_request
from bot.domain.slo import SloDocument
from bot.evidence.question import question_of
from bot.evidence.vote import check_binding, read_vote, signed_by
from handlers.judge.bench import Bench
from tests.engine.road import Hands
from tests.evidence.documents import document, perf
from tests.evidence.keys import Ring
from tests.judges import QUESTION, RBAC, RING, SLO, judge_server
from tests.stores import database_url as database_url

Answer = tuple[int, dict[str, Any]]


@dataclass
class Bar:
    """A judge under way, its clock, and somebody who asks it."""

    url: str
    bench: Bench
    clock: Hands
    session: aiohttp.ClientSession
    folder: Path

    def request(self, ring: Ring = RING, **turned: float) -> Sent:
        return write_request(QUESTION, ring, self.clock.now() + timedelta(**turned))

    async def send(self, body: bytes, headers: dict[str, str]) -> Answer:
        async with self.session.post(self.url, data=body, headers=headers) as answer:
            return answer.status, await answer.json()

    async def ask(self, sent: Sent | None = None, **headers: str) -> Answer:
        sent = sent or self.request()
        return await self.send(sent.body, sent.headers | headers)

    async def refused(self, sent: Sent | None = None, **headers: str) -> tuple[int, str]:
        status, body = await self.ask(sent, **headers)
        assert set(body["error"]) == {"code", "message", "hint"}
        assert all(body["error"].values())
        return status, body["error"]["code"]

    async def ready(self) -> Answer:
        async with self.session.get(self.url.replace("/judge", "/readyz")) as answer:
            return answer.status, await answer.json()


@asynccontextmanager
async def bar_at(folder: Path, database: str = "", ring: Ring = RING) -> AsyncIterator[Bar]:
    clock = Hands()
    async with (
        judge_server(folder, "judge-a", clock, ring, database=database) as (url, bench),
        aiohttp.ClientSession() as session,
    ):
        yield Bar(url, bench, clock, session, folder)


@pytest.fixture
async def bar(tmp_path: Path) -> AsyncIterator[Bar]:
    async with bar_at(tmp_path) as made:
        yield made


async def test_a_question_is_answered_with_a_vote(bar: Bar) -> None:
    """In the source system's words, and beside them the vote that proves them."""
    sent = bar.request()
    status, body = await bar.ask(sent)
    assert (status, body["decision"], body["reasons"], body["judge"]) == (200, "pass", [], "judge-a")
    assert body["ts"] == int(bar.clock.now().timestamp())
    vote, envelope = read_vote(json.dumps(body["vote"]).encode())
    check_binding(vote, QUESTION, sent.nonce, sent.at, bar.clock.now())
    assert (vote.judge_id, signed_by(vote, envelope, (RingSeal(RING),))) == ("judge-a", "k1")


async def test_evidence_over_the_limit_is_a_fail_with_its_numbers(bar: Bar) -> None:
    question = question_of("", document(perf=perf() | {"error_rate": 0.5}), SLO)
    _, body = await bar.ask(write_request(question, RING, bar.clock.now()))
    assert body["decision"] == "fail"
    assert body["reasons"] == [{"code": "error.rate_over", "observed": 0.5, "limit": 0.01, "detail": ""}]


async def test_a_nonce_is_taken_once(database_url: str, tmp_path: Path) -> None:
    """On both databases, and by a judge that was started again too."""
    async with bar_at(tmp_path, database_url) as bar:
        sent = bar.request()
        assert (await bar.ask(sent))[0] == 200
        assert await bar.refused(sent) == (401, "replay")
    async with bar_at(tmp_path, database_url) as again:
        assert await again.refused(sent) == (401, "replay")


async def test_a_captured_body_under_a_fresh_nonce_is_refused(bar: Bar) -> None:
    """The original signed the body alone and took nonce and time from the headers (contracts 1.14)."""
    captured = bar.request()
    assert (await bar.ask(captured))[0] == 200
    assert await bar.refused(captured, **{NONCE: "a-fresh-nonce-of-16-and-more"}) == (401, "sig.mismatch")
    later = str(int(bar.clock.now().timestamp()) + 1)
    assert await bar.refused(captured, **{TIMESTAMP: later}) == (401, "sig.mismatch")
    other = bar.request()
    assert await bar.refused(Sent(captured.body, other.headers, other.nonce, other.at)) == (401, "sig.mismatch")


async def test_a_signed_body_says_what_the_headers_say(bar: Bar) -> None:
    """Somebody with a key wraps an old body anew."""
    old, new = bar.request(), bar.request()
    _, signature = RING.sign(signed_bytes(new.headers[TIMESTAMP], new.nonce, old.body))
    wrapped = Sent(old.body, new.headers | {SIGNATURE: signature}, new.nonce, new.at)
    assert await bar.refused(wrapped) == (400, "invalid_body")


@pytest.mark.parametrize(("seconds", "status"), [(0, 200), (90, 200), (-90, 200), (91, 401), (-91, 401), (6000, 401)])
async def test_the_clocks_may_differ_by_ninety_seconds(bar: Bar, seconds: float, status: int) -> None:
    """Either way; measured against the judge's own clock."""
    came, body = await bar.ask(bar.request(seconds=seconds))
    assert came == status
    assert status == 200 or body["error"]["code"] == "clock.skew"


async def test_an_old_request_is_refused_before_its_nonce_is_forgotten(bar: Bar) -> None:
    """At no moment is a request that was taken once fresh enough and forgotten."""
    sent = bar.request()
    assert (await bar.ask(sent))[0] == 200
    for _ in range(24):
        bar.clock.turn(seconds=30)
        assert await bar.refused(sent) in ((401, "replay"), (401, "clock.skew"))


@pytest.mark.parametrize("missing", [NONCE, TIMESTAMP, SIGNATURE, KEY_ID])
async def test_a_missing_header_is_named(bar: Bar, missing: str) -> None:
    sent = bar.request()
    status, body = await bar.send(sent.body, {name: one for name, one in sent.headers.items() if name != missing})
    assert (status, body["error"]["code"], missing in body["error"]["message"]) == (400, "missing_headers", True)


@pytest.mark.parametrize(("header", "value"), [
    (NONCE, "short"), (NONCE, "with a space in the middle"), (NONCE, "x" * 129), (TIMESTAMP, "yesterday"),
    (TIMESTAMP, "-1"), (TIMESTAMP, "1e9"), (TIMESTAMP, "9" * 13),
])  # fmt: skip
async def test_a_header_that_is_none_is_refused(bar: Bar, header: str, value: str) -> None:
    assert await bar.refused(None, **{header: value}) == (400, "invalid_headers")


KEYS = {
    "unknown": (Ring({"k9": b"nine"}, "k9"), "key.missing"),
    "wrong": (Ring({"k1": b"another"}, "k1"), "sig.mismatch"),
    "retired": (Ring({"k1": b"one"}, "k1"), "key.retired"),
}


@pytest.mark.parametrize(("asker", "code"), KEYS.values(), ids=KEYS)
async def test_a_key_that_does_not_hold_is_refused(tmp_path: Path, asker: Ring, code: str) -> None:
    """Unknown, wrong, retired."""
    ring = Ring(RING.secrets, "k2", retired=frozenset({"k1"}) if code == "key.retired" else frozenset())
    async with bar_at(tmp_path, ring=ring) as bar:
        assert await bar.refused(bar.request(asker)) == (401, code)


async def test_a_key_in_grace_holds_for_what_was_signed_before_it_was_rotated(tmp_path: Path) -> None:
    async with bar_at(tmp_path) as bar:
        bar.bench.ring.grace["k1"] = bar.clock.now()  # type: ignore[attr-defined]  # the ring of tests
        assert (await bar.ask(bar.request(seconds=-5)))[0] == 200
        assert await bar.refused(bar.request(seconds=5)) == (401, "key.retired")
        del bar.bench.ring.grace["k1"]  # type: ignore[attr-defined]  # the ring of tests


async def test_only_who_holds_judge_run_may_ask(bar: Bar) -> None:
    """The key's id is the machine's name in rbac.yaml; a revoked grant counts from the next question."""
    assert await bar.refused(bar.request(Ring(RING.secrets, "k3"))) == (403, "rbac")
    assert (await bar.ask())[0] == 200
    (bar.folder / "rbac.yaml").write_text(RBAC.replace("[k1, k2]", "[k2]"))
    assert await bar.refused() == (403, "rbac")
    (bar.folder / "rbac.yaml").write_text("roles: [broken")
    assert await bar.refused() == (403, "rbac")


def body_of(**changed: Any) -> dict[str, Any]:
    whole: dict[str, Any] = json.loads(write_request(QUESTION, RING, Hands().now()).body)
    return {name: value for name, value in (whole | changed).items() if value is not None}


BODIES = {
    "not JSON": b"{",
    "NaN": b'{"ts": NaN}',
    "a key twice": b'{"ts": 1, "ts": 1}',
    "no evidence": json.dumps(body_of(evidence=None)).encode(),
    "a block missing": json.dumps(body_of(evidence={"meta": {}})).encode(),
    "an unknown field": json.dumps(body_of(more=1)).encode(),
    "an unknown limit": json.dumps(body_of(slo={"eror": {}})).encode(),
    "an empty slo": json.dumps(body_of(slo={})).encode(),
    "another nonce": json.dumps(body_of(nonce="another-nonce-in-the-body")).encode(),
}


@pytest.mark.parametrize("raw", BODIES.values(), ids=BODIES)
async def test_a_body_that_is_no_question_is_refused(bar: Bar, raw: bytes) -> None:
    """Signed by somebody who may ask, and still not taken."""
    sent = bar.request()
    headers = dict(sent.headers)
    _, headers[SIGNATURE] = RING.sign(signed_bytes(headers[TIMESTAMP], sent.nonce, raw))
    assert await bar.refused(Sent(raw, headers, sent.nonce, sent.at)) == (400, "invalid_body")


async def test_a_body_past_all_measure_is_refused(bar: Bar) -> None:
    sent = bar.request()
    status, body = await bar.send(b" " * (17 << 20), sent.headers)
    assert (status, body["error"]["code"]) == (413, "too_large")


async def test_readiness_names_what_is_missing(bar: Bar) -> None:
    """`ready`, or `fail` with 503 and the source system's reasons (contracts 1.15)."""
    status, body = await bar.ready()
    assert (status, body["status"], body["reasons"]) == (200, "ready", [])
    assert body["checks"] == {"keys": "ok", "replay_store": "ok", "skew_max": 90.0}
    ring: Any = bar.bench.ring
    ring.active = "gone"
    status, body = await bar.ready()
    ring.active = "k1"
    assert (status, body["status"], body["reasons"]) == (503, "fail", ["keys.load_failed:KeyError"])


async def test_what_cannot_be_remembered_is_not_judged(bar: Bar) -> None:
    """A replay store that is away: 503, never a vote."""
    with bar.bench.store.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE judge_nonces RENAME TO gone")
    status, body = await bar.ask()
    assert (status, "vote" in body) == (500, False)


def test_a_slo_of_defaults_has_one_digest() -> None:
    """However it was written: the judge reads it from the body, the asker from a file."""
    short, long = '{"quorum": {}}', '{"version": "v1", "quorum": {"k": 2, "n": 3.0, "fail_closed_on_degrade": true}}'
    one, other = (SloDocument.model_validate_json(text) for text in (short, long.replace("3.0", "3")))
    snapshot = document(perf=perf())
    assert question_of("", snapshot, one).slo_digest == question_of("", snapshot, other).slo_digest
