"""The store: transactions for everybody, and the leases of the effect queue."""

import asyncio
import contextvars
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection, text

from bot.adapters.store import migrate, queue, walk
from bot.adapters.store.address import read_address
from bot.adapters.store.databases import Database, open_database
from bot.adapters.store.engines import PATIENCE
from bot.adapters.store.errors import NestedWrite
from bot.adapters.store.outside import named_failures
from bot.adapters.store.reader import SqlReader
from bot.adapters.store.statements import Statements
from bot.adapters.store.unit import SqlUnit
from bot.adapters.store.wire import Wire, Wiring
from bot.domain.journal import Entry
from bot.ports import Claim, QueueDepth

T = TypeVar("T")

THREADS = 16
CONNECTIONS = 8


class SqlStore:
    """A bot.ports.Store on SQLite or PostgreSQL."""

    def __init__(self, database: Database, threads: int) -> None:
        self._database = database
        self._statements = Statements(database.dialect)
        self._wiring = Wiring(database.dialect)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="store")
        self._wakes: tuple[Callable[[], None], ...] = ()
        self._here = threading.local()

    @contextmanager
    def read(self) -> Iterator[SqlReader]:
        """Questions answered from one snapshot; never waits for a write. Raises StoreUnavailable."""
        with self.reading() as connection:
            yield SqlReader(Wire(connection, self._wiring))

    @contextmanager
    def write(self) -> Iterator[SqlUnit]:
        """One unit. Raises what the unit raised, StaleCopy when it lost a race, StoreUnavailable, NestedWrite."""
        with self.writing() as connection:
            unit = SqlUnit(Wire(connection, self._wiring), self._statements)
            yield unit
            if unit.abandoned is not None:
                raise unit.abandoned
        if unit.queued:
            self._wake()

    async def call(self, work: Callable[[], T]) -> T:
        """Run synchronous work in the store's own threads, with the caller's context variables."""
        context = contextvars.copy_context()
        return await asyncio.get_running_loop().run_in_executor(self._threads, partial(context.run, work))

    def claim(
        self, worker: str, now: datetime, lease: timedelta, limit: int, only_rollbacks: bool = False
    ) -> tuple[Claim, ...]:
        """Lease due effects: of every lane the oldest alone, and only once it is due. No effect comes before its time,
        even after a lease that ran out."""
        if not self._may_claim(now):
            return ()
        with self.writing() as connection:
            return queue.claim(connection, self._statements.queue, worker, now, now + lease, limit, only_rollbacks)

    def renew(self, claim: Claim, until: datetime) -> bool:
        """Lengthen a lease; False when it was lost."""
        with self.writing() as connection:
            return queue.renew(connection, self._statements.queue, claim, until)

    def postpone(self, claim: Claim, until: datetime, failure: str) -> None:
        """Give an effect back to be tried again at `until`, or when its re-queueing is due. Raises Fenced."""
        with self.writing() as connection:
            queue.postpone(connection, self._statements.queue, claim, until, failure)
        self._wake()

    def hand_back(self, worker: str) -> None:
        """Release every lease of a worker that stops."""
        with self.writing() as connection:
            connection.execute(self._statements.queue.hand_back, {"worker": worker})
        self._wake()

    def next_due(self) -> datetime | None:
        """When claim() will next have something: the earliest due time or end of a lease at the head of a lane."""
        with self.reading() as connection:
            return queue.next_due(connection, self._statements.queue)

    def depth(self, now: datetime) -> QueueDepth:
        """Effects that nobody works on, those due later included, and since when the oldest due one waits."""
        with self.reading() as connection:
            return queue.depth(connection, self._statements.queue, now)

    def streams(self) -> Iterator[tuple[str, tuple[Entry, ...]]]:
        """Every stream with all its entries, by name, read page by page: memory holds one stream and one page."""
        return walk.streams(self.reading)

    def ping(self) -> None:
        """Prove that the database answers; raises StoreUnavailable otherwise."""
        with self.reading() as connection:
            connection.execute(text("SELECT 1"))

    def pending_migrations(self) -> tuple[str, ...]:
        """Revisions that this program has and the database has not; empty when it is ready."""
        with self.reading() as connection:
            return migrate.pending(connection)

    def on_queued(self, wake: Callable[[], None]) -> None:
        """Call `wake` after a commit through which claim() may have more: queued, finished, cancelled, given back."""
        self._wakes = (*self._wakes, wake)

    def close(self) -> None:
        """Finish the work that runs in the store's threads, then let the database go."""
        self._threads.shutdown(wait=True)
        self._database.close()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A bare transaction that reads; for this package's own modules."""
        with named_failures(), self._database.reading() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A bare transaction that writes; for this package's own modules."""
        if getattr(self._here, "writes", False):
            raise NestedWrite
        self._here.writes = True
        try:
            with named_failures(), self._database.writing() as connection:
                yield connection
        finally:
            self._here.writes = False

    def _may_claim(self, now: datetime) -> bool:
        """A look that takes no lock, so that idle workers leave SQLite's writer alone."""
        with self.reading() as connection:
            return queue.any_due(connection, self._statements.queue, now)

    def _wake(self) -> None:
        for wake in self._wakes:
            # An event loop that has closed meanwhile cannot be woken, and the commit stands all the same.
            with suppress(RuntimeError):
                wake()


def open_store(
    url: str, *, threads: int = THREADS, connections: int = CONNECTIONS, patience: timedelta = PATIENCE
) -> SqlStore:
    """Open the database that DATABASE_URL names; its tables must be there (migrate.upgrade). Raises UnknownDatabase.

    `threads` carry out what call() is given; `connections` is the size of the pool, of readers alone on SQLite;
    `patience` is how long a transaction waits for its turn behind other processes before StoreUnavailable.
    """
    return SqlStore(open_database(read_address(url), connections, patience), threads)
