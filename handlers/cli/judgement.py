"""`judge slo`: is this evidence good enough for that SLO file?"""

from pathlib import Path
from typing import Annotated

import typer

from handlers.cli.command import command
from handlers.cli.say import Say

Slo = Annotated[Path | None, typer.Option("--slo", help="SLO file whose limits are applied. Required.")]
Evidence = Annotated[Path | None, typer.Option("--evidence", help="Evidence document that is judged. Required.")]
LastGood = Annotated[
    Path | None, typer.Option("--last-good", help="Evidence of the last good release, for objectives that compare.")
]
MaxAge = Annotated[
    str, typer.Option("--max-age", help="How old the evidence may be, such as 30m; else as the SLO file says, or 1h.")
]
At = Annotated[str, typer.Option("--at", help="Judge as of this moment, RFC 3339; without it now.")]
Public = Annotated[Path | None, typer.Option("--public", help="Public half of the signing key: audit.ed25519.pub.")]
Out = Annotated[Path | None, typer.Option("--out", help="File for the result, as JSON.")]


def add(into: typer.Typer) -> None:
    """Put the command into the group."""
    command(into, "slo")(slo)


def slo(
    say: Say,
    slo: Slo = None,
    evidence: Evidence = None,
    last_good: LastGood = None,
    max_age: MaxAge = "",
    at: At = "",
    public: Public = None,
    out: Out = None,
) -> int:
    """Judge an evidence document: 0 pass, 2 anything that is no pass, 4 a file that cannot be used."""
    from handlers.cli.judge_slo import Asked, judge_it

    return judge_it(say, Asked(slo, evidence, last_good, max_age, at, public, out))
