"""Finds the one line of a command's output that is worth showing, and the answer of a status command."""

import json
from typing import Any

SUMMARY_LIMIT = 300
"""Characters; the whole output is kept elsewhere."""


def summarise(out: str, err: str, failed: bool) -> str:
    """The last JSON object's message, else the last line that is not empty; a failed command's errors come first. An
    object without words says nothing that a person in a thread wants to read, unless the command failed."""
    if (found := last_object(out) or (last_object(err) if failed else None)) is not None:
        line = _message(found[0]) or (found[1] if failed else "")
    else:
        streams = (err, out) if failed else (out, err)
        line = next((line for line in map(_last_line, streams) if line), "")
    return line if len(line) <= SUMMARY_LIMIT else line[: SUMMARY_LIMIT - 1] + "…"


def last_object(text: str) -> tuple[dict[str, Any], str] | None:
    """The last line that is a JSON object (or the whole text, when it is one), with its spelling on one line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for candidate in (*reversed([line for line in lines if line.startswith("{")]), text):
        try:
            value = json.loads(candidate)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            return value, " ".join(candidate.split())
    return None


def _message(value: dict[str, Any]) -> str:
    """What an object says in words: `summary` or `message`, its own or its `error`'s."""
    inner = value.get("error")
    places = (value, inner) if isinstance(inner, dict) else (value,)
    words = [place.get(name) for place in places for name in ("summary", "message")]
    if isinstance(inner, str):
        words.append(inner)
    return next((" ".join(word.split()) for word in words if isinstance(word, str) and word.strip()), "")


def _last_line(text: str) -> str:
    return next((" ".join(line.split()) for line in reversed(text.splitlines()) if line.strip()), "")
