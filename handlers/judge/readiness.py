"""Whether a judge can judge: its keys sign, and its replay store answers (contracts 1.15)."""

from collections.abc import Iterator

from bot.adapters.store.errors import StoreUnavailable
from bot.evidence.vote import SKEW
from handlers.judge.bench import Bench

READY, FAIL = "ready", "fail"


async def readiness(bench: Bench) -> tuple[int, dict[str, object]]:
    """HTTP status and body: `ready` with 200, `fail` with 503 and the reasons."""
    reasons = [*_keys(bench), *(await bench.store.call(lambda: list(_replay(bench))))]
    checks = {"keys": _word(reasons, "keys."), "replay_store": _word(reasons, "replay.")}
    body = {"status": FAIL if reasons else READY, "judge": bench.judge_id, "reasons": reasons}
    return 503 if reasons else 200, body | {"checks": checks | {"skew_max": SKEW.total_seconds()}}


def _keys(bench: Bench) -> Iterator[str]:
    try:
        key_id, signature = bench.ring.sign(b"")
        standing = bench.ring.verify(b"", key_id, signature, bench.clock.now())
    except Exception as problem:  # the fence: any way in which a source of keys fails makes the judge unready
        yield f"keys.load_failed:{type(problem).__name__}"
        return
    if standing != "ok":
        yield "keys.missing"


def _replay(bench: Bench) -> Iterator[str]:
    try:
        bench.store.ping()
        behind = bench.store.pending_migrations()
    except StoreUnavailable as away:
        yield f"replay.unreachable:{type(away).__name__}"
        return
    if behind:
        yield "replay.unreachable:migrations"


def _word(reasons: list[str], area: str) -> str:
    return FAIL if any(one.startswith(area) for one in reasons) else "ok"
