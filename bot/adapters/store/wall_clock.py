"""What time the database has: on PostgreSQL another machine's clock, on SQLite our own and no measure of anything."""

from datetime import UTC, datetime

from sqlalchemy import func, select

from bot.adapters.store.store import SqlStore


def database_clock(store: SqlStore) -> datetime | None:
    """The server's own time, in UTC; None where the database has no clock of its own. Raises StoreUnavailable."""
    with store.reading() as connection:
        if connection.dialect.name != "postgresql":
            return None
        moment: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        return moment.astimezone(UTC)
