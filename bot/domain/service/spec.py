"""Every kind of gate that configuration may name."""

from typing import Annotated

from pydantic import Field

from bot.domain.service.checklist import ChecklistGate
from bot.domain.service.command_gate import CommandGate
from bot.domain.service.gates import CanaryGate, CheckGate, SloGate
from bot.domain.service.load_gate import LoadGate
from bot.domain.service.quorum import QuorumGate

GateSpec = Annotated[
    CheckGate | SloGate | CanaryGate | QuorumGate | ChecklistGate | CommandGate | LoadGate,
    Field(discriminator="kind"),
]
