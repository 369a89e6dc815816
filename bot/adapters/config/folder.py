"""One pass over the configuration folder: it remembers which files it looked at and every mistake it found."""

import json
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.adapters.config.keys import advice, key_path, known_keys
from bot.adapters.config.plain_data import Unreadable, parse_json, parse_yaml, strange_values
from bot.settings.mistakes import Problem, reason_of

M = TypeVar("M", bound=BaseModel)

Stamp = tuple[int, int, int] | None
"""Modification time in nanoseconds, size and inode of a file; None when there is none."""

LIMIT = 1_000_000
"""Most bytes of a configuration file."""


def stamp(path: Path) -> Stamp:
    """What changes whenever somebody writes or replaces the file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


class Folder:
    """The folder at `root`. Names of files are relative to it; `problems` and `stamps` grow with every reading."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.problems: list[Problem] = []
        self.stamps: dict[Path, Stamp] = {}

    def complain(self, name: str, key: str, reason: str) -> None:
        """Note a mistake."""
        problem = Problem(str(self.root / name), key, reason)
        if problem not in self.problems:
            self.problems.append(problem)

    def has(self, name: str) -> bool:
        """Whether there is such a file; asking counts as looking at it."""
        return self._look_at(name).is_file()

    def list(self, name: str) -> tuple[str, ...]:
        """Names of the visible files in a sub-folder, sorted; empty when there is none."""
        inside = self._look_at(name)
        if not inside.is_dir():
            return ()
        return tuple(sorted(f"{name}/{path.name}" for path in inside.iterdir() if not path.name.startswith(".")))

    def yaml(self, name: str) -> dict[str, object] | None:
        """The mapping in a YAML file, an empty file being an empty one; None after a complaint."""
        try:
            data = parse_yaml(self._text(name))
        except Unreadable as error:
            self.complain(name, "", str(error))
            return None
        if data is None:
            return {}
        strange = tuple(strange_values(data))
        for key, reason in strange:
            self.complain(name, key, reason)
        return None if strange else self._mapping(name, data)

    def json(self, name: str) -> dict[str, object] | None:
        """The object in a JSON file; None after a complaint."""
        try:
            return self._mapping(name, parse_json(self._text(name)))
        except Unreadable as error:
            self.complain(name, "", str(error))
            return None

    def model(
        self, model: type[M], data: dict[str, object], name: str, spelled: dict[str, str] | None = None
    ) -> M | None:
        """The data as a model; None after complaints. `spelled` gives back the file's own spelling of a key path."""
        try:
            return model.model_validate_json(json.dumps(data), strict=True)
        except ValidationError as error:
            for found in error.errors():
                path, reason = _explain(model, data, found)
                for canonical, written in (spelled or {}).items():
                    if path == canonical or path.startswith((f"{canonical}.", f"{canonical}[")):
                        path = written + path.removeprefix(canonical)
                self.complain(name, path, reason)
        return None

    def _mapping(self, name: str, data: object) -> dict[str, object] | None:
        if isinstance(data, dict):
            return data
        self.complain(name, "", "must hold a mapping of settings")
        return None

    def _text(self, name: str) -> str:
        path = self._look_at(name)
        try:
            with path.open("rb") as file:
                raw = file.read(LIMIT + 1)
            if len(raw) > LIMIT:
                raise Unreadable(f"is larger than {LIMIT} bytes")
            return raw.decode("utf-8-sig")
        except FileNotFoundError:
            raise Unreadable("does not exist") from None
        except OSError as error:
            raise Unreadable(f"cannot be read: {error.strerror}") from None
        except UnicodeDecodeError as error:
            raise Unreadable(f"is not UTF-8: byte {error.start + 1}") from None

    def _look_at(self, name: str) -> Path:
        path = self.root / name
        self.stamps.setdefault(path, stamp(path))
        return path


def _explain(model: type[BaseModel], data: dict[str, object], found: ErrorDetails) -> tuple[str, str]:
    """Key path and reason of one mistake."""
    location, kind = found["loc"], found["type"]
    if location and location[-1] == "[key]":
        location = location[:-1]
    path = key_path(location, data, required=kind == "missing")
    if kind.startswith("union_tag_"):
        return f"{path}.kind", reason_of(found)
    if kind == "extra_forbidden":
        return path, advice(str(location[-1]), known_keys(model, location[:-1]))
    return path, reason_of(found)
