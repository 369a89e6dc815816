"""Registering a command: every one has `--json` and `--debug`, runs behind the fence, and ends with an exit code."""

import inspect
from collections.abc import Callable
from typing import Annotated, Any

import typer

from handlers.cli.fence import fenced
from handlers.cli.say import Say

Body = Callable[..., int]
"""A command: takes `say` and its own options, returns its exit code."""

AsJson = Annotated[bool, typer.Option("--json", help="Answer with one JSON object on stdout.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an unexpected error.")]

_OFTEN = (
    inspect.Parameter("as_json", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=AsJson),
    inspect.Parameter("debug", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=Debug),
)


def group(help: str) -> typer.Typer:
    """A group of commands."""
    return typer.Typer(help=help, no_args_is_help=True, add_completion=False)


def command(into: typer.Typer, name: str, hidden: bool = False) -> Callable[[Body], Body]:
    """Put a command into a group; its options are the parameters of the body, its help is the body's docstring."""

    def register(body: Body) -> Body:
        own = [one for one in inspect.signature(body).parameters.values() if one.name != "say"]
        shown = inspect.Signature([*own, *_OFTEN])

        def run(**given: Any) -> None:
            say = Say(as_json=given.pop("as_json"), debug=given.pop("debug"))
            raise typer.Exit(fenced(lambda: body(say, **given), say))

        run.__doc__ = body.__doc__
        run.__annotations__ = {one.name: one.annotation for one in shown.parameters.values()}
        run.__signature__ = shown  # type: ignore[attr-defined]  # what typer reads instead of the real one
        into.command(name, hidden=hidden)(run)
        return body

    return register
