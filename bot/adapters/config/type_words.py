"""Types and defaults of settings in words that people understand, for the configuration reference."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from bot.domain.duration import write_duration

_SIMPLE: dict[Any, str] = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
    timedelta: "duration",
    date: "date",
    Path: "path",
    SecretStr: "secret",
}


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models that a setting's value holds, at whatever depth of lists and mappings."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) is not Literal:
        for inner in get_args(annotation):
            yield from models_in(inner)


def path_of(field: str, annotation: Any) -> str:
    """The key under which the models in a setting's value are found: `gates[]`, `environments.<environment>`."""
    bare = _bare(annotation)
    if get_origin(bare) is tuple:
        return f"{field}[]"
    if get_origin(bare) is dict:
        return f"{field}.<{field.removesuffix('s')}>"
    return field


def type_words(info: FieldInfo) -> str:
    """The type of a setting, with its range."""
    words = _words(info.annotation)
    least = next((part.ge for part in info.metadata if isinstance(part, Ge)), None)
    most = next((part.le for part in info.metadata if isinstance(part, Le)), None)
    if least is not None and most is not None:
        return f"{words}, {least} to {most}"
    return f"{words}, at least {least}" if least is not None else words


def default_words(info: FieldInfo) -> str:
    """The default of a setting, as the file would say it."""
    if info.is_required():
        return "required"
    value = info.get_default(call_default_factory=True, validated_data={})
    return "" if value is None or isinstance(value, BaseModel) else f"`{_written(value)}`"


def _written(value: object) -> str:
    match value:
        case timedelta():
            return write_duration(value)
        case tuple():
            return f"[{', '.join(_written(inner) for inner in value)}]"
        case bool() | dict():
            return json.dumps(value)
        case str() if not value:
            return '""'
        case _:
            return str(value)


def _words(annotation: Any) -> str:
    bare = _bare(annotation)
    if bare in _SIMPLE:
        return _SIMPLE[bare]
    if isinstance(bare, type) and issubclass(bare, Enum):
        return " or ".join(f"`{member.value}`" for member in bare)
    if get_origin(bare) is Literal:
        return " or ".join(f"`{word}`" for word in get_args(bare))
    if get_origin(bare) is tuple:
        return f"list of {_words(get_args(bare)[0])}"
    if get_origin(bare) is dict:
        return f"mapping to {_words(get_args(bare)[1])}"
    return "settings below"


def _bare(annotation: Any) -> Any:
    """The type without marks and without None; unions of models stay."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        others = [inner for inner in get_args(annotation) if inner is not type(None)]
        return _bare(others[0]) if len(others) == 1 else annotation
    return annotation
