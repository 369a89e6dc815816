"""Every kind of gate that configuration may name."""

from typing import Annotated

from pydantic import Field

from bot.domain.service.checklist import ChecklistGate
from bot.domain.service.gates import CanaryGate, CheckGate, SloGate
from bot.domain.service.quorum import QuorumGate

GateSpec = Annotated[CheckGate | SloGate | CanaryGate | QuorumGate | ChecklistGate, Field(discriminator="kind")]
