"""SLO documents as configuration files hold them: the complete format of contracts 1.11, and what we added to it."""

from bot.domain.slo.account import QuorumBlock
from bot.domain.slo.document import SloDocument
from bot.domain.slo.objectives import Compare, Objective, Scoring
from bot.domain.slo.requests import CanaryBlock, CanaryThresholds, ErrorBlock, InfraBlock, InfraSignatures, LatencyBlock

__all__ = [
    "CanaryBlock",
    "CanaryThresholds",
    "Compare",
    "ErrorBlock",
    "InfraBlock",
    "InfraSignatures",
    "LatencyBlock",
    "Objective",
    "QuorumBlock",
    "Scoring",
    "SloDocument",
]
