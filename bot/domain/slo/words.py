"""What every block of an SLO file is made of."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Amount = Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False)]
"""A finite number that is not negative; text and booleans are refused."""

Rate = Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False)]
"""A share, 0..1."""

Ratio = Annotated[float, Field(strict=True, gt=0, allow_inf_nan=False)]
Percent = Annotated[float, Field(strict=True, ge=0, le=100, allow_inf_nan=False)]
Count = Annotated[int, Field(strict=True, ge=1, le=1_000_000_000)]
Flag = Annotated[bool, Field(strict=True)]
Word = Annotated[str, Field(strict=True, min_length=1, max_length=200)]


class Limits(BaseModel):
    """A block: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")
