"""One Web API call: its arguments, however they were encoded, and how it says no."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.sandbox.model import Json

Item = TypeVar("Item")


class ApiError(Exception):
    """A Web API method refused; `error` is Slack's code, `extra` goes into the answer beside it."""

    def __init__(self, error: str, **extra: Any) -> None:
        super().__init__(error)
        self.error = error
        self.extra = extra


class RateLimited(Exception):
    """The caller must wait this many seconds."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def invalid(*messages: str) -> ApiError:
    return ApiError("invalid_arguments", response_metadata={"messages": [f"[ERROR] {one}" for one in messages]})


@dataclass(frozen=True, slots=True)
class Call:
    method: str
    args: Json
    granted: tuple[str, ...]

    def text(self, name: str, default: str = "") -> str:
        value = self.args.get(name)
        if value is None:
            return default
        if isinstance(value, dict | list):
            raise invalid(f"must be a string [json-pointer:/{name}]")
        return str(value)

    def required(self, name: str) -> str:
        value = self.text(name)
        if not value:
            raise invalid(f"missing required field: {name}")
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        value = self.args.get(name)
        if value is None:
            return default
        return value is True or str(value).lower() in ("1", "true")

    def whole(self, name: str, default: int) -> int:
        value = self.args.get(name)
        if value in (None, ""):
            return default
        try:
            return int(str(value))
        except ValueError:
            raise invalid(f"must be an integer [json-pointer:/{name}]") from None

    def has(self, name: str) -> bool:
        return self.args.get(name) is not None

    def structure(self, name: str, unreadable: str = "invalid_arguments") -> Any:
        """A list or object, given as JSON or as JSON in a string; None when absent or an empty string."""
        value = self.args.get(name)
        if isinstance(value, str):
            if not value:
                return None
            try:
                return json.loads(value)
            except ValueError:
                raise ApiError(unreadable) from None
        return value

    def need(self, *any_of: str) -> None:
        """The call goes on only with one of these scopes."""
        if any_of and not set(any_of) & set(self.granted):
            raise ApiError("missing_scope", needed=any_of[0], provided=",".join(self.granted))

    def page(self, items: Sequence[Item], default: int = 100, most: int = 1000) -> tuple[list[Item], str]:
        """The page that `cursor` and `limit` ask for, and the cursor of the next one or an empty string."""
        limit = self.whole("limit", default) or default
        if not 0 < limit <= most:
            raise ApiError("invalid_limit")
        start = _read_cursor(self.text("cursor"))
        following = start + limit
        return list(items[start:following]), _cursor(following) if following < len(items) else ""


def _cursor(offset: int) -> str:
    return base64.urlsafe_b64encode(f"next:{offset}".encode()).decode()


def _read_cursor(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.urlsafe_b64decode(cursor).decode().removeprefix("next:"))
    except ValueError:
        raise ApiError("invalid_cursor") from None
