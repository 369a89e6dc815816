"""Judges for tests, on real sockets: servers of ours, and others that answer as a test says."""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import cache
from pathlib import Path

from aiohttp import web

from bot.adapters.config.rbac_watch import RbacFile
from bot.adapters.evidence.keys import checkers
from bot.adapters.judges.opinion import Judging, Rules
from bot.adapters.store.migrate import upgrade
from bot.adapters.store.nonces import Nonces
from bot.adapters.store.store import open_store
from bot.domain.evidence import Ballot
from bot.domain.service import Provider
from bot.domain.slo import SloDocument
from bot.domain.verdict import Reason, Verdict
from bot.evidence.question import question_of
from bot.evidence.snapshot import Snapshot
from bot.ports import Clock
from handlers.judge.bench import Bench
from handlers.judge.server import make_judge
from handlers.listening import listening
from tests.evidence.documents import document, perf
from tests.evidence.keys import Ring

RBAC = """
roles: {judge: {scopes: [judge:run]}, reader: {scopes: [ops:read]}}
bindings:
  - {role: judge, api_tokens: [k1, k2]}
  - {role: reader, api_tokens: [k3]}
"""
RING = Ring({"k1": b"one", "k2": b"two", "k3": b"three"}, "k1")
SLO = SloDocument.model_validate({"error": {"max_error_rate": 0.01}})
QUESTION = question_of("", document(perf=perf()), SLO)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def says(verdict: Verdict = Verdict.PASS) -> Rules:
    """Rules that come to this verdict, whatever they see."""
    return lambda slo, snapshot, seal, now: (verdict, ())


def by_errors(slo: SloDocument, snapshot: Snapshot, seal: object, now: object) -> tuple[Verdict, tuple[Reason, ...]]:
    """Rules that look at the error rate alone."""
    assert snapshot.perf is not None
    assert slo.error is not None
    rate = snapshot.perf.error_rate or 0
    over = Reason(code="error.rate_over", observed=rate, limit=slo.error.max_error_rate)
    return (Verdict.FAIL, (over,)) if rate > slo.error.max_error_rate else (Verdict.PASS, ())


@contextlib.asynccontextmanager
async def judge_server(
    folder: Path,
    judge_id: str,
    clock: Clock,
    ring: Ring = RING,
    rules: Rules = by_errors,
    database: str = "",
    checks_seals: bool = False,
) -> AsyncIterator[tuple[str, Bench]]:
    """A judge server of ours; its address. Its database is a fresh SQLite file unless one is named."""
    (folder / "rbac.yaml").write_text(RBAC)
    store = open_store(database or _fresh(folder / f"{judge_id}.db"))
    try:
        judging = Judging(rules, ring, checkers(ring, None) if checks_seals else (), clock)
        bench = Bench(judge_id, judging, ring, RbacFile(folder).rules, store, Nonces(store), clock)
        async with listening(make_judge(bench), "127.0.0.1", 0) as port:
            yield f"http://127.0.0.1:{port}/judge", bench
    finally:
        store.close()


def _fresh(path: Path) -> str:
    """A database with its tables; migrations take longer than most tests here."""
    path.write_bytes(_tables())
    return f"sqlite:///{path}"


@cache
def _tables() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tables.db"
        upgrade(f"sqlite:///{path}")
        return path.read_bytes()


@contextlib.asynccontextmanager
async def scripted(answer: Handler) -> AsyncIterator[str]:
    """A server that answers every question as told; its address. It ends without waiting for answers that hang."""

    async def call(request: web.Request) -> web.StreamResponse:
        return await answer(request)

    app = web.Application()
    app.router.add_post("/judge", call)
    runner = web.AppRunner(app, shutdown_timeout=0.01)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/judge"
    finally:
        await runner.cleanup()


async def hang(request: web.Request) -> web.StreamResponse:
    """Never answer."""
    await asyncio.Event().wait()
    raise AssertionError("never reached")


def provider(name: str, url: str = "", **options: object) -> Provider:
    """A provider; a local one without an address."""
    known: dict[str, object] = {"id": name, "type": "http", "url": url} if url else {"id": name, "type": "local"}
    return Provider.model_validate(known | options)


def told(ballot: Ballot) -> str:
    """The verdict of a ballot, or why it is no vote."""
    return ballot.error or (ballot.verdict.value if ballot.verdict else "")
