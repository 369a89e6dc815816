"""What every event is: frozen, and strict about its fields."""

from pydantic import BaseModel, ConfigDict


class Body(BaseModel):
    """Base of all events."""

    model_config = ConfigDict(frozen=True, extra="forbid")
