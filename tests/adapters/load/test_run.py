"""A load run against services that misbehave: what fails, waits or was never sent is seen, and never flatters."""

import asyncio
import gc
import socket
from collections import Counter
from typing import Any

import pytest
from aiohttp import web

from bot.adapters.load.pacing import LoopPacing
from bot.adapters.load.run import Ran, Unreachable, run_load, unbounded_session
from bot.adapters.sources.load import LoadSource, load_fact
from bot.domain.evidence import LoadMeasurement, SourceFailure
from bot.domain.service import LoadGate
from bot.domain.verdict import Verdict
from bot.gates import judge
from bot.gates.finding import worst
from bot.gates.load import check_load
from bot.ports import Asked
from tests.adapters.load.services import Answer, failing, good, hanging, service, slow
from tests.gates.facts import NEW, NOW, release


def gate(url: str, **fields: Any) -> LoadGate:
    """Twenty requests in 0.2 s, unless told otherwise."""
    known = {"rps": 100, "duration": "0.2s", "timeout": "2s", "requests": ["1 GET /"], "p95_threshold": 1500}
    return LoadGate.model_validate({"kind": "load", "name": "g", "url": url} | known | fields)


async def sent(spec: LoadGate, pacing: LoopPacing | None = None) -> Ran:
    async with unbounded_session() as session:
        return await run_load(session, spec, pacing)


async def said(answer: Answer, **fields: Any) -> tuple[LoadMeasurement, Verdict, list[str]]:
    """What a run against a service comes to."""
    async with service(answer) as url:
        spec = gate(url, **fields)
        seen = load_fact(spec, await sent(spec), NEW, NOW)
    findings = check_load(spec, seen)
    return seen, worst(findings), [one.reason.code for one in findings]


async def test_a_good_service_passes() -> None:
    seen, verdict, _ = await said(good)
    assert verdict is Verdict.PASS
    assert (seen.total, seen.ok, seen.failed, seen.held_back) == (20, 20, 0, 0)
    assert seen.latency_ms is not None
    figures = seen.latency_ms
    assert 0 < figures.min <= figures.median <= figures.p75 <= figures.p90 <= figures.p95 <= figures.p99 <= figures.max


async def test_ninety_percent_failures_never_pass() -> None:
    """The source system judges the latency of what succeeded, and lets this through (contracts 2.2, D)."""
    seen, verdict, codes = await said(failing(9))
    assert (seen.total, seen.ok, seen.failed) == (20, 2, 18)
    assert (verdict, codes) == (Verdict.FAIL, ["load.errors_over"])
    _, verdict, _ = await said(failing(9), max_error_rate=0.89)
    assert verdict is Verdict.FAIL


@pytest.mark.parametrize("status", [404, 429, 503])
async def test_whatever_is_not_2xx_is_a_failure(status: int) -> None:
    """A wrong path is not a quick answer."""
    seen, verdict, _ = await said(failing(1, status), max_error_rate=0.05)
    assert (seen.failed, verdict) == (2, Verdict.FAIL)
    assert [one.count for one in seen.errors] == [2]
    assert f"status {status}" in seen.errors[0].text


async def test_a_timeout_is_a_failure_and_a_latency() -> None:
    """It stays in the distribution with at least its limit, and fails by itself (contracts 2.2, D)."""
    seen, verdict, codes = await said(hanging, timeout="0.3s", p95_threshold=250)
    assert (seen.total, seen.failed, seen.timeouts) == (20, 20, 20)
    assert seen.latency_ms is not None
    assert seen.latency_ms.min >= 300
    assert (verdict, codes) == (Verdict.FAIL, ["load.errors_over", "load.p95_over"])


async def test_slow_answers_do_not_slow_the_sending_down() -> None:
    """Open loop: all are sent in time, though the first answer comes after the last was sent."""
    seen, verdict, codes = await said(slow(0.4), p95_threshold=300)
    assert seen.total == 20
    assert seen.achieved_rps >= 95
    assert (verdict, codes) == (Verdict.FAIL, ["load.p95_over"])


async def test_a_bound_that_is_hit_is_told_and_lowers_no_rate_unseen() -> None:
    """What could not be sent is never sent later instead; it is counted, and decides that nothing is decided."""
    seen, verdict, codes = await said(slow(0.5), in_flight=5)
    assert (seen.total, seen.held_back, seen.scheduled) == (5, 15, 20)
    assert seen.achieved_rps < 50
    assert (verdict, codes) == (Verdict.INCONCLUSIVE, ["load.held_back", "load.rate_low"])


class Late(LoopPacing):
    """A sender that wakes up late every time, as a busy machine does."""

    async def until(self, moment: float) -> None:
        """Always two steps behind."""
        await asyncio.sleep(0.02)


async def test_a_sender_that_is_too_slow_is_told() -> None:
    """And its delay is part of every latency: times are counted from the schedule, not from the sending."""
    async with service(good) as url:
        spec = gate(url)
        seen = load_fact(spec, await sent(spec, Late()), NEW, NOW)
    assert seen.achieved_rps < 60
    assert [one.reason.code for one in check_load(spec, seen)] == ["load.rate_low"]
    assert seen.latency_ms is not None
    assert seen.latency_ms.max > 100, "the last request was due long before it was sent"


async def test_health_is_looked_at_first() -> None:
    async with service(good, health=503) as url:
        spec = gate(url)
        seen = load_fact(spec, await sent(spec), NEW, NOW)
    assert (seen.total, seen.health) == (0, 503)
    assert [one.reason.code for one in check_load(spec, seen)] == ["load.unhealthy"]


def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


async def test_nothing_there_is_no_measurement() -> None:
    spec = gate(f"http://127.0.0.1:{closed_port()}")
    with pytest.raises(Unreachable):
        await sent(spec)
    fact = await LoadSource(spec).measure(Asked("g", NEW, NOW, NOW, NOW, release()))
    assert isinstance(fact, SourceFailure)
    judgement = judge(spec, release(fact), NOW)
    assert (judgement.verdict, judgement.reasons[0].code) == (Verdict.ERROR, "source.unreachable_url")


async def test_a_redirect_leads_to_no_other_host() -> None:
    """The same host is followed; another one is a failure, and hears nothing."""
    heard: list[str] = []

    async def other(request: web.Request) -> web.Response:
        heard.append(request.path)
        return web.Response()

    async with service(other) as elsewhere:

        async def away(request: web.Request) -> web.Response:
            raise web.HTTPFound(f"{elsewhere}/x")

        seen, verdict, _ = await said(away)
    assert heard == []
    assert (seen.failed, verdict) == (20, Verdict.FAIL)
    assert seen.errors[0].text.endswith("redirects to another host")

    async def home(request: web.Request) -> web.Response:
        if request.path == "/":
            raise web.HTTPFound("/there")
        return web.Response()

    assert (await said(home))[1] is Verdict.PASS

    async def round_and_round(request: web.Request) -> web.Response:
        raise web.HTTPFound("/")

    assert (await said(round_and_round))[1] is Verdict.FAIL


async def test_the_mix_comes_in_its_shares_and_evenly() -> None:
    """Every run sends the same, whoever asks; a body goes out as JSON."""
    seen: list[tuple[str, str, str]] = []

    async def note(request: web.Request) -> web.Response:
        seen.append((request.method, request.path, await request.text()))
        return web.Response()

    mix = ["3 GET /a", '5 POST /b {"n": 1}', "2 DELETE /c"]
    assert (await said(note, requests=mix))[1] is Verdict.PASS
    assert Counter(seen) == {("GET", "/a", ""): 6, ("POST", "/b", '{"n": 1}'): 10, ("DELETE", "/c", ""): 4}


async def test_ten_distinct_failures_are_told_and_the_rest_only_counted() -> None:
    async def another(request: web.Request) -> web.Response:
        return web.Response(status=500)

    mix = [f"1 GET /{n}" for n in range(20)]
    seen, _, _ = await said(another, requests=mix)
    assert (seen.failed, len(seen.errors)) == (20, 10)


async def test_a_run_that_is_called_off_leaves_nothing_behind() -> None:
    async with service(hanging) as url:
        running = asyncio.ensure_future(sent(gate(url)))
        await asyncio.sleep(0.1)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        await asyncio.sleep(0)
        gc.collect()
        mine = [one for one in asyncio.all_tasks() if "_Run._call" in repr(one.get_coro())]
        assert all(one.cancelling() or one.done() for one in mine)


@pytest.mark.parametrize(
    "fields",
    [
        {"url": "ftp://x"},
        {"url": "http://user:word@x"},
        {"url": "http://x/?q=1"},
        {"url": "http://x:99999"},
        {"rps": 0},
        {"rps": 5000},
        {"rps": float("nan")},
        {"duration": "11m"},
        {"rps": 1000, "duration": "10m"},
        {"timeout": "1h"},
        {"requests": []},
        {"requests": ["GET /x"]},
        {"requests": ["0 GET /x"]},
        {"requests": ["1 GET //evil.example/x"]},
        {"requests": ["1 GET http://evil.example/x"]},
        {"requests": ["1 FETCH /x"]},
        {"requests": ["1 POST /x {no json"]},
        {"health": "//evil.example"},
        {"every": "1h", "fresh": "1h"},
    ],
)
def test_what_would_flood_or_stray_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        gate(**({"url": "http://x"} | fields))
