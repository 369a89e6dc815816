"""Collects what is wrong with a block, each with the JSON pointer Slack would give."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.model import Json


@dataclass(slots=True)
class Findings:
    messages: list[str] = field(default_factory=list)

    def add(self, pointer: str, message: str) -> None:
        self.messages.append(f"{message} [json-pointer:{pointer}]")

    def object(self, value: Any, pointer: str) -> bool:
        if isinstance(value, dict):
            return True
        self.add(pointer, "must be an object")
        return False

    def keys(self, value: Json, pointer: str, allowed: str, required: str = "") -> None:
        """Only the allowed and required keys, and all of the required ones."""
        for name in required.split():
            if value.get(name) is None:
                self.add(pointer, f"missing required field: {name}")
        for name in value:
            if name not in (*allowed.split(), *required.split()):
                self.add(f"{pointer}/{name}", f"no more properties allowed, got {name}")

    def string(self, value: Json, name: str, pointer: str, most: int, least: int = 1) -> None:
        """A string of `least` to `most` characters, when it is there."""
        found = value.get(name)
        if found is None:
            return
        where = f"{pointer}/{name}"
        if not isinstance(found, str):
            self.add(where, "must be a string")
        elif len(found) > most:
            self.add(where, f"must be less than {most + 1} characters")
        elif len(found) < least:
            self.add(where, f"must be more than {least - 1} characters")

    def items(self, value: Json, name: str, pointer: str, most: int, least: int = 1) -> list[Any]:
        """The list under this name; empty, with a finding, when it is no list or has a wrong length."""
        found = value.get(name)
        where = f"{pointer}/{name}"
        if found is None:
            return []
        if not isinstance(found, list):
            self.add(where, "must be an array")
            return []
        if len(found) > most:
            self.add(where, f"no more than {most} items allowed")
        if len(found) < least:
            self.add(where, f"must have at least {least} item{'s' if least > 1 else ''}")
        return found

    def one_of(self, value: Json, name: str, pointer: str, allowed: tuple[Any, ...]) -> None:
        if value.get(name) is not None and value[name] not in allowed:
            self.add(f"{pointer}/{name}", f"must be one of {', '.join(map(str, allowed))}")

    def boolean(self, value: Json, names: str, pointer: str) -> None:
        for name in names.split():
            if value.get(name) is not None and not isinstance(value[name], bool):
                self.add(f"{pointer}/{name}", "must be a boolean")
