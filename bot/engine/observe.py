"""What the engine tells those who watch it; the metrics adapter implements it."""

from typing import Protocol


class Observer(Protocol):
    """Counts, with label values from closed lists only."""

    def decided(self, action: str, outcome: str) -> None:
        """A request came to its outcome: `accepted`, `noop`, `replayed` or a refusal's code."""
        ...

    def carried_out(self, kind: str, result: str) -> None:
        """An effect ended: `done`, `later` or `fenced`."""
        ...

    def judged(self, kind: str, verdict: str) -> None:
        """A gate gave a verdict on new evidence."""
        ...

    def queue(self, waiting: int, oldest_age: float) -> None:
        """How many effects wait, and for how many seconds the oldest due one has."""
        ...
