"""What a gate says, and why: the six verdicts of which only `pass` opens."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Verdict(StrEnum):
    """The answer of a gate (design 1). Missing, stale, unreadable or foreign evidence is never PASS."""

    PASS = "pass"
    FAIL = "fail"
    PENDING = "pending"
    NO_DATA = "no_data"
    INCONCLUSIVE = "inconclusive"
    ERROR = "error"


class Reason(BaseModel):
    """One finding of a gate: a stable code, and the numbers behind it where there are any."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    observed: float | None = None
    limit: float | None = None
    samples: int | None = None
    detail: str = ""


class Judgement(BaseModel):
    """A gate's verdict at one moment. `as_of`: when its evidence was observed; `stale_at`: when it stops counting."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    gate: str
    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    as_of: datetime | None = None
    stale_at: datetime | None = None
    link: str = ""

    @property
    def opens(self) -> bool:
        """Whether a move that needs this gate may go."""
        return self.verdict is Verdict.PASS
