"""`load-smoke`: as the source system spells it, with numbers for people and machines, and an exit code that is true."""

import json
from pathlib import Path

import pytest

from bot.evidence.measure import percentile
from tests.adapters.load.services import failing, good, hanging, service
from tests.adapters.load.test_run import closed_port
from tests.handlers.cli_house import CliHouse

FAST = ("--rps", "50", "--duration", "0.2", "--request", "1 GET /x")


@pytest.fixture
def house(tmp_path: Path) -> CliHouse:
    return CliHouse(tmp_path, f"sqlite:///{tmp_path / 'interlock.db'}")


async def test_a_good_service_ends_with_0(house: CliHouse) -> None:
    """Every figure that the source system prints is there (contracts 2.2), as text and as JSON."""
    async with service(good) as url:
        came = await house.arun("load-smoke", "--base-url", url, *FAST, "--p95-threshold", "2500")
        told = await house.arun("load-smoke", "--url", url, *FAST, "--json")
    assert came.code == 0, came
    for word in ("Total: 10", "Successful: 10 (100 %)", "Failed: 0", "Verdict: pass"):
        assert word in came.out
    for word in ("min", "mean", "median", "p75", "p90", "p95", "p99", "max", "stddev"):
        assert f"{word} " in came.out
    assert (told.code, told.json["verdict"], told.json["total"], told.json["ok"]) == (0, "pass", 10, 10)
    assert set(told.json["latency_ms"]) == {"min", "mean", "median", "p75", "p90", "p95", "p99", "max", "stddev"}


async def test_failures_end_with_2_and_are_told(house: CliHouse) -> None:
    async with service(failing(9)) as url:
        came = await house.arun("load-smoke", "--url", url, *FAST, "--json")
        text = await house.arun("load-smoke", "--url", url, *FAST)
    assert (came.code, came.json["verdict"], came.json["failed"]) == (2, "fail", 9)
    assert came.json["reasons"][0]["code"] == "load.errors_over"
    assert came.json["errors"] == [{"text": "GET /x: status 500", "count": 9}]
    assert text.code == 2
    assert "share of failed requests 90 % is over the limit of 0 %" in text.out


async def test_a_service_that_hangs_ends_with_2_and_in_time(house: CliHouse) -> None:
    async with service(hanging) as url:
        came = await house.arun("load-smoke", "--url", url, *FAST, "--timeout", "300ms", "--json")
    assert (came.code, came.json["timeouts"]) == (2, 10)
    assert came.json["latency_ms"]["min"] >= 300


async def test_an_unhealthy_service_gets_no_load(house: CliHouse) -> None:
    async with service(good, health=503) as url:
        came = await house.arun("load-smoke", "--url", url, *FAST, "--json")
    assert (came.code, came.json["total"], came.json["reasons"][0]["code"]) == (2, 0, "load.unhealthy")


def test_nothing_there_ends_with_5(house: CliHouse) -> None:
    came = house.run("load-smoke", "--url", f"http://127.0.0.1:{closed_port()}", "--json")
    assert (came.code, came.json["error"]["code"]) == (5, "infrastructure")


async def test_the_mix_is_read_from_a_file(house: CliHouse) -> None:
    (house.folder / "mix").write_text("# what the shop sees\n1 GET /a\n\n1 GET /b\n")
    async with service(failing(10)) as url:
        came = await house.arun(
            "load-smoke", "--url", url, "--rps", "50", "--duration", "200ms", "--mix", "mix", "--json"
        )
    assert {one["text"]: one["count"] for one in came.json["errors"]} == {
        "GET /a: status 500": 5,
        "GET /b: status 500": 5,
    }


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--url", "ftp://x"), "--url"),
        (("--url", "http://a:b@x"), "--url"),
        (("--rps", "0"), "--rps"),
        (("--rps", "1e9"), "--rps"),
        (("--duration", "soon"), "--duration"),
        (("--duration", "0"), "--duration"),
        (("--duration", "1h"), "--duration"),
        (("--timeout", "-1"), "--timeout"),
        (("--request", "GET /"), "--request"),
        (("--request", "1 GET //evil.example"), "--request"),
        (("--mix", "absent"), "--mix"),
        (("--mix", "mix", "--request", "1 GET /"), "--mix"),
        (("--max-error-rate", "2"), "--max-error-rate"),
        (("--in-flight", "0"), "--in-flight"),
        (("--rps", "many"), "--rps"),
    ],
)
def test_what_cannot_be_meant_ends_with_4(house: CliHouse, words: tuple[str, ...], said: str) -> None:
    """Before anything is sent, with the option's name."""
    came = house.run("load-smoke", *words, "--json")
    assert (came.code, json.loads(came.out)["error"]["code"]) == (4, "invalid_input")
    assert said in came.err


def test_figures_use_the_one_percentile() -> None:
    """Linear interpolation, as everywhere (contracts 1.10)."""
    from bot.adapters.load.tally import Tally

    tally = Tally()
    for latency in (10.0, 20.0, 30.0, 40.0):
        tally.add(latency, "")
    found = tally.latencies()
    assert found is not None
    assert (found.median, found.p95, found.mean) == (25.0, percentile([10.0, 20.0, 30.0, 40.0], 0.95), 25.0)
    assert Tally().latencies() is None
