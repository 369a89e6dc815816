"""Measured facts that gates judge: a named check result, request-log and load measurements, a command's result, votes
of judges, or a source that failed."""

from typing import Annotated

from pydantic import Field

from bot.domain.evidence.base import FactBody
from bot.domain.evidence.commands import CommandResult
from bot.domain.evidence.load import LoadMeasurement
from bot.domain.evidence.logs import LogFile, LogMeasurement, Slower, Track, TrackSample
from bot.domain.evidence.notes import CheckResult, SourceFailure
from bot.domain.evidence.votes import Ballot, QuorumVotes

__all__ = [
    "FACTS_KEPT",
    "Ballot",
    "CheckResult",
    "CommandResult",
    "Fact",
    "FactBody",
    "LoadMeasurement",
    "LogFile",
    "LogMeasurement",
    "QuorumVotes",
    "Slower",
    "SourceFailure",
    "Track",
    "TrackSample",
]

Fact = Annotated[
    CheckResult | LogMeasurement | SourceFailure | QuorumVotes | CommandResult | LoadMeasurement,
    Field(discriminator="kind"),
]
"""Anything that may stand in the ledger as evidence."""

FACTS_KEPT = 60
"""How many facts of one gate a release keeps for judging; the ledger keeps them all."""
