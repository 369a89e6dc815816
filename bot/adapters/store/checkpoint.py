"""Checkpoints: signed records of where the streams stood, chained to each other, against silent truncation."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, bindparam, insert, select, text, update

from bot.adapters.store import schema
from bot.adapters.store.moments import to_micros
from bot.adapters.store.store import SqlStore
from bot.domain.journal import GENESIS
from bot.ports import Signer

HEADS = 5000
"""Streams in one checkpoint; more of them make more checkpoints."""

_checkpoints, _streams = schema.checkpoints.c, schema.streams.c
_LAST = select(_checkpoints.number, _checkpoints.body).order_by(_checkpoints.number.desc()).limit(1)
_UNSIGNED = (
    select(_streams.stream, _streams.seq, _streams.head)
    .where(text("seq > checkpointed_seq"))  # as the partial index says it
    .order_by(_streams.stream)
    .limit(HEADS)
    .with_for_update(skip_locked=True, key_share=True)  # a stream that is being written to waits for the next one
)
_SIGNED = (
    update(schema.streams).where(_streams.stream == bindparam("name")).values(checkpointed_seq=bindparam("signed"))
)


class Head(BaseModel):
    """Where a stream stood: the number and hash of its last entry."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    stream: str
    seq: int
    hash: str


class CheckpointBody(BaseModel):
    """What is signed, as the JSON that is stored. `prev` is the SHA-256 of the body before it, in hex."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: int
    at: datetime
    prev: str
    heads: tuple[Head, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """What a checkpoint run signed. `last` and `hash` name the newest checkpoint; kept elsewhere, they also give away
    that checkpoints were cut off."""

    heads: int
    last: int
    hash: str


def take_checkpoint(store: SqlStore, signer: Signer, now: datetime) -> Taken:
    """Sign the heads of every stream that grew since the last checkpoint; nothing is written when none did.

    The signer is asked inside the transaction and has to answer by itself, without a network. Two processes that do
    this at once: one of them raises StaleCopy or finds nothing left.
    """
    signed = 0
    while True:
        with store.writing() as connection:
            heads, last, digest = _take_one(connection, signer, now)
        signed += heads
        if heads < HEADS:
            return Taken(heads=signed, last=last, hash=digest)


def body_hash(body: str) -> str:
    """The hash by which the next checkpoint names this one."""
    return hashlib.sha256(body.encode()).hexdigest()


def _take_one(connection: Connection, signer: Signer, now: datetime) -> tuple[int, int, str]:
    """One checkpoint, if there is anything to sign: how many heads, the newest number, its hash."""
    before = connection.execute(_LAST).first()
    number, prev = (before.number, body_hash(before.body)) if before else (0, GENESIS)
    rows = connection.execute(_UNSIGNED).all()
    if not rows:
        return 0, number, prev
    heads = tuple(Head(stream=row.stream, seq=row.seq, hash=row.head) for row in rows)
    body = CheckpointBody(number=number + 1, at=now, prev=prev, heads=heads).model_dump_json()
    key_id, signature = signer.sign(body.encode())
    row: dict[str, Any] = {"number": number + 1, "at": to_micros(now), "body": body}
    connection.execute(insert(schema.checkpoints), {**row, "key_id": key_id, "signature": signature})
    connection.execute(_SIGNED, [{"name": head.stream, "signed": head.seq} for head in heads])
    return len(heads), number + 1, body_hash(body)
