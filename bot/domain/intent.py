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
    version strikes out everything that came after it; one without a release is the baseline and strikes out all."""
    standing: list[Live] = []
    for live in reversed(lives):
        depths = [depth for depth, one in enumerate(standing) if one.release == live.release]
        del standing[depths[0] if depths else (0 if not live.release else len(standing)) :]
        standing.append(live)
    return tuple(reversed(standing))
