"""Slack's own shapes and samples, read where they lie, and the comparison of a body with them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

SLACK = Path(__file__).resolve().parents[3] / "shared" / "vendor" / "slack"
needs_vendor = pytest.mark.skipif(not SLACK.is_dir(), reason="vendor/slack is not beside this repository")
OPEN = frozenset(
    {"blocks", "attachments", "values", "event_payload", "view.title", "view.submit", "view.close", "icons", "public"}
)
"""Subtrees with keys of their own choosing: block ids, channel ids, an app's metadata."""


@cache
def read(path: str) -> Any:
    return json.loads((SLACK / path).read_text())


def paths(body: Any, prefix: str = "") -> dict[str, type]:
    """Every key path of a body (lists as `[]`) with the type of its value; open subtrees end at their name."""
    found: dict[str, type] = {}
    if isinstance(body, list):
        for one in body:
            found |= paths(one, f"{prefix}[]")
    elif isinstance(body, dict):
        for name, value in body.items():
            path = f"{prefix}.{name}" if prefix else name
            if value is not None:
                found[path] = type(value)
            if name not in OPEN and path not in OPEN:
                found |= paths(value, path)
    return found


def shape(*files: str) -> dict[str, type]:
    found: dict[str, type] = {}
    for file in files:
        found |= paths(read(file))
    return found


def strangers(body: Any, known: dict[str, type], besides: frozenset[str] = frozenset()) -> list[str]:
    """What of this body Slack never sends: unknown paths, and known ones of another type."""
    wrong = []
    for path, kind in paths(body).items():
        if path in besides:
            continue
        if path not in known:
            wrong.append(f"{path}: unknown to Slack")
        elif kind is not known[path] and {kind, known[path]} != {int, float}:
            wrong.append(f"{path}: {kind.__name__}, Slack has {known[path].__name__}")
    return wrong


@cache
def documented_errors(method: str) -> frozenset[str]:
    """The error codes that Slack's published specification lists for a method."""
    found: set[str] = set()

    def collect(value: Any) -> None:
        if isinstance(value, dict):
            codes = value.get("enum")
            if isinstance(codes, list) and "not_authed" in codes:
                found.update(codes)
            for one in value.values():
                collect(one)
        elif isinstance(value, list):
            for one in value:
                collect(one)

    collect(read("web-api.swagger2.json")["paths"].get(f"/{method}", {}))
    return frozenset(found)
