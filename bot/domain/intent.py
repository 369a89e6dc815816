"""A deployment that was intended before it was asked for, so that it starts at most once (design 4)."""

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
