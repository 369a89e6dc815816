"""The first tables."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_APPEND_ONLY = ("events", "checkpoints")

_SQLITE_GUARD = """
CREATE TRIGGER {table}_keep_{what} BEFORE {what} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
_POSTGRESQL_REFUSAL = """
CREATE FUNCTION interlock_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$
"""
_POSTGRESQL_GUARD = """
CREATE TRIGGER {table}_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION interlock_append_only()
"""


def upgrade() -> None:
    """Make the tables, and let nobody change what is written in the ledger."""
    _ledger()
    _projection()
    _work()
    _guards()


def _ledger() -> None:
    op.create_table(
        "streams",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.Column("checkpointed_seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint("seq >= 1", name=op.f("streams_not_empty")),
        sa.PrimaryKeyConstraint("stream", name=op.f("streams_pk")),
    )
    op.create_index("streams_unsigned", "streams", ["stream"], **_where("seq > checkpointed_seq"))
    op.create_table(
        "events",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("prev", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.CheckConstraint("seq >= 1", name=op.f("events_counted_from_one")),
        sa.ForeignKeyConstraint(["stream"], ["streams.stream"], name=op.f("events_stream_fk")),
        sa.PrimaryKeyConstraint("stream", "seq", name=op.f("events_pk")),
    )
    op.create_table(
        "checkpoints",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("checkpoints_pk")),
    )


def _projection() -> None:
    op.create_table(
        "releases",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("thread", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["streams.stream"], name=op.f("releases_id_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("releases_pk")),
    )
    op.create_index("releases_active", "releases", ["number"], **_where("active"))
    op.create_index("releases_active_channel", "releases", ["channel", "number"], **_where("active"))
    op.create_index(
        "releases_done", "releases", ["service", "environment", "version", "number"], **_where("state = 'done'")
    )
    op.create_index("releases_environment", "releases", ["service", "environment", "number"])
    op.create_index("releases_service", "releases", ["service", "number"])
    op.create_index("releases_slot", "releases", ["service", "environment"], unique=True, **_where("active"))
    op.create_index("releases_thread", "releases", ["channel", "thread"])
    op.create_table(
        "lives",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("release", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("lives_pk")),
        sqlite_autoincrement=True,
    )
    op.create_index("lives_newest", "lives", ["service", "environment", "id"])


def _work() -> None:
    op.create_table(
        "effects",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("release", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("ready_at", sa.BigInteger(), nullable=False),
        sa.Column("lease_owner", sa.Text(), nullable=True),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.Column("leased_generation", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.CheckConstraint("(lease_owner IS NULL) = (lease_until IS NULL)", name=op.f("effects_lease_whole")),
        sa.ForeignKeyConstraint(["release"], ["streams.stream"], name=op.f("effects_release_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("effects_pk")),
        sa.UniqueConstraint("key", name="effects_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("effects_lane", "effects", ["lane", "id"])
    op.create_index("effects_owner", "effects", ["lease_owner"], **_where("lease_owner IS NOT NULL"))
    op.create_index("effects_ready", "effects", ["ready_at", "id"])
    op.create_index("effects_release", "effects", ["release", "kind"])
    op.create_table(
        "intents",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("release", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["release"], ["streams.stream"], name=op.f("intents_release_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("intents_pk")),
    )
    op.create_table(
        "outcomes",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("outcomes_pk")),
    )
    op.create_table(
        "notes",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("notes_pk")),
    )
    op.create_table(
        "counters",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("counters_pk")),
    )


def _where(condition: str) -> dict[str, Any]:
    """A partial index, said to both databases."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _guards() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_POSTGRESQL_REFUSAL)
        for table in _APPEND_ONLY:
            op.execute(_POSTGRESQL_GUARD.format(table=table))
    else:
        for table in _APPEND_ONLY:
            for what in ("UPDATE", "DELETE"):
                op.execute(_SQLITE_GUARD.format(table=table, what=what))
