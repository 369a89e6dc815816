"""The configuration reference, generated from the models: `python -m bot.adapters.config.reference README.md`."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bot.adapters.config.type_words import default_words, models_in, path_of, type_words
from bot.domain.rbac import Rbac
from bot.domain.service import Providers, ServiceConfig
from bot.domain.slo import SloDocument
from bot.settings import Settings, variables_of
from bot.settings.installation import Installation

BEGIN, END = "<!-- reference:begin -->", "<!-- reference:end -->"
"""The lines between which a document holds the reference."""

_FILES = (
    ("interlock.yaml", Installation),
    ("rbac.yaml", Rbac),
    ("services/<service>.yaml", ServiceConfig),
    ("providers.yaml", Providers),
    ("slo/<name>.json", SloDocument),
)
KINDS = tuple(file.partition(".")[0].partition("/")[0].removesuffix("s") for file, _ in _FILES)
"""The kinds of configuration file by one word each."""

_COMMON = {
    "service": "Name of the service; its file is called the same.",
    "name": "Name of the gate, once in an environment.",
}
_SOURCE = re.compile(r"\s*\((?:design|contracts|slack-facts|engines) [^)]*\)")
_FILLED_IN = ("slo", "judges")
"""Fields that are not written in a file."""


class MarkersMissing(ValueError):
    """The document has no block for the reference; put the two marker lines where it belongs."""


def render() -> str:
    """The whole reference in Markdown."""
    return "\n".join([*_environment(), *(line for file, model in _FILES for line in _file(file, model))]).strip() + "\n"


def render_file(kind: str) -> str:
    """The reference of one kind of file. Raises KeyError for a kind that is not in KINDS."""
    return "\n".join(_file(*_FILES[_place(kind)])).strip() + "\n"


def model_of(kind: str) -> type[BaseModel]:
    """The model of one kind of file. Raises KeyError for a kind that is not in KINDS."""
    return _FILES[_place(kind)][1]


def update(document: str) -> str:
    """The document with the reference between its markers brought up to date. Raises MarkersMissing."""
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise MarkersMissing(MarkersMissing.__doc__)
    return f"{before}{BEGIN}\n\n{render()}\n{END}{after}"


def main(arguments: list[str]) -> int:
    """Bring the named documents up to date; exit code 0, 4 for a document that cannot take it."""
    for name in arguments:
        try:
            document = Path(name).read_text("utf-8")
            Path(name).write_text(update(document), "utf-8")
        except (OSError, MarkersMissing) as error:
            sys.stderr.write(f"{name}: {error}\n")
            return 4
    return 0


def _place(kind: str) -> int:
    if kind not in KINDS:
        raise KeyError(kind)
    return KINDS.index(kind)


def _environment() -> Iterator[str]:
    yield from ("### Environment variables", "", "Where several names are given, the first one that is set counts.", "")
    yield from _head("variable")
    for info in Settings.model_fields.values():
        default = default_words(info)
        names = "<br>".join(f"`{name}`" for name in variables_of(info))
        yield _row(
            names, _as_variable(info), "" if default in ("required", "`[]`") else default, info.description or ""
        )
    yield ""


def _as_variable(info: FieldInfo) -> str:
    """The type of a setting whose value is one text in the environment."""
    words = type_words(info)
    return {"list of settings below": "JSON list", "list of text": "text"}.get(words, words)


def _file(file: str, model: type[BaseModel]) -> Iterator[str]:
    yield from (f"### `configs/{file}`", "")
    yield from _section(model, "")


def _section(model: type[BaseModel], path: str) -> Iterator[str]:
    """The settings of a model, and of the models inside it."""
    fields = {name: info for name, info in model.model_fields.items() if name not in _FILLED_IN}
    if path:
        yield from (f"#### `{path}`{_kind(model)}", "")
    yield from (_said(model), "")
    yield from _head("key")
    for name, info in fields.items():
        yield _row(f"`{name}`", type_words(info), default_words(info), _meaning(name, info))
    yield ""
    for name, info in fields.items():
        for inner in models_in(info.annotation):
            yield from _section(inner, f"{path}.{path_of(name, info.annotation)}".lstrip("."))


def _kind(model: type[BaseModel]) -> str:
    kind = model.model_fields.get("kind")
    single = kind is not None and kind.is_required() and get_origin(kind.annotation) is Literal
    return f" of kind `{get_args(kind.annotation)[0]}`" if kind is not None and single else ""


def _said(model: type[BaseModel]) -> str:
    """The model's docstring on one line; sources of rules are for engineers."""
    return " ".join(_SOURCE.sub("", model.__doc__ or "").split())


def _meaning(name: str, info: FieldInfo) -> str:
    inner = next(models_in(info.annotation), None)
    first = _said(inner).split(". ")[0].rstrip(".") + "." if inner is not None else ""
    return info.description or _COMMON.get(name) or first or ("Selects this kind." if name == "kind" else "")


def _head(first: str) -> tuple[str, str]:
    return f"| {first} | type | default | meaning |", "|---|---|---|---|"


def _row(*cells: str) -> str:
    escaped = (cell.replace("|", r"\|") for cell in cells)
    return f"| {' | '.join(escaped)} |"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
