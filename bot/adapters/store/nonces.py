"""Nonces that were seen, so that a captured request cannot be sent again (contracts 1.14)."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete
from sqlalchemy.dialects import postgresql, sqlite

from bot.adapters.store import schema
from bot.adapters.store.moments import to_micros
from bot.adapters.store.store import SqlStore

KEPT = timedelta(seconds=600)
"""How long a nonce is remembered: far longer than the span of times that judges accept, so that none is forgotten while
its request could still be taken (the original purged at 600 s and accepted up to 720 s)."""

_table = schema.judge_nonces
_insert: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_SPEND = {
    # Asked with RETURNING: `rowcount` is -1 with psycopg, and every replay would pass (engines A.4).
    dialect: insert(_table).on_conflict_do_nothing().returning(_table.c.nonce)
    for dialect, insert in _insert.items()
}
_FORGET = delete(_table).where(_table.c.expires_at <= bindparam("now"))


class Nonces:
    """The replay store, in the database that every judge here shares."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    def spend(self, key_id: str, nonce: str, now: datetime) -> bool:
        """Whether this is the first time; two requests at once are told apart by the database. Raises
        StoreUnavailable: what cannot be remembered cannot be accepted."""
        row = {"key_id": key_id, "nonce": nonce, "expires_at": to_micros(now + KEPT)}
        with self._store.writing() as connection:
            connection.execute(_FORGET, {"now": to_micros(now)})
            return connection.execute(_SPEND[connection.dialect.name], row).first() is not None
