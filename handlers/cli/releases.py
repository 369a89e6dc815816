"""`release list`, `release log`: what is under way, and what the ledger says of one release."""

from typing import Annotated

import typer

from handlers.cli.command import command
from handlers.cli.say import Say

Target = Annotated[str, typer.Argument(help="R-12, SERVICE or SERVICE@ENVIRONMENT.", show_default=False)]


def add(into: typer.Typer) -> None:
    """Put the commands into the group."""
    command(into, "list")(list_active)
    command(into, "log")(log)


def list_active(say: Say) -> int:
    """List the active releases, newest first."""
    from bot.views.plain import words
    from bot.views.states import heading
    from handlers.cli.ask import may_read
    from handlers.cli.opening import opened
    from handlers.cli.shapes import release_shape

    with opened() as core:
        if (refused := may_read(say, core)) is not None:
            return refused
        releases = core.questions.listing()
        now = core.clock.now()
        judged = [core.questions.judged(one) for one in releases]
        data = {"releases": [release_shape(core, one) for one in releases]}
    if not releases:
        say.result(data, "No release is active. Open one: interlock release open SERVICE VERSION ENVIRONMENT")
        return 0
    rows = [
        (one.id, one.service, one.version, one.environment, words(heading(one, said, now)))
        for one, said in zip(releases, judged, strict=True)
    ]
    say.table(data, ("release", "service", "version", "environment", "state"), rows)
    return 0


def log(say: Say, target: Target = "") -> int:
    """Show everything that the ledger holds of a release, oldest first."""
    from bot.domain.command import Command
    from bot.domain.refusal import Refusal
    from bot.engine.locate import NOWHERE
    from handlers.api.detail import ledger_line
    from handlers.cli.ask import may_read, refuse
    from handlers.cli.ledger_words import lines
    from handlers.cli.opening import opened

    with opened() as core:
        if (refused := may_read(say, core)) is not None:
            return refused
        release = core.locate(Command(action="status", target=target.strip()), NOWHERE)
        if isinstance(release, Refusal):
            return refuse(say, release)
        with core.store.read() as reader:
            entries = reader.entries(release.id)
    events = [ledger_line(one).model_dump(mode="json") for one in entries]
    say.result({"id": release.id, "events": events}, "\n".join(lines(entries)))
    return 0
