"""`audit verify`, `audit export`: the ledger under the magnifying glass."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from handlers.cli.command import command
from handlers.cli.say import Say

if TYPE_CHECKING:
    from bot.app import Core


def add(into: typer.Typer) -> None:
    """Put the commands into the group."""
    command(into, "verify")(verify)
    command(into, "export")(export)


def verify(say: Say) -> int:
    """Check every chain and every signed checkpoint; exit 2 with the place of each break."""
    from dataclasses import asdict

    from bot.adapters.store import audit
    from handlers.cli.audit_words import lines
    from handlers.cli.exits import Exit
    from handlers.cli.opening import opened

    with opened() as core, say.working("Checking the ledger"):
        report = audit.verify(core.store, core.audit_key)
    say.result({"intact": report.intact} | asdict(report), "\n".join(lines(report)))
    return Exit.DONE if report.intact else Exit.FAILED


def export(
    say: Say,
    release: Annotated[str, typer.Option("--release", help="Only this one, R-12 or SERVICE@ENVIRONMENT.")] = "",
) -> int:
    """Write the ledger as JSON lines, an entry a line with its hashes; with --json as one object."""
    from bot.domain.command import Command
    from bot.domain.refusal import Refusal
    from bot.engine.locate import NOWHERE
    from handlers.cli.ask import may_read, refuse
    from handlers.cli.opening import opened

    with opened() as core:
        if (refused := may_read(say, core)) is not None:
            return refused
        stream = ""
        if release.strip():
            found = core.locate(Command(action="status", target=release.strip()), NOWHERE)
            if isinstance(found, Refusal):
                return refuse(say, found)
            stream = found.id
        _write(core, stream, say.as_json)
    return 0


def _write(core: "Core", stream: str, as_object: bool) -> None:
    """Stream by stream, so that a large ledger needs little memory."""
    from handlers.cli.ledger_streams import entries_of

    out = sys.stdout
    out.write('{"entries": [' if as_object else "")
    between = ""
    for entry in entries_of(core.store, stream):
        out.write(f"{between}{entry.model_dump_json()}" if as_object else f"{entry.model_dump_json()}\n")
        between = ", "
    out.write("]}\n" if as_object else "")
    out.flush()
