"""SLO documents as configuration files hold them (contracts 1.11)."""

from pydantic import BaseModel, ConfigDict


class SloDocument(BaseModel):
    """One SLO file: the limits that a release must keep. Unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str = "v1"
