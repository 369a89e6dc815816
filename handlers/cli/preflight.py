"""`preflight`: the seven checks of the runbook before a release, GO or NO-GO (contracts 1.20)."""

from pathlib import Path
from typing import Annotated

import typer

from handlers.cli.command import command
from handlers.cli.say import Say

Target = Annotated[
    str, typer.Argument(metavar="[TARGET]", help="R-12, SERVICE or SERVICE@ENVIRONMENT.", show_default=False)
]
Post = Annotated[bool, typer.Option("--post", help="Post what was found into the release's thread.")]
Url = Annotated[str, typer.Option("--url", help="Where Interlock answers; without it this machine, at PORT.")]
Token = Annotated[
    str, typer.Option("--token", envvar="INTERLOCK_TOKEN", help="API token with ops:read, `id.secret`, for --url.")
]
MaxSkew = Annotated[str, typer.Option("--max-skew", help="How far clocks may lie apart.")]
Report = Annotated[Path | None, typer.Option("--report", help="File for the findings, as JSON.")]


def add(into: typer.Typer) -> None:
    """Put the command into the program."""
    command(into, "preflight")(preflight)


def preflight(
    say: Say,
    target: Target = "",
    post: Post = False,
    url: Url = "",
    token: Token = "",
    max_skew: MaxSkew = "5s",
    report: Report = None,
) -> int:
    """Check scopes, keys, clock, judges, ops cards, evidence and stage: 0 GO, 2 NO-GO, 5 could not complete."""
    from handlers.cli.preflight_run import Asked, run_preflight

    return run_preflight(say, Asked(target, post, url, token, max_skew, report))
