"""Migrations, run by the program itself: `interlock db upgrade`, and the readiness check."""

from functools import cache
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from bot.adapters.store.address import read_address
from bot.adapters.store.engines import make_private_file, postgresql_engine, sqlite_engine
from bot.adapters.store.errors import NewerDatabase
from bot.adapters.store.outside import named_failures

_FOLDER = Path(__file__).parent / "migrations"
_ONE_AT_A_TIME = 0x1A7E210C
"""Key of the lock that keeps two processes from migrating the same PostgreSQL database at once."""


def upgrade(url: str) -> tuple[str, ...]:
    """Bring a database up to date, in one transaction; the revisions that were applied, oldest first.

    A SQLite file is made when missing. Safe to run from several processes at once. Raises UnknownDatabase,
    NewerDatabase, StoreUnavailable.
    """
    address = read_address(url)
    if address.drivername == "sqlite":
        make_private_file(address)
        engine = sqlite_engine(address, 1, "BEGIN IMMEDIATE")
    else:
        engine = postgresql_engine(address, 1)
    try:
        with named_failures(), engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
            missing = pending(connection)
            _run(connection)
            return missing
    finally:
        engine.dispose()


def current(connection: Connection) -> str | None:
    """The revision that a database stands at; None before the first."""
    return MigrationContext.configure(connection).get_current_revision()


def pending(connection: Connection) -> tuple[str, ...]:
    """Revisions that the program has and the database has not, oldest first. Raises NewerDatabase."""
    at = current(connection)
    known = tuple(script.revision for script in reversed(list(_scripts().walk_revisions())))
    if at is None:
        return known
    if at not in known:
        raise NewerDatabase(at)
    return known[known.index(at) + 1 :]


def _run(connection: Connection) -> None:
    scripts = _scripts()

    def steps(revision: Any, _context: object) -> Any:
        return scripts._upgrade_revs("head", revision)

    with EnvironmentContext(Config(), scripts, fn=steps) as environment:
        environment.configure(connection=connection, transactional_ddl=True)
        environment.run_migrations()


@cache
def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(_FOLDER))
