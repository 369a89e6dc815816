"""`config check`, `config reference`, `config schema`."""

import os
from typing import Annotated

import typer

from handlers.cli.command import command
from handlers.cli.say import Say

Which = Annotated[str, typer.Argument(metavar="[FILE]", help="interlock, rbac, service, provider or slo; else all.")]


def add(into: typer.Typer) -> None:
    """Put the commands into the group."""
    command(into, "check")(check)
    command(into, "reference")(reference)
    command(into, "schema")(schema)


def check(say: Say) -> int:
    """Read the environment and every file of the configuration, and list all mistakes at once (exit 4)."""
    from pathlib import Path

    from bot.adapters.config.catalogue import FileCatalogue
    from bot.settings import ConfigurationError, Problem, Settings

    problems: list[Problem] = []
    try:
        Settings.read(os.environ)
    except ConfigurationError as error:
        problems += error.problems
    folder = Path(os.environ.get("INTERLOCK_CONFIG", "").strip() or Settings.model_fields["config"].default)
    try:
        services = FileCatalogue(folder).services()
    except ConfigurationError as error:
        problems += error.problems
    if problems:
        raise ConfigurationError(tuple(problems))
    names = [one.service for one in services]
    told = f"The configuration in {folder} is sound. Services: {', '.join(names) or 'none yet'}."
    say.result({"sound": True, "folder": str(folder), "services": names, "problems": []}, told)
    return 0


def reference(say: Say, which: Which = "") -> int:
    """Print every setting with type, default and meaning, in Markdown; of one file when it is named."""
    from bot.adapters.config.reference import render, render_file

    text = render_file(_known(which)) if which else render()
    say.result({"markdown": text}, text.rstrip("\n"))
    return 0


def schema(say: Say, which: Which = "slo") -> int:
    """Print the JSON Schema of one kind of configuration file, for editors and CI."""
    import json

    from bot.adapters.config.reference import model_of

    found = model_of(_known(which)).model_json_schema()
    say.result(found, json.dumps(found, ensure_ascii=False, indent=2))
    return 0


def _known(which: str) -> str:
    from bot.adapters.config.reference import KINDS
    from handlers.cli.failures import NotUsable

    if which not in KINDS:
        raise NotUsable(f"There is no kind of file called {which}; known: {', '.join(KINDS)}.")
    return which
