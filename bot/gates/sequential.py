"""An always-valid test of counts: evidence that may be looked at after every window (engines B.2).

Where a hypothesis holds, evidence against it ever reaches 1/alpha with a chance of at most alpha (Ville), however often
it is looked at. Evidence is kept as its natural logarithm. Pure arithmetic on counts, so every judge finds the same.
"""

import math
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from bot.gates.sequential_null import Counts, Null
from bot.gates.sequential_spread import tempering

Form = Literal["count", "sign"]

POINTS = 40
"""Alternatives that the evidence is averaged over, evenly spaced in the logarithm."""

REACH_UP, REACH_DOWN = 20.0, 10.0
"""How far from the tested ratio the farthest alternative lies, upwards and downwards."""

SIGN_FROM = 5.0
"""Canary events expected in a window from which on only their side of the tested ratio counts (engines B.2)."""

FROM_START = 0.9
"""Share of the bet on harm from the first window on; the rest is spread over harm that begins in a later one."""

HORIZON = 60
"""Windows over which that rest is spread."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What windows say against a hypothesis. `log`: logarithm of the evidence now, `highest`: of the most it ever was;
    `form` and `phi`: how the newest window was read, and what its evidence was divided by."""

    form: Form = "count"
    log: float = 0.0
    highest: float = 0.0
    phi: float = 1.0


@lru_cache(maxsize=512)
def evidence_above(windows: tuple[Counts, ...], null: Null) -> Evidence:
    """Evidence that the canary has more events than `null` says, from the first window on or from a later one."""
    return _last(walk(windows, null, above=True))


@lru_cache(maxsize=512)
def evidence_below(windows: tuple[Counts, ...], null: Null) -> Evidence:
    """Evidence that the canary has fewer events than `null` says, in all windows together."""
    return _last(walk(windows, null, above=False))


def walk(windows: Sequence[Counts], null: Null, *, above: bool) -> Iterator[Evidence]:
    """The evidence after each window: averaged over the alternatives and, above, over the window they begin with."""
    grid = [(REACH_UP if above else 1 / REACH_DOWN) ** ((point + 1) / POINTS) for point in range(POINTS)]
    sums = [-math.inf] * POINTS
    highest = 0.0
    for index, window in enumerate(windows):
        before = windows[:index]
        form = form_of(before, window, null)
        phi = tempering(before, window, null) if form == "count" else 1.0
        bet = count_bet if form == "count" else sign_bet
        begins = _begin_with(index, above)
        sums = [_add(one, begins) + bet(window, null, times) / phi for one, times in zip(sums, grid, strict=True)]
        log = _add(_mean(sums), _begin_after(index, above))
        highest = max(highest, log)
        yield Evidence(form, log, highest, phi)


def form_of(before: Sequence[Counts], window: Counts, null: Null) -> Form:
    """Counts where events are rare; signs where the canary would have SIGN_FROM of them or more at stable's share.

    That share is known from the windows before. The first window splits its own events by traffic: both forms take a
    window's events as given, so that the choice favours neither side.
    """
    stable_of = sum(one.stable_of for one in before)
    if null.share is not None:
        expected = window.canary_of * null.share
    elif stable_of:
        expected = window.canary_of * sum(one.stable for one in before) / stable_of
    else:
        expected = window.events * Null().chance(window)
    return "sign" if expected >= SIGN_FROM else "count"


def count_bet(window: Counts, null: Null, times: float) -> float:
    """Log likelihood ratio of `times` the edge against the edge itself, given the window's trials.

    Windows and shards add up: where the tracks share traffic alike, the sum is the same however the counts are cut.
    """
    edge, other = null.chance(window), null.chance(window, times)
    missed = null.trials(window) - window.canary
    return window.canary * math.log(other / edge) + missed * math.log((1 - other) / (1 - edge))


def sign_bet(window: Counts, null: Null, times: float) -> float:
    """Log gain of a bet, at odds of `times`, that the window lies beyond the edge.

    A binomial's median lies between the whole numbers around its mean. So a window strictly beyond both of them has a
    chance of at most one half at the edge.
    """
    mean = null.trials(window) * null.chance(window)
    if times > 1:
        beyond, odds = window.canary > math.ceil(mean), times
    else:
        beyond, odds = window.canary < math.floor(mean), 1 / times
    return math.log(2 * (odds if beyond else 1) / (1 + odds))


def average(one: float, other: float) -> float:
    """Logarithm of the average of two kinds of evidence, itself evidence against what both of them speak against."""
    return _add(one, other) - math.log(2)


def _begin_with(index: int, late: bool) -> float:
    """Log of the share of the bet that is laid with a window."""
    if index == 0:
        return math.log(FROM_START) if late else 0.0
    return math.log((1 - FROM_START) / (HORIZON - 1)) if late and index < HORIZON else -math.inf


def _begin_after(index: int, late: bool) -> float:
    """Log of the share of the bet that is laid with windows to come, and is still in hand."""
    left = max(HORIZON - 1 - index, 0) if late else 0
    return math.log((1 - FROM_START) * left / (HORIZON - 1)) if left else -math.inf


def _add(one: float, other: float) -> float:
    """Logarithm of the sum of two numbers that are given by theirs."""
    high, low = (one, other) if one > other else (other, one)
    return high if low == -math.inf else high + math.log1p(math.exp(low - high))


def _mean(logs: Sequence[float]) -> float:
    high = max(logs)
    return high if high == -math.inf else high + math.log(sum(math.exp(one - high) for one in logs) / len(logs))


def _last(steps: Iterator[Evidence]) -> Evidence:
    newest = deque(steps, maxlen=1)
    return newest[0] if newest else Evidence()
