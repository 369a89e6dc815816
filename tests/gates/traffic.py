"""Made-up traffic for judges: windows of a canary and of stable, drawn with a seed."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from bot.gates.sequential_null import Counts


@dataclass(frozen=True, slots=True)
class Traffic:
    """Requests a window, stable's share of failures, and the canary's as a multiple of it from window `since` on.

    `spread` is the variance of a gamma factor on each track's rate, drawn anew every `lasting` windows.
    """

    canary: int = 600
    stable: int = 2400
    base: float = 0.002
    times: float = 1.0
    since: int = 0
    spread: float = 0.0
    lasting: int = 1

    def windows(self, seed: int, looks: int = 60) -> tuple[Counts, ...]:
        """So many windows; the same seed gives the same."""
        return tuple(self._draw(Random(seed), looks))

    def _draw(self, chance: Random, looks: int) -> Iterator[Counts]:
        canary_factor = stable_factor = 1.0
        for look in range(looks):
            if self.spread and look % self.lasting == 0:
                canary_factor, stable_factor = (chance.gammavariate(1 / self.spread, self.spread) for _ in range(2))
            rate = self.base * (self.times if look >= self.since else 1.0)
            failed = poisson(chance, self.canary * rate * canary_factor)
            also = poisson(chance, self.stable * self.base * stable_factor)
            yield Counts(min(failed, self.canary), self.canary, min(also, self.stable), self.stable)


def poisson(chance: Random, mean: float) -> int:
    """A Poisson number; a large mean is the sum of small ones, whose exponential is no zero."""
    total = 0
    while mean > 0:
        part = min(mean, 30.0)
        mean -= part
        product, edge = chance.random(), math.exp(-part)
        while product > edge:
            total, product = total + 1, product * chance.random()
    return total
