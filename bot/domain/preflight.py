"""What a pre-flight check found, as the ledger keeps it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict


class Checked(BaseModel):
    """One check: how it went, and what was found. UNREACHABLE and SKIPPED could not be run, and are not GO."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    health: Literal["good", "bad", "unreachable", "skipped"]
    found: str
