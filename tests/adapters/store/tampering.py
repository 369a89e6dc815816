"""What somebody can do who has the database's own password: the guards of the tables are no obstacle to them."""

import sqlite3
from contextlib import closing

from sqlalchemy import text

from bot.adapters.store.store import SqlStore

_TRIGGERS = ("events_keep_UPDATE", "events_keep_DELETE", "checkpoints_keep_UPDATE", "checkpoints_keep_DELETE")


def tamper(store: SqlStore, *statements: str, **values: object) -> None:
    """Run statements with triggers and foreign keys out of the way."""
    with store.reading() as connection:
        name = connection.dialect.name
        path = connection.exec_driver_sql("PRAGMA database_list").first()[2] if name == "sqlite" else None
    if path is not None:
        with closing(sqlite3.connect(path)) as raw, raw:  # foreign keys are off unless asked for
            for trigger in _TRIGGERS:
                raw.execute(f"DROP TRIGGER IF EXISTS {trigger}")
            for statement in statements:
                raw.execute(statement, values)
        return
    with store.writing() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            connection.execute(text(statement), values)
