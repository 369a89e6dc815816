"""`evidence harvest-reqlog|harvest-judgelog`: measure logs into evidence (contracts 1.10)."""

from pathlib import Path
from typing import Annotated

import typer

from handlers.cli.command import command
from handlers.cli.say import Say

Log = Annotated[Path | None, typer.Option("--csv", "--reqlog", help="The request log: ts,status,latency_ms.")]
JudgeLog = Annotated[
    Path | None, typer.Option("--csv", "--judgelog", help="The judge log: ts,status,latency_ms,signature_error.")
]
Out = Annotated[Path | None, typer.Option("--out", "--out-json", help="Write the measured block here, as JSON.")]
ShaOut = Annotated[Path | None, typer.Option("--sha-out", help="Write the SHA-256 of that file here.")]
Evidence = Annotated[Path | None, typer.Option("--evidence", help="Merge into this document; made where none is.")]
Tenant = Annotated[str, typer.Option("--tenant", help="Whose evidence a new document is.")]
Length = Annotated[str, typer.Option("--window", help="Only the last so long, such as 5m; without it the whole log.")]
Until = Annotated[str, typer.Option("--until", help="The end of the window, RFC 3339; without it now.")]
Control = Annotated[Path | None, typer.Option("--canary-control", help="Log of the stable track, to compare with.")]
Canary = Annotated[Path | None, typer.Option("--canary-canary", help="Log of the canary track.")]
CanaryJson = Annotated[Path | None, typer.Option("--canary-json", help="A comparison made elsewhere, to merge.")]
WindowsJson = Annotated[Path | None, typer.Option("--windows-json", help="A list of canary windows to add.")]
CanaryOut = Annotated[Path | None, typer.Option("--canary-out", help="Write the comparison here, as JSON.")]
SliceLength = Annotated[str, typer.Option("--slice", help="Cut the comparison into windows so long, such as 1m.")]
Slo = Annotated[Path | None, typer.Option("--slo", help="SLO file whose canary limits windows are held against.")]


def add(into: typer.Typer) -> None:
    """Put the commands into the group."""
    command(into, "harvest-reqlog")(reqlog)
    command(into, "harvest-judgelog")(judgelog)


def reqlog(
    say: Say,
    log: Log = None,
    out: Out = None,
    sha_out: ShaOut = None,
    evidence: Evidence = None,
    tenant: Tenant = "default",
    window: Length = "",
    until: Until = "",
    control: Control = None,
    canary: Canary = None,
    canary_out: CanaryOut = None,
    cut: SliceLength = "",
    slo: Slo = None,
) -> int:
    """Measure a request log: latency percentiles, error rate (5xx and 429), the window; nothing but facts, exit 0."""
    from handlers.cli.harvest_logs import Asked, harvest

    asked = Asked("perf", log, out, sha_out, evidence, tenant, window, until, control, canary, canary_out, cut, slo)
    return harvest(say, asked)


def judgelog(
    say: Say,
    log: JudgeLog = None,
    out: Out = None,
    sha_out: ShaOut = None,
    evidence: Evidence = None,
    tenant: Tenant = "default",
    window: Length = "",
    until: Until = "",
    control: Control = None,
    canary: Canary = None,
    canary_out: CanaryOut = None,
    cut: SliceLength = "",
    slo: Slo = None,
    canary_json: CanaryJson = None,
    windows_json: WindowsJson = None,
) -> int:
    """Measure a judge log: the same, availability (not 5xx) and wrong signatures; and compare two tracks."""
    from handlers.cli.harvest_logs import Asked, harvest

    asked = Asked(
        "perf_judge", log, out, sha_out, evidence, tenant, window, until, control, canary, canary_out, cut, slo,
        canary_json, windows_json,
    )  # fmt: skip
    return harvest(say, asked)
