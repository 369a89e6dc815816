"""A service and how it is released into each environment: the shape of `configs/services/*.yaml` (design 6)."""

from bot.domain.service.checklist import ChecklistGate, ChecklistItem
from bot.domain.service.command_gate import COMMAND_PLACEHOLDERS, CommandGate
from bot.domain.service.deployers import CommandDeployer, DeployerSpec, StageDeployer
from bot.domain.service.environment import EnvironmentConfig, ServiceConfig
from bot.domain.service.gates import CanaryGate, CheckGate, Gate, LogGate, Mode, PolledGate, SloGate
from bot.domain.service.judges import Provider, Providers
from bot.domain.service.load_gate import LoadGate
from bot.domain.service.quorum import QuorumGate
from bot.domain.service.sources import CsvSource
from bot.domain.service.spec import GateSpec
from bot.domain.service.strategy import ApprovalRule, Strategy
from bot.domain.service.words import ALIASES, ENVIRONMENTS, Name, When

__all__ = [
    "ALIASES",
    "COMMAND_PLACEHOLDERS",
    "ENVIRONMENTS",
    "ApprovalRule",
    "CanaryGate",
    "CheckGate",
    "ChecklistGate",
    "ChecklistItem",
    "CommandDeployer",
    "CommandGate",
    "CsvSource",
    "DeployerSpec",
    "EnvironmentConfig",
    "Gate",
    "GateSpec",
    "LoadGate",
    "LogGate",
    "Mode",
    "Name",
    "PolledGate",
    "Provider",
    "Providers",
    "QuorumGate",
    "ServiceConfig",
    "SloGate",
    "StageDeployer",
    "Strategy",
    "When",
]
