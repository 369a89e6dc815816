"""The evidence itself: the same however counts are cut, monotone, and equal to numbers worked out apart."""

import math
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.gates import sequential
from bot.gates.sequential import (
    FROM_START,
    HORIZON,
    POINTS,
    REACH_DOWN,
    REACH_UP,
    average,
    count_bet,
    evidence_above,
    evidence_below,
    form_of,
    sign_bet,
    walk,
)
from bot.gates.sequential_null import Counts, Null
from bot.gates.sequential_spread import tempering

MARGIN, WORSE = Null(1.2), Null(2.0)
RARE = Counts(4, 600, 5, 2400)


def likelihood(window: Counts, null: Null) -> float:
    """The binomial probability of a window, from its definition."""
    k, n = int(window.canary), int(null.trials(window))
    heavy = window.canary_of * null.ratio
    q = null.share if null.share is not None else heavy / (heavy + window.stable_of)
    return math.comb(n, k) * q**k * (1 - q) ** (n - k)


@pytest.mark.parametrize("null", [MARGIN, WORSE, Null(share=0.01)])
@pytest.mark.parametrize("times", [0.2, 0.9, 1.5, 8])
def test_a_bet_on_counts_is_the_likelihood_ratio(null: Null, times: float) -> None:
    """Of `times` the edge against the edge, both as binomial probabilities."""
    share = None if null.share is None else null.share * times
    ratio = likelihood(RARE, Null(null.ratio * times, share)) / likelihood(RARE, null)
    assert count_bet(RARE, null, times) == pytest.approx(math.log(ratio), rel=1e-9)


def test_evidence_of_two_windows_is_what_its_definition_says() -> None:
    """Every alternative and every beginning laid out, and each window's prior tempering worked out by hand."""
    first, second = RARE, Counts(6, 580, 3, 2300)
    shares = [one.canary_of * 1.2 / (one.canary_of * 1.2 + one.stable_of) for one in (first, second)]
    # A prior of 3 at 6.4 units of information is an excess of 2 / 6.4 a unit; both windows have 9 events.
    phis = [1 + 2 / 6.4 * 9 * q * (1 - q) for q in shares]
    sums = 0.0
    late = (1 - FROM_START) / (HORIZON - 1)
    for point in range(1, POINTS + 1):
        other = Null(1.2 * REACH_UP ** (point / POINTS))
        gains = [
            (likelihood(one, other) / likelihood(one, MARGIN)) ** (1 / phi)
            for one, phi in zip((first, second), phis, strict=True)
        ]
        sums += FROM_START * gains[0] * gains[1] + late * gains[1] + late * (HORIZON - 2)
    found = evidence_above((first, second), MARGIN)
    assert found.log == pytest.approx(math.log(sums / POINTS), rel=1e-9)
    assert found.form == "count"
    assert found.phi == pytest.approx(phis[1])


def test_golden_numbers() -> None:
    """Another judge with the same counts must find these; they were summed apart, from the definition, in 50 digits."""
    windows = (Counts(1, 600, 5, 2400), Counts(7, 610, 4, 2390), Counts(5, 590, 5, 2410), Counts(8, 600, 3, 2400))
    assert math.exp(evidence_above(windows, MARGIN).log) == pytest.approx(GOLDEN[0], rel=1e-6)
    assert math.exp(evidence_below(windows, WORSE).log) == pytest.approx(GOLDEN[1], rel=1e-6)
    signs = (Counts(40, 6000, 60, 24000),) * 8
    assert math.exp(evidence_above(signs, MARGIN).log) == pytest.approx(GOLDEN[2], rel=1e-6)


GOLDEN = (57.12810512730407, 0.07329316363625567, 60.751417137862276)


def test_signs_count_only_the_side() -> None:
    """Strictly beyond both whole numbers around the mean doubles what was laid on it; else it is lost."""
    window = Counts(40, 6000, 60, 24000)  # 100 events, of which 23.08 are the canary's at the edge
    assert form_of((), window, MARGIN) == "sign"
    for canary, beyond in ((25, True), (24, False), (23, False)):
        bet = sign_bet(replace(window, canary=canary, stable=100 - canary), MARGIN, 3.0)
        assert bet == pytest.approx(math.log(2 * (0.75 if beyond else 0.25)))
    for canary, beyond in ((22, True), (23, False), (24, False)):
        bet = sign_bet(replace(window, canary=canary, stable=100 - canary), MARGIN, 1 / 3)
        assert bet == pytest.approx(math.log(2 * (0.75 if beyond else 0.25)))


@given(trials=st.integers(1, 400), ratio=st.floats(0.5, 4), traffic=st.floats(0.01, 0.99))
def test_a_side_has_at_most_an_even_chance_at_the_edge(trials: int, ratio: float, traffic: float) -> None:
    """Summed over the binomial: however few events, neither side is likelier than the other two together."""
    null, window = Null(ratio), Counts(0, 1000 * traffic, trials, 1000 * (1 - traffic))
    q = null.chance(window)
    logs = [
        math.lgamma(trials + 1) - math.lgamma(k + 1) - math.lgamma(trials - k + 1)
        + k * math.log(q) + (trials - k) * math.log(1 - q)
        for k in range(trials + 1)
    ]  # fmt: skip
    for times in (2.0, 0.5):
        bets = [sign_bet(replace(window, canary=k, stable=trials - k), null, times) for k in range(trials + 1)]
        assert sum(math.exp(log) for log, bet in zip(logs, bets, strict=True) if bet > 0) <= 0.5 + 1e-9


@pytest.mark.parametrize(
    ("before", "window", "form"),
    [
        ((), Counts(3, 600, 5, 2400), "count"),
        ((), Counts(0, 600, 25, 2400), "sign"),
        ((), Counts(0, 600, 24, 2400), "count"),
        ((Counts(0, 600, 5, 2400),), Counts(90, 600, 90, 2400), "count"),
        ((Counts(0, 600, 20, 2400),), Counts(0, 600, 0, 2400), "sign"),
        ((Counts(0, 600, 20, 2400),), Counts(0, 599, 0, 2400), "count"),
    ],
)
def test_five_expected_events_choose_the_form(before: tuple[Counts, ...], window: Counts, form: str) -> None:
    """Expected of the canary at the share that stable had before; the first window splits its own events."""
    assert form_of(before, window, MARGIN) == form
    assert [step.form for step in walk((*before, window), MARGIN, above=True)][-1] == form


window_counts = st.builds(Counts, st.integers(0, 8), st.integers(100, 900), st.integers(0, 20), st.integers(400, 3000))
some_windows = st.lists(window_counts, min_size=1, max_size=6).map(tuple)
nulls = st.sampled_from([MARGIN, WORSE, Null(share=0.01)])


@given(windows=some_windows, last=window_counts, null=nulls, more=st.integers(1, 60))
@settings(max_examples=200, deadline=None)
def test_more_failures_in_the_newest_window_never_speak_for_the_canary(
    windows: tuple[Counts, ...], last: Counts, null: Null, more: int
) -> None:
    """Evidence against it does not fall, evidence for it does not rise; stable's failures work the other way."""
    worse = replace(last, canary=last.canary + more)
    assert evidence_above((*windows, worse), null).log >= evidence_above((*windows, last), null).log - 1e-9
    assert evidence_below((*windows, worse), null).log <= evidence_below((*windows, last), null).log + 1e-9
    if null.share is None:
        excused = replace(last, stable=last.stable + more)
        assert evidence_above((*windows, excused), null).log <= evidence_above((*windows, last), null).log + 1e-9


@given(windows=some_windows, null=nulls)
def test_the_highest_evidence_never_falls(windows: tuple[Counts, ...], null: Null) -> None:
    """Harm that was proven once stays proven, whatever comes later."""
    highest = [step.highest for step in walk(windows, null, above=True)]
    assert all(before <= after for before, after in pairwise(highest))
    assert highest[-1] >= max(step.log for step in walk(windows, null, above=True))


@given(
    parts=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 30), st.integers(1, 50)), min_size=2, max_size=5),
    null=nulls,
    times=st.floats(0.1, 20),
)
def test_windows_and_shards_add_up(parts: list[tuple[int, int, int]], null: Null, times: float) -> None:
    """Counts cut into pieces with the same split of traffic bet the same as in one piece."""
    pieces = [Counts(canary, 100 * size, stable, 400 * size) for canary, stable, size in parts]
    whole = Counts(*(sum(getattr(one, name) for one in pieces) for name in Counts.__dataclass_fields__))
    assert count_bet(whole, null, times) == pytest.approx(
        sum(count_bet(one, null, times) for one in pieces), rel=1e-9, abs=1e-9
    )


@given(windows=some_windows, last=window_counts, null=nulls)
def test_tempering_looks_at_sizes_and_never_at_the_outcome(
    windows: tuple[Counts, ...], last: Counts, null: Null
) -> None:
    """At least 1, and the same for every way in which the newest window's events could fall on the tracks."""
    phi = tempering(windows, last, null)
    assert phi >= 1
    other = replace(last, canary=0, stable=last.events) if null.share is None else replace(last, canary=0)
    assert tempering(windows, other, null) == phi


def test_unruly_windows_are_tempered_more_and_calm_ones_less() -> None:
    """From the prior, windows that scatter raise it and windows that agree lower it; 40 events begin with 3."""
    now = Counts(8, 600, 32, 2400)
    calm, wild = (now,) * 6, (Counts(1, 600, 40, 2400), Counts(15, 600, 26, 2400)) * 3
    even = Null(1.0)
    assert tempering((), now, even) == pytest.approx(3)
    assert tempering(calm, now, even) < tempering((), now, even) < tempering(wild, now, even)


def test_no_event_is_no_evidence_against_and_slow_evidence_for() -> None:
    """Without failures the ratio is unknown; only the share itself can be bounded."""
    silent = (Counts(0, 600, 0, 2400),) * 30
    assert evidence_above(silent, MARGIN).log == pytest.approx(0)
    assert evidence_below(silent, WORSE).log == pytest.approx(0)
    assert average(evidence_below(silent, WORSE).log, evidence_below(silent, Null(share=0.001)).log) > math.log(20)


def test_nothing_measured_is_evidence_of_one() -> None:
    """Neither way."""
    assert evidence_above((), MARGIN).log == evidence_below((), WORSE).log == 0


@given(windows=st.lists(window_counts, min_size=60, max_size=60).map(tuple), null=nulls)
@settings(max_examples=5, deadline=None)
def test_sixty_windows_lay_the_whole_bet(windows: tuple[Counts, ...], null: Null) -> None:
    """The shares of the bet that begin with each window add up to one, so that an empty bet stays worth one."""
    assert all(math.isfinite(step.log) for step in walk(windows, null, above=True))
    laid = [math.exp(sequential._begin_with(index, True)) for index in range(HORIZON)]
    assert sum(laid) == pytest.approx(1)
    assert math.exp(sequential._begin_after(9, True)) == pytest.approx(sum(laid[10:]))
    assert REACH_DOWN > 1
