"""How soon a rise of the error rate would be seen, by walking through the windows that it would make."""

import math
from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache
from itertools import repeat

from bot.domain.statistics import Statistics
from bot.domain.verdict import Power
from bot.gates.sequential import HORIZON, walk
from bot.gates.sequential_metrics import tally
from bot.gates.sequential_null import Counts, Null
from bot.gates.sequential_windows import Look


@lru_cache(maxsize=64)
def looks_to_see(canary: float, stable: float, base: float, rise: float, margin: float, alpha: float) -> int | None:
    """After how many windows a rise is expected to be proven; None when not within HORIZON of them.

    `canary` and `stable` are requests a window, `base` and `rise` shares of failed ones; `alpha` is this metric's part.
    Every window brings what is expected of it, which is near the median of what chance would bring.
    """
    window = Counts(canary * min(base + rise, 1.0), canary, stable * base, stable)
    steps = walk(tuple(repeat(window, HORIZON)), Null(margin), above=True)
    enough = -math.log(alpha)
    return next((number for number, step in enumerate(steps, 1) if step.log >= enough), None)


def power_of(looks: Sequence[Look], length: timedelta, rise: float, rules: Statistics, shared: int) -> Power | None:
    """What the traffic of a step can show: a rise by as much as the document calls too much, else by `floor`; None
    without traffic or without a rise to look for."""
    rise = rise or rules.floor
    series = [
        Counts(one.canary.errors, one.canary.count, one.stable.errors, one.stable.count)
        for one in (look.fact for look in looks)
        if one.canary and one.stable and one.canary.count and one.stable.count
    ]
    if not series or rise == 0:
        return None
    total = tally(series)
    canary, stable = total.canary_of / len(series), total.stable_of / len(series)
    number = looks_to_see(canary, stable, total.stable / total.stable_of, rise, rules.margin, rules.alpha / shared)
    return Power(rise=rise, seconds=None if number is None else (number * length).total_seconds())
