"""The evidence on drawn traffic: valid at every look, and soon enough; every draw has its seed."""

import math

import pytest

from bot.gates.sequential import (
    evidence_above,
    walk,
)
from bot.gates.sequential_null import Counts, Null
from bot.gates.sequential_power import looks_to_see
from tests.gates.traffic import Traffic

MARGIN, WORSE = Null(1.2), Null(2.0)


def too_many(found: int, runs: int, alpha: float) -> bool:
    """Whether so many of the runs would happen once in a thousand times at most, were each one's chance alpha."""
    tail = sum(math.comb(runs, k) * alpha**k * (1 - alpha) ** (runs - k) for k in range(found, runs + 1))
    return tail < 1e-3


ALPHA = 0.1
EDGES = {
    "few events": Traffic(times=1.2),
    "many events": Traffic(6000, 24_000, times=1.2),
    "a tenth of the traffic": Traffic(300, 2700, times=1.2),
    "no difference": Traffic(),
    "few events, correlated": Traffic(times=1.2, spread=0.15),
    "many events, correlated": Traffic(6000, 24_000, times=1.2, spread=0.5),
}


@pytest.mark.parametrize("case", EDGES)
def test_a_canary_within_the_margin_rarely_fails(case: str) -> None:
    """At any of 40 looks, by an exact binomial bound on how many of 200 canaries may."""
    runs = 200
    cried = sum(
        max(step.log for step in walk(EDGES[case].windows(seed, 40), MARGIN, above=True)) >= -math.log(ALPHA)
        for seed in range(runs)
    )
    assert not too_many(cried, runs, ALPHA), cried


@pytest.mark.parametrize("traffic", [Traffic(times=2), Traffic(6000, 24_000, times=2), Traffic(times=2, base=0.0004)])
def test_a_canary_twice_as_bad_rarely_passes(traffic: Traffic) -> None:
    """The other way round, at the edge that a pass has to rule out."""
    runs = 200
    passed = sum(
        max(step.log for step in walk(traffic.windows(seed, 40), WORSE, above=False)) >= -math.log(ALPHA)
        for seed in range(runs)
    )
    assert not too_many(passed, runs, ALPHA), passed


def test_a_share_at_its_limit_rarely_fails_and_rarely_passes() -> None:
    """An absolute limit of 1 %, and a service that lies exactly on it."""
    runs, null = 200, Null(share=0.01)
    for above in (True, False):
        cried = sum(
            max(step.log for step in walk(Traffic(base=0.01).windows(seed, 40), null, above=above)) >= -math.log(ALPHA)
            for seed in range(runs)
        )
        assert not too_many(cried, runs, ALPHA), (above, cried)


def test_the_bar() -> None:
    """A five times higher error rate is found within 4 looks at 600 requests a minute, by at least half of 200 runs; an
    equal canary fails in at most 1 %, and passes within the hour."""
    found = [first(Traffic(times=5).windows(seed, 12), MARGIN, 0.01) for seed in range(200)]
    assert sorted(found)[100] <= 4
    assert sorted(found)[180] <= 7
    equal = [evidence_above(Traffic().windows(seed), MARGIN).highest for seed in range(200)]
    assert sum(log >= math.log(100) for log in equal) <= 2
    passed = [first(Traffic().windows(seed), WORSE, 0.05, above=False) for seed in range(50)]
    assert sorted(passed)[25] <= 25


def test_harm_that_begins_late_is_found_too() -> None:
    """Twenty good windows do not buy forty bad ones."""
    found = sorted(first(Traffic(times=5, since=20).windows(seed), MARGIN, 0.01) for seed in range(50))
    assert 20 < found[25] <= 30


def first(windows: tuple[Counts, ...], null: Null, chance: float, above: bool = True) -> float:
    """The first look at which the evidence suffices."""
    steps = enumerate(walk(windows, null, above=above), 1)
    return next((look for look, step in steps if step.log >= -math.log(chance)), math.inf)


@pytest.mark.parametrize(
    ("canary", "stable", "base", "rise"), [(600, 2400, 0.002, 0.005), (600, 2400, 0.002, 0.008), (60, 5940, 0.01, 0.1)]
)
def test_the_power_line_tells_the_median(canary: int, stable: int, base: float, rise: float) -> None:
    """What it promises is near the median look at which 100 drawn canaries were found."""
    promised = looks_to_see(canary, stable, base, rise, 1.2, 0.01)
    assert promised is not None
    traffic = Traffic(canary, stable, base, (base + rise) / base)
    found = sorted(first(traffic.windows(seed), MARGIN, 0.01) for seed in range(100))
    assert found[30] - 1 <= promised <= found[70] + 1


def test_a_rise_that_traffic_cannot_show_is_not_promised() -> None:
    """Six requests a minute show nothing small."""
    assert looks_to_see(6, 24, 0.002, 0.005, 1.2, 0.01) is None
