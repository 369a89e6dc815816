"""`keys status`: the judges' ring, without a secret."""

import typer

from handlers.cli.command import command
from handlers.cli.say import Say


def add(into: typer.Typer) -> None:
    """Put the commands into the group."""
    command(into, "status")(status)


def status(say: Say) -> int:
    """Show each judge key with its state, who signs, when grace ends, and where the keys come from; exit 5 when they
    cannot be read. Never shows a secret."""
    from handlers.cli.keys_status import show

    return show(say)
