"""YAML and JSON files as plain data, read strictly: what another parser might read differently is refused."""

import json
import math
from collections.abc import Iterator
from datetime import date
from io import StringIO

from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

_DEPTH = 40


class Unreadable(ValueError):
    """The file is not what it should be; the text says where and why."""


def parse_yaml(text: str) -> object:
    """The data of one YAML 1.2 document; an empty one is None. Raises Unreadable, for doubled keys too."""
    try:
        return YAML(typ="safe", pure=True).load(StringIO(text))
    except DuplicateKeyError as error:
        where = error.problem_mark
        raise Unreadable(f"line {where.line + 1}: {(error.problem or '').split(' with value')[0]}") from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise Unreadable(f"{line}{error.problem or error.context or 'is not YAML'}") from None
    except (YAMLError, ValueError, RecursionError) as error:
        raise Unreadable(f"is not YAML: {str(error).splitlines()[0] if str(error) else type(error).__name__}") from None


def parse_json(text: str) -> object:
    """The data of a JSON text; NaN, Infinity and doubled members are refused. Raises Unreadable."""
    try:
        return json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_members, parse_float=_finite)
    except json.JSONDecodeError as error:
        raise Unreadable(f"line {error.lineno}, column {error.colno}: {error.msg}") from None
    except RecursionError:
        raise Unreadable("is nested too deeply") from None


def _refuse_constant(name: str) -> float:
    raise Unreadable(f"holds {name}, which is not a JSON number")


def _finite(written: str) -> float:
    if not math.isfinite(number := float(written)):
        raise Unreadable(f"holds {written}, which is too large for a number")
    return number


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    names = [name for name, _ in pairs]
    if doubled := sorted({name for name in names if names.count(name) > 1}):
        raise Unreadable(f"names {', '.join(doubled)} twice in one object")
    return dict(pairs)


def strange_values(data: object, path: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """Values that YAML knows and JSON does not, each as (key path, reason)."""
    if depth > _DEPTH:
        yield path, "is nested too deeply, or holds itself"
        return
    match data:
        case dict():
            for name, value in data.items():
                where = f"{path}.{name}" if path else str(name)
                if isinstance(name, str):
                    yield from strange_values(value, where, depth + 1)
                else:
                    yield where, "is a key that is not text; put it in quotes"
        case list():
            for index, value in enumerate(data):
                yield from strange_values(value, f"{path}[{index}]", depth + 1)
        case date():
            yield path, "was read as a date; put it in quotes"
        case float() if not math.isfinite(data):
            yield path, "must be a finite number"
        case None | str() | bool() | int() | float():
            return
        case _:
            yield path, f"holds a {type(data).__name__}, which is not understood here"
