"""Where in a file a mistake is, and which keys would have been understood there."""

from difflib import get_close_matches
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

Location = tuple[int | str, ...]


def key_path(location: Location, data: object, required: bool = False) -> str:
    """pydantic's location as the file spells it, such as `gates[1].fresh`: names of union members are left out.
    `required` says that the last part is a key that the file lacks."""
    written, here, tagged = "", data, False
    for place, part in enumerate(location):
        if isinstance(here, dict) and here.get("kind") == part and not tagged and len(location) > place + 1:
            tagged = True  # the union's member; one of its keys may be called the same
            continue
        tagged = False
        if isinstance(part, int):
            written += f"[{part}]"
            here = here[part] if isinstance(here, list) and part < len(here) else None
        elif isinstance(here, dict) and part in here:
            written += f".{part}"
            here = here[part]
        elif required and place == len(location) - 1:
            written += f".{part}"
    return written.lstrip(".")


def known_keys(model: type[BaseModel], location: Location) -> tuple[str, ...]:
    """The keys that the model at this location has; empty where a location is not understood."""
    here: Any = model
    for part in location:
        here = _step(here, part)
    bare = _members(here)
    return tuple(bare[0].model_fields) if len(bare) == 1 and _is_model(bare[0]) else ()


def advice(key: str, known: tuple[str, ...]) -> str:
    """What to write instead of an unknown key."""
    if close := get_close_matches(key, known, n=1):
        return f"is not a known setting; did you mean {close[0]}?"
    return f"is not a known setting; known here: {', '.join(known)}" if known else "is not a known setting"


def _step(annotation: Any, part: int | str) -> Any:
    members = _members(annotation)
    if len(members) > 1 and (tagged := [one for one in members if _is_model(one) and _kind(one) == part]):
        return tagged[0]  # before a key that is called as the kind
    for member in members:
        if _is_model(member) and part in member.model_fields:
            return member.model_fields[part].annotation
        if get_origin(member) is tuple and isinstance(part, int):
            return get_args(member)[0]
        if get_origin(member) is dict:
            return get_args(member)[1]
    return None


def _members(annotation: Any) -> tuple[Any, ...]:
    """The types that an annotation may be, without None and without marks."""
    if get_origin(annotation) is Annotated:
        return _members(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return tuple(one for member in get_args(annotation) for one in _members(member) if one is not type(None))
    return (annotation,)


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _kind(model: type[BaseModel]) -> str | None:
    kind = model.model_fields.get("kind")
    literal = kind is not None and get_origin(kind.annotation) is Literal
    return get_args(kind.annotation)[0] if kind is not None and literal else None
