"""What every part of a service's configuration is made of: strict frozen settings, and the words they share."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

ENVIRONMENTS = ("dev", "stg", "prod")
ALIASES = {"staging": "stg", "production": "prod", "development": "dev"}
"""Spellings that are read, never written (design 1)."""

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,62}$")]


class Setting(BaseModel):
    """A part of the configuration: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class When(StrEnum):
    """The moment at which a gate speaks."""

    OPEN = "open"
    PROMOTE = "promote"
    BAKE = "bake"
    VERIFY = "verify"
