"""The names that the source system's documents print: its jobs, as `dosctl NAME` (contracts 1.9, 1.10, 1.12). They are
the same commands, not shown in the help."""

import typer

from handlers.cli import harvest, judging, keeping
from handlers.cli.command import Body, command

JOBS: dict[str, Body] = {
    "evidence_harvest_reqlog": harvest.reqlog,
    "evidence_harvest_judgelog": harvest.judgelog,
    "evidence_indexer": keeping.index,
    "evidence_gc": keeping.gc,
    "judge_quorum": judging.quorum,
}
"""What stood behind `python -m jobs.` and the like."""


def add(into: typer.Typer) -> None:
    """Put the names into the program."""
    for name, body in JOBS.items():
        command(into, name, hidden=True)(body)
