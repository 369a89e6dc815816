"""A deployment that was intended before it was asked for, so that it starts at most once (design 4)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict


class Intent(BaseModel):
    """One deployment by its id. `intended` without an outcome means in doubt: somebody died between the two."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    release: str
    state: Literal["intended", "done", "failed", "withdrawn"]
    at: datetime


class Live(BaseModel):
    """The version that serves an environment. `release` made it so; empty for the declared baseline."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    service: str
    environment: str
    version: str
    release: str
    since: datetime


def verified(lives: Sequence[Live]) -> tuple[Live, ...]:
    """What went live and was never taken back, newest first; the history is newest first too. A return to an earlier
    release strikes out everything that came after it, and one to the declared baseline all. Releases of one place go
    live in the order of their numbers, so that holds too where the history begins after the first time."""
    standing: list[Live] = []
    for live in reversed(lives):
        standing = [one for one in standing if _number(one) < _number(live)]
        standing.append(live)
    return tuple(reversed(standing))


def _number(live: Live) -> int:
    """The number of the release that made it so; 0 for the baseline, which was there before all of them."""
    return int(live.release.removeprefix("R-")) if live.release else 0
