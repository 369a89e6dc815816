"""Everything that is written, as statements built once for one database's dialect of insert-or-ignore."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Dialect,
    Select,
    Table,
    and_,
    bindparam,
    case,
    delete,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from bot.adapters.store import schema

_streams, _releases, _intents = schema.streams.c, schema.releases.c, schema.intents.c


class Statements:
    """The write statements. Each insert-or-ignore answers with RETURNING whether it inserted: `rowcount` is -1 with
    psycopg, and a deployment would start twice (engines.md A.4)."""

    def __init__(self, dialect: Dialect) -> None:
        self.rows_are_locked = dialect.name == "postgresql"
        insert: Any = postgresql.insert if self.rows_are_locked else sqlite.insert

        # No key of a stream or release ever changes, so the weaker row lock is enough, and foreign keys do not wait.
        # SQLite leaves these words out: it has one writer at a time.
        self.lock_stream = (
            select(_streams.seq, _streams.head)
            .where(_streams.stream == bindparam("name"))
            .with_for_update(key_share=True)
        )
        self.start_stream = insert(schema.streams).on_conflict_do_nothing().returning(_streams.stream)
        self.advance_stream = (
            update(schema.streams)
            .where(_streams.stream == bindparam("name"))
            .values(seq=bindparam("last"), head=bindparam("seal"))
        )
        self.add_events = insert(schema.events)

        self.lock_release = (
            select(_releases.seq).where(_releases.id == bindparam("release")).with_for_update(key_share=True)
        )
        # Conflicts with the id or with the slot: the caller asks which.
        self.add_release = insert(schema.releases).on_conflict_do_nothing().returning(_releases.id)
        self.change_release = (
            update(schema.releases)
            .where(_releases.id == bindparam("release"), _releases.seq == bindparam("read_at"))
            .returning(_releases.id)
        )
        self.add_live = insert(schema.lives)

        number = insert(schema.counters)
        self.count = number.on_conflict_do_update(
            index_elements=[schema.counters.c.name], set_={"value": schema.counters.c.value + 1}
        ).returning(schema.counters.c.value)

        self.remember = insert(schema.outcomes).on_conflict_do_nothing().returning(schema.outcomes.c.key)
        self.intend = insert(schema.intents).on_conflict_do_nothing().returning(_intents.id)
        self.settle = (
            update(schema.intents)
            .where(_intents.id == bindparam("deployment"))
            .values(state=bindparam("became"))
            .returning(_intents.id)
        )
        note = insert(schema.notes)
        self.write_note = note.on_conflict_do_update(
            index_elements=[schema.notes.c.key], set_={"value": note.excluded.value}
        )
        self.queue = QueueStatements(insert)


class QueueStatements:
    """The statements of the effect queue."""

    def __init__(self, insert: Any) -> None:
        table = schema.effects
        until: Any = bindparam("until", type_=BigInteger)
        mine, older = table.c, table.alias("older").c
        leased = mine.lease_owner.is_not(None)
        held = and_(mine.id == bindparam("effect"), mine.fence == bindparam("held_fence"), leased)

        fresh = insert(table)
        new_due = fresh.excluded.due_at
        sooner = _lesser(mine.due_at, new_due)
        self.enqueue = fresh.on_conflict_do_update(
            index_elements=[mine.key],
            set_={
                "lane": fresh.excluded.lane,
                "kind": fresh.excluded.kind,
                "release": fresh.excluded.release,
                "body": fresh.excluded.body,
                "generation": mine.generation + 1,
                "due_at": case((leased, new_due), else_=sooner),
                "ready_at": case((leased, _greater(mine.lease_until, new_due)), else_=sooner),
            },
        )

        self.drop_waiting = delete(table).where(
            mine.release == bindparam("of_release"), mine.kind == bindparam("of_kind"), mine.lease_owner.is_(None)
        )
        # An effect that is being worked on ends with its lease: only its re-queueing is taken back.
        self.drop_requeued = (
            update(table)
            .where(mine.release == bindparam("of_release"), mine.kind == bindparam("of_kind"), leased)
            .values(generation=mine.leased_generation)
        )
        self.finish = delete(table).where(held, mine.generation == bindparam("held_generation")).returning(mine.id)
        # Re-queued while it was worked on: it comes back at the end of its lane, as a new row.
        self.take_out = (
            delete(table).where(held).returning(mine.key, mine.lane, mine.kind, mine.release, mine.body, mine.due_at)
        )

        # At most one of a lane, the oldest: nothing of the lane stands before it. Every lane is probed on its index.
        blocked = (
            select(older.id)
            .where(older.lane == mine.lane, mine.lane != literal_column("''"), older.id < mine.id)
            .exists()
        )
        due = select(mine.id).where(mine.ready_at <= bindparam("now"), ~blocked)
        self.any_due = due.limit(1)
        self.claim = _leasing(table, due, until)
        self.claim_rollbacks = _leasing(table, due.where(mine.kind == literal_column("'start_rollback'")), until)
        self.renew = (
            update(table)
            .where(held)
            .values(lease_until=until, ready_at=_greater(until, mine.due_at))
            .returning(mine.id)
        )
        again = case((mine.generation == bindparam("held_generation"), until), else_=_lesser(until, mine.due_at))
        self.postpone = (
            update(table)
            .where(held)
            .values(lease_owner=None, lease_until=None, due_at=again, ready_at=again, failure=bindparam("why"))
            .returning(mine.id)
        )
        self.hand_back = (
            update(table)
            .where(mine.lease_owner == bindparam("worker"))
            .values(lease_owner=None, lease_until=None, ready_at=mine.due_at)
        )
        self.next_due = select(mine.ready_at).where(~blocked).order_by(mine.ready_at).limit(1)
        unleased = (mine.lease_until.is_(None)) | (mine.lease_until <= bindparam("now"))
        self.depth = select(
            func.count(), func.min(case((mine.due_at <= bindparam("now"), mine.due_at), else_=None))
        ).where(unleased)


def _leasing(table: Table, due: Select[Any], until: Any) -> Any:
    """Lease some of the due effects, the longest due first."""
    mine = table.c
    ordered = due.order_by(mine.ready_at, mine.id).limit(bindparam("most"))
    picked = ordered.with_for_update(skip_locked=True).cte("picked")
    return (
        update(table)
        .where(mine.id.in_(select(picked.c.id)))
        .values(
            lease_owner=bindparam("worker"),
            lease_until=until,
            ready_at=until,
            fence=mine.fence + 1,
            leased_generation=mine.generation,
            attempts=mine.attempts + 1,
        )
        .returning(mine.id, mine.key, mine.body, mine.fence, mine.generation, mine.attempts)
    )


def _lesser(one: Any, other: Any) -> Any:
    """The smaller of two numbers; the databases name the function differently."""
    return case((one < other, one), else_=other)


def _greater(one: Any, other: Any) -> Any:
    return case((one > other, one), else_=other)
