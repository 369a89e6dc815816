"""`doctor`: everything that Interlock needs, looked at in one go, with what to do about what is wrong."""

from typing import TYPE_CHECKING, Annotated

import typer

from handlers.cli.command import command
from handlers.cli.say import Say

if TYPE_CHECKING:
    from handlers.cli.finding import Finding


def add(into: typer.Typer) -> None:
    """Put the command into the program."""
    command(into, "doctor")(doctor)


def doctor(
    say: Say,
    post: Annotated[str, typer.Option("--post", help="Channel id of the test post; else the first channel.")] = "",
    no_post: Annotated[bool, typer.Option("--no-post", help="Post nothing.")] = False,
) -> int:
    """Check configuration, database, keys and Slack: token, scopes, clock, channels, and a post that is deleted again.

    Exit 2 when something is wrong, 5 when the database or Slack does not answer.
    """
    import asyncio

    from handlers.cli.house_checks import check_house
    from handlers.cli.slack_checks import check_slack

    with say.working("Looking"):
        house = check_house()
        found = [*house.findings, *asyncio.run(check_slack(house, post, no_post))]
    return _tell(say, found)


def _tell(say: Say, found: "list[Finding]") -> int:
    from dataclasses import asdict

    from handlers.cli.exits import Exit
    from handlers.cli.finding import COLUMNS, Health, row

    healths = {one.health for one in found}
    data = {"healthy": not healths & {Health.BAD, Health.UNREACHABLE}, "checks": [asdict(one) for one in found]}
    say.table(data, COLUMNS, [row(one) for one in found])
    if Health.UNREACHABLE in healths:
        return Exit.INFRASTRUCTURE
    return Exit.FAILED if Health.BAD in healths else Exit.DONE
