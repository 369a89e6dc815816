"""`release <action>`: every action of the catalogue, its words and options generated from its row."""

import inspect
from typing import Annotated, Any

import typer

from bot.domain.actions import ACTIONS, Action, Field
from handlers.cli.command import Body, command
from handlers.cli.say import Say

_TARGET = "R-12, SERVICE or SERVICE@ENVIRONMENT; not needed while only one release is active."


def add(into: typer.Typer) -> None:
    """Put every action into the group."""
    for row in ACTIONS.values():
        command(into, row.name)(_body(row))


def _body(row: Action) -> Body:
    def ask_for_it(say: Say, **given: Any) -> int:
        from handlers.cli.ask import Asked, ask

        noop, key = bool(given.pop("noop", False)), given.pop("key", "") or ""
        carry_out, target = bool(given.pop("carry_out", False)), given.pop("target", "") or ""
        values = {name: value or "" for name, value in given.items()}
        return ask(say, row, Asked(target, values, noop=noop, key=key, carry_out=carry_out))

    ask_for_it.__doc__ = f"{row.summary[0].upper()}{row.summary[1:]}."
    ask_for_it.__signature__ = inspect.Signature(_parameters(row))  # type: ignore[attr-defined]  # generated from the row
    return ask_for_it


def _parameters(row: Action) -> list[inspect.Parameter]:
    """Words first, then options. None is required here: what is missing is judged where every surface is judged."""
    placed = sorted((one for one in row.fields if one.position is not None), key=lambda one: one.position or 0)
    words = [_word(one) for one in placed]
    if row.on_release:
        words.insert(0, _parameter("target", str, typer.Argument(help=_TARGET, show_default=False), ""))
    options = [_option(one) for one in row.fields if one.position is None]
    if not row.asks:
        options += _ON_MOVES
    return words + options


def _word(field: Field) -> inspect.Parameter:
    said = f"{field.label}: {' or '.join(field.choices)}." if field.choices else f"{field.label}."
    return _parameter(field.name, str, typer.Argument(help=said, show_default=False), "")


def _option(field: Field) -> inspect.Parameter:
    needed = " Required." if field.required else ""
    return _parameter(field.name, str, typer.Option(f"--{field.name}", help=f"{field.label}.{needed}"), "")


def _parameter(name: str, kind: type, shown: Any, default: object) -> inspect.Parameter:
    return inspect.Parameter(
        name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=default, annotation=Annotated[kind, shown]
    )


_ON_MOVES = [
    _parameter("noop", bool, typer.Option("--noop", help="Only say what would happen."), False),
    _parameter("key", str, typer.Option("--key", help="A repeated request with the same key happens once."), ""),
    _parameter(
        "carry_out",
        bool,
        typer.Option("--carry-out", help="Carry out in this process what is due, as when no Interlock runs."),
        False,
    ),
]
