"""`version`: which Interlock this is."""

import platform

import typer

from handlers.cli.command import command
from handlers.cli.say import Say


def add(into: typer.Typer) -> None:
    """Put the command into the program."""
    command(into, "version")(version)


def version(say: Say) -> int:
    """Say which version of Interlock this is."""
    from importlib.metadata import version as installed

    number = installed("interlock")
    say.result({"version": number, "python": platform.python_version()}, f"interlock {number}")
    return 0
