"""SQLAlchemy engines, set up so that a commit is on the disk and readers never wait for the writer."""

import os
import sqlite3
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL

_PRAGMAS = (
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA journal_size_limit=67108864",
)


PATIENCE = timedelta(seconds=10)
"""How long a transaction waits for another process's write, or for a connection, before StoreUnavailable."""


def sqlite_engine(
    address: URL, connections: int, begin: str, *, patience: timedelta = PATIENCE, read_only: bool = False
) -> Engine:
    """An engine on one file. `begin` is the statement that opens a transaction: `BEGIN IMMEDIATE` for writers, so that
    two of them queue instead of failing when they meet, `BEGIN` for readers, which see one snapshot."""
    engine = create_engine(
        address,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=patience.total_seconds(),
        connect_args={"check_same_thread": False, "isolation_level": None},
        hide_parameters=True,
    )

    def prepare(connection: Any, _record: object) -> None:
        connection.execute(f"PRAGMA busy_timeout={int(patience.total_seconds() * 1000)}")
        _keep_a_log(connection, patience)
        for pragma in (*_PRAGMAS, *(("PRAGMA query_only=ON",) if read_only else ())):
            connection.execute(pragma)

    def open_transaction(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", open_transaction)
    return engine


def _keep_a_log(connection: sqlite3.Connection, patience: timedelta) -> None:
    """Write-ahead logging, so that readers look past the writer. A file remembers it; while one connection switches a
    new file over, SQLite refuses the others at once, without its usual patience, so that is had here."""
    until = time.monotonic() + patience.total_seconds()
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL").fetchone()
            return
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.01)


def make_private_file(address: URL) -> None:
    """Create the SQLite file and its folder when missing, readable by its owner alone: it holds what people wrote."""
    path = Path(address.database or "")
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def postgresql_engine(address: URL, connections: int, patience: timedelta = PATIENCE) -> Engine:
    """An engine on a server, for writers; readers take it with the options of `snapshot_of`. The server undoes the
    transaction of a process that stands still in the middle of one, so that its locks stop nobody for longer than a
    turn is waited for."""
    engine = create_engine(
        address,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=patience.total_seconds(),
        isolation_level="READ COMMITTED",
        hide_parameters=True,
    )

    def prepare(connection: Any, _record: object) -> None:
        connection.execute(f"SET idle_in_transaction_session_timeout = {int(patience.total_seconds() * 1000)}")
        connection.commit()

    event.listen(engine, "connect", prepare)
    return engine


def snapshot_of(engine: Engine) -> Engine:
    """The same PostgreSQL pool, for transactions that read one snapshot and write nothing."""
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
