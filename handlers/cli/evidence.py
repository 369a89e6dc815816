"""`evidence post`: a check result from the command line, on the same road as over HTTP."""

from typing import Annotated

import typer

from handlers.cli.command import command
from handlers.cli.say import Say


def add(into: typer.Typer) -> None:
    """Put the command into the group."""
    command(into, "post")(post)


def post(
    say: Say,
    target: Annotated[str, typer.Argument(help="R-12, SERVICE or SERVICE@ENVIRONMENT.", show_default=False)] = "",
    gate: Annotated[str, typer.Option("--gate", help="Name of the gate. Required.")] = "",
    version: Annotated[str, typer.Option("--version", help="Version that was checked. Required.")] = "",
    status: Annotated[str, typer.Option("--status", help="pass, fail or pending. Required.")] = "",
    url: Annotated[str, typer.Option("--url", help="Where to read more.")] = "",
    summary: Annotated[str, typer.Option("--summary", help="One line.")] = "",
    digest: Annotated[str, typer.Option("--digest", help="Artifact that was checked, sha256:….")] = "",
    observed_at: Annotated[str, typer.Option("--observed-at", help="When, RFC 3339; without it now.")] = "",
    key: Annotated[str, typer.Option("--key", help="A repeated request with the same key happens once.")] = "",
) -> int:
    """Hand in a check result for a release; needs the scope judge:run."""
    from handlers.cli.hand_in import Result, hand_in

    return hand_in(say, target, Result(gate, version, status, url, summary, digest, observed_at), key)
