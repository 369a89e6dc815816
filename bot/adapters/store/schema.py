"""The tables. Migrations make them; a test holds the two against each other.

Truth: `streams` and `events`, append-only (triggers refuse UPDATE and DELETE of an event), and `checkpoints`.
Computed from it: `releases` and `lives`. Working state: `effects`, `intents`, `outcomes`, `notes`, `counters`,
`judge_nonces`.
Every time is whole microseconds since 1970, UTC. Foreign keys are checked at once, so that one faulty unit cannot
spoil a commit that it shares with others: append events first, everything that rests on them after.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pk",
        "fk": "%(table_name)s_%(column_0_name)s_fk",
        "ck": "%(table_name)s_%(constraint_name)s",
    }
)

ROW_ID = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only when the type is spelled INTEGER."""


def _where(condition: str) -> dict[str, Any]:
    """A partial index, said to both databases."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


streams = Table(
    "streams",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("head", Text, nullable=False),
    Column("checkpointed_seq", BigInteger, nullable=False, server_default="0"),
    CheckConstraint("seq >= 1", name="not_empty"),
)
Index(
    "streams_unsigned",
    streams.c.stream,
    **_where("seq > checkpointed_seq"),
)

events = Table(
    "events",
    metadata,
    Column("stream", Text, ForeignKey("streams.stream"), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("via", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("prev", Text, nullable=False),
    Column("hash", Text, nullable=False),
    PrimaryKeyConstraint("stream", "seq"),
    CheckConstraint("seq >= 1", name="counted_from_one"),
)

SETBACKS = (
    "substr(body, 10, 12) IN ('request_refu', 'rollback_sta', 'rollback_fai', 'release_held', 'release_expi', "
    "'release_reje', 'deployment_d', 'gate_overrid', 'gate_warned\"', 'stage_fell_b')"
)
"""Entries that stopped a release, by the beginning of their kind, which stands at the same place in every body."""
Index("events_setbacks", events.c.at, **_where(SETBACKS))

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("signature", Text, nullable=False),
)

releases = Table(
    "releases",
    metadata,
    Column("id", Text, ForeignKey("streams.stream"), primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("service", Text, nullable=False),
    Column("environment", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("thread", Text),
    Column("state", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
)
_ACTIVE = _where("active")
_DONE = _where("state = 'done'")
Index("releases_slot", releases.c.service, releases.c.environment, unique=True, **_ACTIVE)
Index("releases_active", releases.c.number, **_ACTIVE)
Index("releases_active_channel", releases.c.channel, releases.c.number, **_ACTIVE)
Index("releases_service", releases.c.service, releases.c.number)
Index("releases_environment", releases.c.service, releases.c.environment, releases.c.number)
Index("releases_done", releases.c.service, releases.c.environment, releases.c.version, releases.c.number, **_DONE)
Index("releases_thread", releases.c.channel, releases.c.thread)

lives = Table(
    "lives",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("service", Text, nullable=False),
    Column("environment", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("release", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)
Index("lives_newest", lives.c.service, lives.c.environment, lives.c.id)

# An effect that is done is deleted: the ledger has its result, the table stays as small as the work that waits, and
# the same key queued again goes to the end of its lane. Row ids are never used twice (sqlite_autoincrement), so that
# a claim on a deleted row can never finish a later one.
effects = Table(
    "effects",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("key", Text, nullable=False),
    Column("lane", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("release", Text, ForeignKey("streams.stream"), nullable=False),
    Column("body", Text, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    # When it can be claimed: due_at while it waits, the later of due_at and lease_until while it is leased.
    Column("ready_at", BigInteger, nullable=False),
    Column("lease_owner", Text),
    Column("lease_until", BigInteger),
    Column("fence", BigInteger, nullable=False),
    Column("generation", BigInteger, nullable=False),
    # The generation that the present lease works on.
    Column("leased_generation", BigInteger, nullable=False),
    Column("attempts", BigInteger, nullable=False),
    Column("failure", Text, nullable=False),
    UniqueConstraint("key", name="effects_key"),
    CheckConstraint("(lease_owner IS NULL) = (lease_until IS NULL)", name="lease_whole"),
    sqlite_autoincrement=True,
)
Index("effects_ready", effects.c.ready_at, effects.c.id)
Index("effects_lane", effects.c.lane, effects.c.id)
Index("effects_release", effects.c.release, effects.c.kind)
Index(
    "effects_owner",
    effects.c.lease_owner,
    **_where("lease_owner IS NOT NULL"),
)

intents = Table(
    "intents",
    metadata,
    Column("id", Text, primary_key=True),
    Column("release", Text, ForeignKey("streams.stream"), nullable=False),
    Column("state", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)

outcomes = Table(
    "outcomes",
    metadata,
    Column("key", Text, primary_key=True),
    Column("body", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)

notes = Table(
    "notes",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

counters = Table(
    "counters",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", BigInteger, nullable=False),
)

# A nonce is spent once, whichever judge on this database was asked with it.
judge_nonces = Table(
    "judge_nonces",
    metadata,
    Column("key_id", Text, nullable=False),
    Column("nonce", Text, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("key_id", "nonce"),
)
Index("judge_nonces_expired", judge_nonces.c.expires_at)
