"""What every block of an evidence document is made of: frozen, complete, without NaN, and equal to its JSON."""

from datetime import UTC, datetime
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictFloat, StrictInt

LARGEST = 2**53 - 1
"""The largest whole number that every JSON reader keeps exactly."""

Whole = Annotated[StrictInt, Field(ge=-LARGEST, le=LARGEST)]
Count = Annotated[StrictInt, Field(ge=0, le=LARGEST)]
Number = Whole | Annotated[StrictFloat, Field(allow_inf_nan=False)]
"""A finite number. Whole ones stay whole, so that a document read and written again keeps its integrity hash."""

Share = Annotated[Number, Field(ge=0, le=1)]
Positive = Annotated[Number, Field(ge=0)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


def moment(text: str) -> datetime:
    """The moment that an ISO 8601 text names; without a zone it is UTC (contracts 1.10). Raises ValueError."""
    read = datetime.fromisoformat(text)
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def _keep_text(text: str) -> str:
    moment(text)
    return text


Instant = Annotated[str, Field(min_length=10, max_length=40), AfterValidator(_keep_text)]
"""A moment as the document writes it; `moment` reads it."""


class Block(BaseModel):
    """One block. Fields that were not written are not written back: read and written again, a document is the same."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, allow_inf_nan=False, populate_by_name=True, serialize_by_alias=True
    )

    @classmethod
    def of(cls, **fields: Any) -> Self:
        """A block of these fields, checked; those that are None stay out of the document."""
        return cls.model_validate({name: value for name, value in fields.items() if value is not None})
