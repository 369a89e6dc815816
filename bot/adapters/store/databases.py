"""The two databases behind one face: a transaction that reads, a transaction that writes, an end."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from typing import Protocol

from sqlalchemy import Connection, Dialect
from sqlalchemy.engine import URL

from bot.adapters.store.engines import make_private_file, postgresql_engine, snapshot_of, sqlite_engine
from bot.adapters.store.turns import SharedCommit


class Database(Protocol):
    """Where the store's transactions come from."""

    @property
    def dialect(self) -> Dialect:
        """The dialect that statements are written in."""
        ...

    def reading(self) -> AbstractContextManager[Connection]:
        """A transaction that sees one snapshot and waits for nobody."""
        ...

    def writing(self) -> AbstractContextManager[Connection]:
        """A transaction that commits on clean exit and is undone by any exception."""
        ...

    def close(self) -> None:
        """Give every connection back."""
        ...


class SqliteFile:
    """One file: a single writer, whose turns share commits, and readers that look past it (WAL)."""

    def __init__(self, address: URL, readers: int, patience: timedelta) -> None:
        make_private_file(address)
        self._writer = sqlite_engine(address, 1, "BEGIN IMMEDIATE", patience=patience)
        self._readers = sqlite_engine(address, readers, "BEGIN", patience=patience, read_only=True)
        self._turns = SharedCommit(self._writer)

    @property
    def dialect(self) -> Dialect:
        """SQLite's."""
        return self._writer.dialect

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A reader's snapshot."""
        with self._readers.begin() as connection:
            yield connection

    def writing(self) -> AbstractContextManager[Connection]:
        """The writer's next turn."""
        return self._turns.turn()

    def close(self) -> None:
        """Readers first, so that the last connection to go is the writer's, which tidies the WAL away."""
        self._readers.dispose()
        self._turns.close()
        self._writer.dispose()


class PostgresqlServer:
    """A server: every unit has its own connection of the pool, and row locks put them in order."""

    def __init__(self, address: URL, connections: int, patience: timedelta) -> None:
        self._engine = postgresql_engine(address, connections, patience)
        self._snapshots = snapshot_of(self._engine)

    @property
    def dialect(self) -> Dialect:
        """PostgreSQL's."""
        return self._engine.dialect

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A read-only transaction that sees one snapshot."""
        with self._snapshots.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that sees what is committed, and locks what it decides on."""
        with self._engine.begin() as connection:
            yield connection

    def close(self) -> None:
        """End the pool."""
        self._engine.dispose()


def open_database(address: URL, connections: int, patience: timedelta) -> Database:
    """The database at an address that read_address understood."""
    if address.drivername == "sqlite":
        return SqliteFile(address, connections, patience)
    return PostgresqlServer(address, connections, patience)
