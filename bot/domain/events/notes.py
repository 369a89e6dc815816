"""What is written down beside the course of a release."""

from typing import Literal

from bot.domain.events.base import Body
from bot.domain.evidence import Fact


class EvidenceRecorded(Body):
    """A measured fact entered the ledger."""

    kind: Literal["evidence_recorded"] = "evidence_recorded"
    fact: Fact


class StageFellBack(Body):
    """The stage file was not what we signed; it was set back to `stable`."""

    kind: Literal["stage_fell_back"] = "stage_fell_back"
    path: str
    found: str


class RequestRefused(Body):
    """Somebody asked for something and was told no."""

    kind: Literal["request_refused"] = "request_refused"
    action: str
    code: str
