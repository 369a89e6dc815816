"""What every measured fact has: the gate and version that it speaks for, when it was observed, and by what."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict


class FactBody(BaseModel):
    """A measured fact: frozen, strict, without NaN."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    gate: str
    version: str
    observed_at: datetime
    producer: str
