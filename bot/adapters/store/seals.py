"""Reading checkpoints back: what their signatures still vouch for."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from pydantic import ValidationError
from sqlalchemy import bindparam, select

from bot.adapters.store import schema
from bot.adapters.store.checkpoint import CheckpointBody, body_hash
from bot.adapters.store.store import SqlStore
from bot.domain.journal import GENESIS

_PAGE = 20
_number = schema.checkpoints.c.number
_NEXT = select(schema.checkpoints).where(_number > bindparam("after")).order_by(_number).limit(_PAGE)


class Verifier(Protocol):
    """The checking half of a bot.ports.Signer: an auditor elsewhere holds no more than that."""

    def verify(self, body: bytes, key_id: str, signature: str) -> bool:
        """Whether the key signed these bytes."""
        ...


@dataclass(frozen=True, slots=True)
class BadCheckpoint:
    """One checkpoint that does not hold. Codes: `forged` (no signature of ours), `gap` (those before it are gone),
    `unlinked` (it names another one before it), `malformed` (signed, and yet not a checkpoint of this program)."""

    number: int
    code: str


@dataclass(slots=True)
class Seals:
    """All checkpoints, read. `heads`: of every stream the newest signed (seq, hash)."""

    heads: dict[str, tuple[int, str]] = field(default_factory=dict)
    count: int = 0
    last: int = 0
    last_hash: str = GENESIS
    bad: list[BadCheckpoint] = field(default_factory=list)


def read_seals(store: SqlStore, verifier: Verifier) -> Seals:
    """Check every checkpoint in order. A forged one vouches for nothing, and the chain goes on after it."""
    seals = Seals()
    for row in _rows(store):
        if code := _fault(row, seals, verifier):
            seals.bad.append(BadCheckpoint(row.number, code))
        if code not in ("forged", "malformed"):
            for head in CheckpointBody.model_validate_json(row.body).heads:
                seals.heads[head.stream] = (head.seq, head.hash)
        seals.count += 1
        seals.last, seals.last_hash = row.number, body_hash(row.body)
    return seals


def _fault(row: Any, seals: Seals, verifier: Verifier) -> str | None:
    """The code of what is wrong with a checkpoint, or None."""
    if not verifier.verify(row.body.encode(), row.key_id, row.signature):
        return "forged"
    try:
        body = CheckpointBody.model_validate_json(row.body)
    except ValidationError:
        return "malformed"
    if body.number != row.number:
        return "forged"
    if row.number != seals.last + 1:
        return "gap"
    return "unlinked" if body.prev != seals.last_hash else None


def _rows(store: SqlStore) -> Iterator[Any]:
    after = 0
    while True:
        with store.reading() as connection:
            rows = connection.execute(_NEXT, {"after": after}).all()
        yield from rows
        if len(rows) < _PAGE:
            return
        after = rows[-1].number
