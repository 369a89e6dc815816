"""JSON as it is defined, and nothing beside it: UTF-8, no NaN, no name twice."""

import json
from typing import Any, NoReturn

from starlette.requests import Request

from handlers.api.errors import error


class StrictRequest(Request):
    """A request whose body is read strictly; FastAPI asks it for `json()`."""

    async def json(self) -> Any:
        """The body. Raises ApiError 400."""
        return read_json(await self.body())


def read_json(raw: bytes) -> Any:
    """The value that a body holds. Raises ApiError 400 with what is wrong and where, never with the text itself."""
    try:
        text = raw.decode("utf-8")
        return json.loads(text, parse_constant=_not_a_number, object_pairs_hook=_once_each)
    except UnicodeDecodeError as wrong:
        raise error(400, "not_json", f"byte {wrong.start} is not UTF-8") from None
    except json.JSONDecodeError as wrong:
        raise error(400, "not_json", f"{wrong.msg} at character {wrong.pos}") from None
    except RecursionError:
        raise error(400, "not_json", "it is nested too deeply") from None
    except _Unusual as wrong:
        raise error(400, "not_json", str(wrong)) from None
    except ValueError:
        raise error(400, "not_json", "a number in it is too long") from None


class _Unusual(ValueError):
    """Something that Python's reader lets pass."""


def _not_a_number(word: str) -> NoReturn:
    raise _Unusual(f"{word} is not a JSON number")


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Unusual("an object names a field twice")
    return found
