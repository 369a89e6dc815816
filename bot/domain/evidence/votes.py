"""What several judges said about one piece of evidence."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.evidence.base import FactBody
from bot.domain.evidence.logs import LogMeasurement
from bot.domain.verdict import Reason, Verdict

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Ballot(BaseModel):
    """What came of asking one provider: a vote, or the stable code of why there is none. `judge` is who the vote says
    it is from; `reasons` are what that judge found."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    provider: str
    judge: str = ""
    verdict: Verdict | None = None
    reasons: tuple[Reason, ...] = ()
    version: str = ""
    key_id: str = ""
    latency_ms: float | None = Field(default=None, ge=0)
    error: str = ""
    detail: str = ""

    @property
    def counts(self) -> bool:
        """Whether this is a vote."""
        return self.verdict is not None and not self.error

    @property
    def passes(self) -> bool:
        """Whether it is a vote for. A warning or an undecided judge is none."""
        return self.counts and self.verdict is Verdict.PASS


class QuorumVotes(FactBody):
    """The ballots of one round: over which evidence and which SLO document, both by digest. `measured` is what was
    read for the judges, where the gate has a source of its own."""

    kind: Literal["votes"] = "votes"
    k: int = Field(ge=1)
    n: int = Field(ge=1)
    fail_closed: bool
    evidence: Sha256
    slo: Sha256
    ballots: tuple[Ballot, ...]
    measured: LogMeasurement | None = None
