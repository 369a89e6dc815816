"""What may be sent: request bodies, made from the catalogue of actions."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import Path
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StrictBool,
    StringConstraints,
    create_model,
)
from pydantic import Field as Described

from bot.domain.actions import Action, Field
from bot.domain.command import has_unseen
from bot.domain.refusal import Code, Refusal
from bot.views.api_errors import FAR_TIME, NO_TIME, ONE_LINE, UNSEEN
from handlers.api.errors import refusal_error

_UNSEEN = r"\x7f-\x9f\u202a-\u202e\u2066-\u2069"
LINE = rf"^[^\x00-\x1f{_UNSEEN}]*$"
"""A line, as the description of the API says it; what it means is `has_unseen`."""
TEXT = rf"^[^\x00-\x08\x0b-\x1f{_UNSEEN}]*$"
"""The same, on several lines."""

_ID = re.compile(r"[Rr]-([0-9]{1,12})")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)

ReleaseId = Annotated[str, Path(description="`R-<n>`.", json_schema_extra={"pattern": r"^[Rr]-[0-9]{1,12}$"})]
Key = Annotated[
    str,
    StringConstraints(pattern=r"^[!-~]{0,200}$"),
    Described(description="Names the request, so that it happens once: the same key again gives the same answer."),
]


class Body(BaseModel):
    """What every body may hold. Unknown fields are refused; an error never shows a value."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    key: Key = ""


class ActionBody(Body):
    """What every action takes beside its own fields."""

    noop: StrictBool = Described(default=False, description="Say what would happen, and change nothing.")

    def values(self) -> dict[str, str]:
        """The action's own fields."""
        return self.model_dump(exclude={"key", "noop", "seen"})


class ReleaseActionBody(ActionBody):
    """What every action on a release takes beside its own fields."""

    seen: Annotated[
        str,
        StringConstraints(pattern=r"^[0-9a-f]{0,64}$"),
        Described(description="The beginning of the `digest` that was looked at; refused when it is another by now."),
    ] = ""


def body_of(row: Action, base: type[ActionBody]) -> type[ActionBody]:
    """The body of an action: its own fields, from its row in the catalogue."""
    fields: dict[str, Any] = {field.name: (_type_of(field), ... if field.required else "") for field in row.fields}
    return create_model(f"{row.name.capitalize()}Body", __base__=base, __doc__=f"Fields of {row.name}.", **fields)


def _type_of(field: Field) -> Any:
    if field.choices:
        choices = field.choices if field.required else ("", *field.choices)
        return Annotated[Literal[choices], Described(description=field.label)]
    if field.multiline:
        return Annotated[str, text(field.limit, field.label), AS_TEXT]
    return Annotated[str, line(field.limit, field.label), AS_LINE]


def _seen(value: str) -> str:
    if has_unseen(value):
        raise ValueError(UNSEEN)
    return value


def _on_one_line(value: str) -> str:
    if "\n" in value or "\t" in value:
        raise ValueError(ONE_LINE)
    return _seen(value)


AS_TEXT, AS_LINE = AfterValidator(_seen), AfterValidator(_on_one_line)


def text(limit: int, about: str | None = None) -> Any:
    """How long somebody's words may be, and how the description shows that."""
    return Described(max_length=limit, json_schema_extra={"pattern": TEXT}, description=about)


def line(limit: int, about: str | None = None) -> Any:
    """The same for a name, or for words on one line."""
    return Described(max_length=limit, json_schema_extra={"pattern": LINE}, description=about)


def release_named(text: str) -> str:
    """The release's id as it is written in the ledger. Raises ApiError 404."""
    match = _ID.fullmatch(text)
    if match is None:
        raise refusal_error(Refusal(code=Code.UNKNOWN_RELEASE, subject=text[:80]))
    return f"R-{int(match[1])}"


def _written_as_a_moment(value: object) -> object:
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise ValueError(NO_TIME)
    return value


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError(FAR_TIME) from None


Moment = Annotated[datetime, BeforeValidator(_written_as_a_moment), AfterValidator(_in_utc)]


_URL = StringConstraints(max_length=2000, pattern=r"^(https?://[^\s<>|\x22\x00-\x1f\x7f]+)?$", strict=True)


class EvidenceBody(Body):
    """A named check result that CI posts (design 7)."""

    gate: Annotated[str, line(63), AS_LINE]
    version: Annotated[str, line(100, "What was really checked."), AS_LINE]
    status: Literal["pass", "fail", "pending"]
    observed_at: Annotated[Moment, Described(description="When it was found, RFC 3339.")]
    url: Annotated[str, _URL] = ""
    summary: Annotated[str, text(3000), AS_TEXT] = ""
    digest: Annotated[str, line(100, "Of the artifact that was checked, `sha256:…`."), AS_LINE] = ""


def said(body: Body) -> Mapping[str, object]:
    """Everything that a body says but its key."""
    return body.model_dump(mode="json", exclude={"key"})
