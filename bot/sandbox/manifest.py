"""What the app manifest tells the workspace: commands, shortcuts, granted scopes, subscribed events."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError


class ManifestError(Exception):
    """The app manifest cannot be used; the text says which entry and why."""


@dataclass(frozen=True, slots=True)
class SlashCommand:
    command: str
    description: str
    usage_hint: str
    should_escape: bool


@dataclass(frozen=True, slots=True)
class Shortcut:
    name: str
    callback_id: str
    type: str
    description: str


@dataclass(frozen=True, slots=True)
class Manifest:
    commands: tuple[SlashCommand, ...]
    shortcuts: tuple[Shortcut, ...]
    scopes: tuple[str, ...]
    events: tuple[str, ...]

    def command(self, name: str) -> SlashCommand | None:
        return next((one for one in self.commands if one.command == name), None)

    def shortcut(self, callback_id: str) -> Shortcut | None:
        return next((one for one in self.shortcuts if one.callback_id == callback_id), None)


def read(path: Path) -> Manifest:
    """The parts of a manifest file (schema v1, YAML or JSON) that Slack acts on; ManifestError when it has none."""
    try:
        document = YAML(typ="safe", pure=True).load(path.read_text("utf-8"))
    except (OSError, YAMLError, UnicodeDecodeError) as problem:
        raise ManifestError(f"{path}: {problem}") from problem
    if not isinstance(document, dict) or "display_information" not in document:
        raise ManifestError(f"{path}: not an app manifest (no display_information)")
    try:
        return _manifest(document)
    except (KeyError, TypeError, AttributeError) as problem:
        raise ManifestError(f"{path}: {type(problem).__name__}: {problem}") from problem


def _manifest(document: dict[str, Any]) -> Manifest:
    features = document.get("features") or {}
    return Manifest(
        commands=tuple(
            SlashCommand(
                one["command"],
                one.get("description", ""),
                one.get("usage_hint", ""),
                bool(one.get("should_escape", False)),
            )
            for one in features.get("slash_commands") or []
        ),
        shortcuts=tuple(
            Shortcut(one["name"], one["callback_id"], one["type"], one.get("description", ""))
            for one in features.get("shortcuts") or []
        ),
        scopes=tuple((document.get("oauth_config") or {}).get("scopes", {}).get("bot") or []),
        events=tuple(((document.get("settings") or {}).get("event_subscriptions") or {}).get("bot_events") or []),
    )
