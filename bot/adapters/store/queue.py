"""Leases on queued effects: claim, renew, give back, and how long the queue is."""

from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection

from bot.adapters.store.moments import from_micros, to_micros
from bot.adapters.store.statements import QueueStatements
from bot.domain.effects import Task
from bot.ports import Claim, Fenced, QueueDepth

_TASK: TypeAdapter[Task] = TypeAdapter(Task)


def any_due(connection: Connection, statements: QueueStatements, now: datetime) -> bool:
    """Whether a claim would find something."""
    return connection.execute(statements.any_due, {"now": to_micros(now)}).first() is not None


def claim(
    connection: Connection,
    statements: QueueStatements,
    worker: str,
    now: datetime,
    until: datetime,
    limit: int,
    only_rollbacks: bool,
) -> tuple[Claim, ...]:
    """Lease due effects to a worker, oldest first."""
    statement = statements.claim_rollbacks if only_rollbacks else statements.claim
    values = {"now": to_micros(now), "until": to_micros(until), "worker": worker, "most": limit}
    rows = connection.execute(statement, values).all()
    return tuple(_claim_of(row, until) for row in sorted(rows, key=lambda row: int(row.id)))


def renew(connection: Connection, statements: QueueStatements, claim: Claim, until: datetime) -> bool:
    """Lengthen a lease that still stands."""
    return connection.execute(statements.renew, {**_held(claim), "until": to_micros(until)}).first() is not None


def postpone(connection: Connection, statements: QueueStatements, claim: Claim, until: datetime, failure: str) -> None:
    """Give a lease back with the reason why it comes again. Raises Fenced."""
    values = {**_held(claim), "held_generation": claim.generation, "until": to_micros(until), "why": failure}
    if connection.execute(statements.postpone, values).first() is None:
        raise Fenced(claim.key)


def next_due(connection: Connection, statements: QueueStatements) -> datetime | None:
    """When a claim will next find something."""
    ready = connection.execute(statements.next_due).scalar()
    return None if ready is None else from_micros(ready)


def depth(connection: Connection, statements: QueueStatements, now: datetime) -> QueueDepth:
    """How many effects wait, and since when the oldest due one does."""
    waiting, oldest = connection.execute(statements.depth, {"now": to_micros(now)}).one()
    return QueueDepth(waiting=waiting, oldest_due=None if oldest is None else from_micros(oldest))


def _held(claim: Claim) -> dict[str, Any]:
    return {"effect": claim.effect, "held_fence": claim.fence}


def _claim_of(row: Any, until: datetime) -> Claim:
    return Claim(
        effect=row.id,
        key=row.key,
        task=_TASK.validate_json(row.body),
        fence=row.fence,
        generation=row.generation,
        attempts=row.attempts,
        lease_until=until,
    )
