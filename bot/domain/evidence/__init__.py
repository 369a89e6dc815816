"""Measured facts that gates judge: a named check result, request-log measurements, votes of judges, or a source that
failed."""

from typing import Annotated

from pydantic import Field

from bot.domain.evidence.base import FactBody
from bot.domain.evidence.logs import LogFile, LogMeasurement, Slower, Track, TrackSample
from bot.domain.evidence.notes import CheckResult, SourceFailure
from bot.domain.evidence.votes import Ballot, QuorumVotes

__all__ = [
    "FACTS_KEPT",
    "Ballot",
    "CheckResult",
    "Fact",
    "FactBody",
    "LogFile",
    "LogMeasurement",
    "QuorumVotes",
    "Slower",
    "SourceFailure",
    "Track",
    "TrackSample",
]

Fact = Annotated[CheckResult | LogMeasurement | SourceFailure | QuorumVotes, Field(discriminator="kind")]
"""Anything that may stand in the ledger as evidence."""

FACTS_KEPT = 60
"""How many facts of one gate a release keeps for judging; the ledger keeps them all."""
