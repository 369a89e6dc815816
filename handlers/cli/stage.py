"""`stage read|write|verify`: the signed stage file by hand (contracts 1.1)."""

from pathlib import Path
from typing import Annotated

import typer

from handlers.cli.command import command
from handlers.cli.say import Say

Where = Annotated[str, typer.Argument(metavar="[SERVICE@ENVIRONMENT]", help="Whose stage file.", show_default=False)]
At = Annotated[Path | None, typer.Option("--path", help="The stage file itself; else var/rollout/desired_stage.txt.")]


def add(into: typer.Typer) -> None:
    """Put the commands into the group."""
    command(into, "read")(read)
    command(into, "write")(write)
    command(into, "verify")(verify)


def read(say: Say, where: Where = "", path: At = None) -> int:
    """Say what the stage file holds, after finishing a write that was cut off and undoing what we did not sign."""
    from handlers.cli import stage_file

    return stage_file.read(say, where, path)


def write(
    say: Say,
    stage: Annotated[str, typer.Argument(help="stable, canary, promote or abort.", show_default=False)] = "",
    where: Where = "",
    path: At = None,
) -> int:
    """Put a stage in place by hand, signed; needs the scope of that move, such as deploy:promote."""
    from handlers.cli import stage_file

    return stage_file.write(say, stage, where, path)


def verify(say: Say, where: Where = "", path: At = None) -> int:
    """Check the stage file against its signatures and change nothing; exit 2 when it is not sound."""
    from handlers.cli import stage_file

    return stage_file.verify(say, where, path)
