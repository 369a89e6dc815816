"""`judge quorum`, `judge serve`: several judges on one piece of evidence, and being one of them."""

from pathlib import Path
from typing import Annotated

import typer

from handlers.cli.command import command
from handlers.cli.say import Say

Slo = Annotated[Path | None, typer.Option("--slo", help="SLO file that the judges apply. Required.")]
Evidence = Annotated[Path | None, typer.Option("--evidence", help="Evidence document that is judged. Required.")]
Where = Annotated[Path | None, typer.Option("--providers", help="File of judges; else the configuration's.")]
HowMany = Annotated[str, typer.Option("--quorum", help="How many must pass, such as 2/3; else as the SLO file says.")]
Attach = Annotated[bool, typer.Option("--attach-evidence", help="Put the votes into the evidence document.")]
Out = Annotated[Path | None, typer.Option("--out", help="File for the result.")]
Deadline = Annotated[str, typer.Option("--deadline", help="How long all judges have together.")]
Id = Annotated[str, typer.Option("--id", help="Name that this judge signs its votes with. Required.")]
Host = Annotated[str, typer.Option("--host", help="Address to listen on.")]
Port = Annotated[int | None, typer.Option("--port", help="Port to listen on; without it PORT, 8080. 0: any free one.")]
Public = Annotated[Path | None, typer.Option("--public", help="Public half of the key that seals the evidence.")]


def add(into: typer.Typer) -> None:
    """Put the commands into the group."""
    command(into, "quorum")(quorum)
    command(into, "serve")(serve)


def quorum(
    say: Say,
    slo: Slo = None,
    evidence: Evidence = None,
    providers: Where = None,
    quorum: HowMany = "",
    attach: Attach = False,
    out: Out = None,
    deadline: Deadline = "10s",
) -> int:
    """Let several judges vote on evidence: 0 pass, 2 fail, 3 no scope judge:run, 4 invalid, 5 no judge could vote."""
    from handlers.cli.judge_quorum import Asked, ask_judges

    return ask_judges(say, Asked(slo, evidence, providers, quorum, attach, out, deadline))


def serve(say: Say, judge_id: Id = "", host: Host = "127.0.0.1", port: Port = None, public: Public = None) -> int:
    """Run a judge server: POST /judge takes signed questions of those who hold judge:run, and answers signed votes."""
    from handlers.cli.judge_serve import serve_judge

    return serve_judge(say, judge_id, host, port, public)
