"""What is counted in a window, and the hypothesis that counts are held against."""

from dataclasses import dataclass

CERTAIN = 1 - 1e-9
"""The largest chance that is ever assumed, so that no outcome is impossible."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Events among requests of both tracks in one window. Fractions are allowed: a forecast feeds expectations."""

    canary: float
    canary_of: float
    stable: float
    stable_of: float

    @property
    def events(self) -> float:
        """Events of both tracks."""
        return self.canary + self.stable


@dataclass(frozen=True, slots=True)
class Null:
    """A hypothesis at its edge: the canary's share of events is `ratio` times stable's; with `share`, it is that share
    itself, whatever stable does."""

    ratio: float = 1.0
    share: float | None = None

    def chance(self, window: Counts, times: float = 1.0) -> float:
        """The chance that one trial is an event of the canary, at `times` the edge. A trial is an event of either
        track; with `share`, a request of the canary."""
        if self.share is not None:
            return min(self.share * times, CERTAIN)
        heavy = window.canary_of * self.ratio * times
        return min(heavy / (heavy + window.stable_of), CERTAIN)

    def trials(self, window: Counts) -> float:
        """How many trials a window holds."""
        return window.canary_of if self.share is not None else window.events
