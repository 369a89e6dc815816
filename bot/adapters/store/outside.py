"""The fence between the database driver's errors and everybody else."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from bot.adapters.store.errors import StoreUnavailable
from bot.ports import StaleCopy

_LOST_A_RACE = frozenset({"40001", "40P01"})
"""PostgreSQL's serialization_failure and deadlock_detected: undone, and worth trying again."""


@contextmanager
def named_failures() -> Iterator[None]:
    """Turn what the driver raises into StaleCopy (lost a race) or StoreUnavailable (no database, or a busy one).

    Other database errors are faults of this program and pass unchanged.
    """
    try:
        yield
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) in _LOST_A_RACE:
            raise StaleCopy("another transaction came between") from error
        if error.connection_invalidated or isinstance(error, OperationalError | InterfaceError):
            raise StoreUnavailable from error
        raise
    except PoolExhausted as error:
        raise StoreUnavailable from error
