"""DATABASE_URL as people write it, as an address that SQLAlchemy takes."""

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.adapters.store.errors import UnknownDatabase

_POSTGRESQL = frozenset({"postgres", "postgresql", "postgresql+psycopg"})


def read_address(url: str) -> URL:
    """`sqlite:///path`, `postgresql://…`, `postgres://…`, `postgresql:///name?host=/socket/folder`.

    Raises UnknownDatabase, without the address in its message: it may hold a password. A SQLite database in memory is
    refused, because readers and the writer could not share it.
    """
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        raise UnknownDatabase from None
    if address.drivername in _POSTGRESQL:
        return address.set(drivername="postgresql+psycopg")
    on_disk = address.database is not None and address.database not in ("", ":memory:")
    if address.drivername == "sqlite" and on_disk and not address.host:
        return address
    raise UnknownDatabase
