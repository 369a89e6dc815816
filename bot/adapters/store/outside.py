"""The fence between the database driver's errors and everybody else."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from bot.adapters.store.errors import StoreUnavailable
from bot.ports import StaleCopy

_LOST_A_RACE = frozenset({"40001", "40P01"})
"""PostgreSQL's serialization_failure and deadlock_detected: undone, and worth trying again."""


@contextmanager
def named_failures() -> Iterator[None]:
    """Turn what a driver raises into StaleCopy (lost a race) or StoreUnavailable (no database, or a busy one).

    Other database errors are faults of this program and pass unchanged.
    """
    try:
        yield
    except (DBAPIError, sqlite3.Error, psycopg.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        if getattr(cause, "sqlstate", None) in _LOST_A_RACE:
            raise StaleCopy("another transaction came between") from error
        if _is_outage(cause):
            raise StoreUnavailable from error
        raise
    except PoolExhausted as error:
        raise StoreUnavailable from error


def _is_outage(error: BaseException | None) -> bool:
    """Locked, full, unreadable or gone; a statement that the database does not understand is not that."""
    if isinstance(error, sqlite3.OperationalError):
        return getattr(error, "sqlite_errorname", "") != "SQLITE_ERROR"
    return isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
