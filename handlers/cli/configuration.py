"""`config check`, `config reference`."""

import os

import typer

from handlers.cli.command import command
from handlers.cli.say import Say


def add(into: typer.Typer) -> None:
    """Put the commands into the group."""
    command(into, "check")(check)
    command(into, "reference")(reference)


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


def reference(say: Say) -> int:
    """Print every setting with type, default and meaning, in Markdown."""
    from bot.adapters.config.reference import render

    text = render()
    say.result({"markdown": text}, text.rstrip("\n"))
    return 0
