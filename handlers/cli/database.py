"""`db upgrade`, `db rebuild`."""

import typer

from handlers.cli.command import command
from handlers.cli.say import Say


def add(into: typer.Typer) -> None:
    """Put the commands into the group."""
    command(into, "upgrade")(upgrade)
    command(into, "rebuild")(rebuild)


def upgrade(say: Say) -> int:
    """Bring the database up to date; safe to run at any time, from several processes at once."""
    from bot.adapters.store import migrate
    from handlers.cli.opening import read_settings

    with say.working("Migrating"):
        applied = migrate.upgrade(read_settings().database_url.get_secret_value())
    told = f"Applied {', '.join(applied)}." if applied else "Nothing to do."
    say.result({"applied": list(applied)}, f"{told} The database is up to date.")
    return 0


def rebuild(say: Say) -> int:
    """Compute every release anew from the ledger, store what differed, and say whether all was equal (else exit 2)."""
    from dataclasses import asdict

    from bot.adapters.store import rebuild as rebuilding
    from bot.adapters.store.migrate import upgrade as bring_up
    from bot.adapters.store.store import open_store
    from handlers.cli.exits import Exit
    from handlers.cli.opening import read_settings

    url = read_settings().database_url.get_secret_value()
    bring_up(url)
    store = open_store(url)
    try:
        with say.working("Rebuilding"):
            report = rebuilding.rebuild(store)
    finally:
        store.close()
    counted = f"Releases: {report.releases}, from streams: {report.streams}."
    lines = [f"{one}: was not what its events say; stored anew." for one in report.differing]
    lines += [f"{one[0]}@{one[1]}: what was live was not what the events say; stored anew." for one in report.lives]
    lines += [f"{one.stream}: cannot be replayed ({one.why}); left as it is." for one in report.broken]
    verdict = "The projection was equal." if report.equal else "The projection was not equal:"
    say.result({"equal": report.equal} | asdict(report), "\n".join((f"{counted} {verdict}", *lines)))
    return Exit.DONE if report.equal else Exit.FAILED
