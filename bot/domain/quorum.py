"""How many judges have to agree: `2/3` means two of three (contracts 1.12)."""

import re
from dataclasses import dataclass

from bot.domain.slo import QuorumBlock

MOST = 99
"""More judges than anybody runs."""

_WRITTEN = re.compile(r"(\d{1,2})/(\d{1,2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Quorum:
    """`k` of `n` judges have to pass. Whoever makes one has seen to 1 <= k <= n."""

    k: int
    n: int

    def __str__(self) -> str:
        return f"{self.k}/{self.n}"

    def is_weaker_than(self, asked: QuorumBlock) -> bool:
        """Whether fewer judges would do than an SLO document asks for, or more of them might disagree."""
        return self.k < asked.k or self.n - self.k > asked.n - asked.k


def parse_quorum(written: str) -> Quorum:
    """The quorum in `k/n`. Raises ValueError, whose text says what is wrong."""
    match = _WRITTEN.fullmatch(written)
    if match is None:
        raise ValueError(f"write a quorum as k/n, such as 2/3; got {written!r}")
    found = Quorum(int(match[1]), int(match[2]))
    if found.k < 1:
        raise ValueError(f"at least one judge has to pass, got {found}")
    if found.k > found.n:
        raise ValueError(f"no more judges can pass than are asked, got {found}")
    return found
