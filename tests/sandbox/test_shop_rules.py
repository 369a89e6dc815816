"""The shop's rules without processes, and its customers."""

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Callable

import aiohttp
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.shop.faults import FAULTS, HEALTHY, fault_of
from bot.sandbox.shop.guard import Refused
from bot.sandbox.shop.listen import listen
from bot.sandbox.shop.load import MAX_IN_FLIGHT, VISITS, Customers
from bot.sandbox.shop.service import PAGES
from bot.sandbox.shop.split import Split
from bot.sandbox.shop.traffic import Traffic, deploy, kept_warm, roll_back
from bot.sandbox.shop.wire import Route, Upstream

STABLE = Upstream(version="v2.0.0", url="http://127.0.0.1:1")
CANARY = Upstream(version="v2.1.0", url="http://127.0.0.1:2")


@given(st.integers(0, 100))
def test_of_every_hundred_requests_the_share_goes_to_the_canary(percent: int) -> None:
    split = Split(Route(stable=STABLE, canary=CANARY, percent=percent))
    for _ in range(3):
        assert Counter(split.next()[1] for _ in range(100))[True] == percent


def test_without_a_canary_everything_goes_to_stable() -> None:
    split = Split(Route(stable=STABLE, canary=CANARY, percent=100))
    assert split.next() == (CANARY, True)
    split.become(Route(stable=CANARY))
    assert split.next() == (CANARY, False)


def test_a_version_is_faulty_with_any_build_metadata_and_healthy_when_not_listed() -> None:
    assert fault_of("v2.2.0+build.7") == FAULTS["v2.2.0"]
    assert fault_of("v2.2.0-rc.1") == HEALTHY
    assert fault_of("v2.2.1") == HEALTHY


def test_a_step_keeps_stable_and_the_last_step_replaces_it() -> None:
    start = Traffic(stable="v1")
    step = deploy(start, "v2", 10)
    assert step == Traffic("v1", "v2", 10)
    assert deploy(step, "v2", 100) == Traffic("v2")
    assert deploy(step, "v3", 5) == Traffic("v1", "v3", 5)


def test_the_stable_version_cannot_be_its_own_canary() -> None:
    with pytest.raises(Refused, match="own canary"):
        deploy(Traffic("v1", "v2", 10), "v1", 50)
    assert deploy(Traffic("v1", "v2", 10), "v1", 100) == Traffic("v1")


def test_what_served_until_now_stays_warm() -> None:
    assert kept_warm(Traffic("v1", "v2", 10), roll_back("v1")) == {"v1", "v2"}
    assert kept_warm(Traffic("v2"), Traffic("v2", "v3", 10)) == {"v2", "v3"}


def test_customers_visit_only_pages_that_the_shop_has() -> None:
    assert set(VISITS) == set(PAGES)


async def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)


async def test_a_shop_that_hangs_holds_a_bounded_number_of_customers() -> None:
    """The arrivals past the bound are turned away and counted, not queued."""
    release = asyncio.Event()

    async def hang(request: web.Request) -> web.Response:
        await release.wait()
        return web.Response()

    app = web.Application()
    app.router.add_get("/{path:.*}", hang)
    runner, url = await listen(app)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        customers = Customers(session, url, rate=2000)
        arriving = asyncio.create_task(customers.arrive())
        await until(lambda: customers.count.turned_away >= 50)
        arriving.cancel()
        assert customers.count.sent == MAX_IN_FLIGHT
        release.set()
        await customers.leave()
    await runner.cleanup()


async def test_load_ends_by_itself_and_says_what_it_counted() -> None:
    async def fail(request: web.Request) -> web.Response:
        return web.Response(status=500)

    app = web.Application()
    app.router.add_get("/{path:.*}", fail)
    runner, url = await listen(app)
    load = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.sandbox.shop.load", "--url", url, "--rate", "50", "--duration", "1"),
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await asyncio.wait_for(load.communicate(), 20)
    await runner.cleanup()
    counted = json.loads(out.splitlines()[-1])
    assert load.returncode == 0
    assert 20 < counted["sent"] < 100
    assert counted["sent"] - 5 <= counted["failed"] <= counted["sent"]  # the last ones were still open
    assert counted["turned_away"] == 0
