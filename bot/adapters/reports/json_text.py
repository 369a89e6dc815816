"""JSON of strangers: whole, without NaN and doubled keys, and looked into with a type in hand."""

import json
from collections.abc import Iterator
from typing import Any, NoReturn

from bot.adapters.reports.problem import ReportProblem

Object = dict[str, Any]


def read_json(raw: bytes) -> Any:
    """The one value that the bytes hold. Raises ReportProblem."""
    try:
        return json.loads(raw.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise ReportProblem("unreadable", f"line {error.lineno}, column {error.colno}") from None
    except (UnicodeDecodeError, RecursionError, ValueError) as error:
        raise ReportProblem("unreadable", type(error).__name__) from None


def an_object(value: Any, where: str) -> Object:
    """A JSON object. Raises ReportProblem."""
    return value if isinstance(value, dict) else _foreign(where)


def objects(value: Any, where: str) -> Iterator[Object]:
    """The members of a list of objects. Raises ReportProblem."""
    if not isinstance(value, list):
        _foreign(where)
    for place, one in enumerate(value):
        yield an_object(one, f"{where}[{place}]")


def a_text(value: Any, where: str) -> str:
    """A text that is not empty. Raises ReportProblem."""
    return value if isinstance(value, str) and value else _foreign(where)


def short(text: object, limit: int = 80) -> str:
    """The beginning of a name, such as can be stored; nothing for what is no text."""
    return text[:limit].encode("utf-8", "replace").decode() if isinstance(text, str) else ""


def _foreign(where: str) -> NoReturn:
    raise ReportProblem("foreign", where)


def _once(pairs: list[tuple[str, Any]]) -> Object:
    """Of two members with one name nobody knows which counts."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("doubled key")
    return found


def _no_number(word: str) -> NoReturn:
    raise ValueError(word)
