"""Turns at SQLite's one writer: first come, first served; those who queue meanwhile share one commit."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine, RootTransaction

from bot.adapters.store.errors import StoreUnavailable

SHARED_BY = 64
"""How many units share a commit at most, so that the first does not wait for ever."""


class Line:
    """A lock that is handed on in the order of arrival."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Lock] = deque()

    def enter(self) -> None:
        """Wait for the turn."""
        with self._guard:
            if not self._taken:
                self._taken = True
                return
            gate = threading.Lock()
            gate.acquire()
            self._waiting.append(gate)
        gate.acquire()

    def pass_on(self) -> bool:
        """Give the turn to the next in line; False, and the turn is kept, when nobody waits."""
        with self._guard:
            if not self._waiting:
                return False
            self._waiting.popleft().release()
            return True

    def leave(self) -> None:
        """Give the turn up."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False


@dataclass(slots=True)
class Shared:
    """A transaction that several units write into, one after the other."""

    transaction: RootTransaction
    units: int = 0
    over: threading.Event = field(default_factory=threading.Event)
    failure: BaseException | None = None


class SharedCommit:
    """Runs write transactions on one connection. Each unit stands behind its own savepoint, so that it can be undone
    alone; nobody is answered, not even with an error, before everything that they saw is on the disk."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._line = Line()
        self._connection: Connection | None = None
        self._shared: Shared | None = None

    @contextmanager
    def turn(self) -> Iterator[Connection]:
        """One unit: committed on clean exit, undone by any exception."""
        self._line.enter()
        try:
            connection = self._connection = self._connection or self._engine.connect()
            first = self._shared is None
            shared = self._shared = self._shared or Shared(connection.begin())
        except BaseException:
            self._line.leave()
            raise
        shared.units += 1
        try:
            if not first:
                connection.exec_driver_sql("SAVEPOINT unit")
            yield connection
            if not first:
                connection.exec_driver_sql("RELEASE unit")
        except BaseException:
            self._undo(connection, shared, alone=first)
            self._settle(shared)
            _tell(shared)
            raise
        self._settle(shared)
        _tell(shared)

    def close(self) -> None:
        """Give the connection back, after the turn of everybody who still waits."""
        self._line.enter()
        try:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
        finally:
            self._line.leave()

    def _undo(self, connection: Connection, shared: Shared, *, alone: bool) -> None:
        """Take one unit back. When the database cannot, nothing of the whole transaction may stay."""
        try:
            if alone:
                shared.transaction.rollback()
            else:
                connection.exec_driver_sql("ROLLBACK TO unit")
                connection.exec_driver_sql("RELEASE unit")
        except BaseException as error:  # told to everybody who shares the transaction
            shared.failure = error

    def _settle(self, shared: Shared) -> None:
        """Pass the open transaction to the next in line and wait for its end, or end it."""
        healthy = shared.failure is None and shared.transaction.is_active
        if healthy and shared.units < SHARED_BY and self._line.pass_on():
            shared.over.wait()
            return
        self._shared = None
        try:
            if healthy:
                shared.transaction.commit()
            elif shared.transaction.is_active:
                shared.transaction.rollback()
        except BaseException as error:  # told to everybody who shares the transaction
            shared.failure = shared.failure or error
            self._drop_connection()
        finally:
            shared.over.set()
            self._line.leave()

    def _drop_connection(self) -> None:
        """Forget a connection whose transaction could not be ended; the next turn opens another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()


def _tell(shared: Shared) -> None:
    if shared.failure is not None:
        raise StoreUnavailable from shared.failure
