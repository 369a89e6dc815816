"""The hash chain: every entry carries the hash of the one before it in its stream (design 4)."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter

from bot.domain.events import Event

WORKSPACE = "workspace"
"""The stream for what belongs to no release, such as a refusal of an unknown one."""

GENESIS = "0" * 64

_EVENT: TypeAdapter[Event] = TypeAdapter(Event)


class Entry(BaseModel):
    """One line of the ledger. `body` is the event's JSON as hashed; `actor` and `via` say who asked, and where."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    stream: str
    seq: int
    at: datetime
    actor: str
    via: str
    body: str
    prev: str
    hash: str

    @property
    def event(self) -> Event:
        """The body as a typed event; raises pydantic.ValidationError for a body that no version of Interlock wrote."""
        return _EVENT.validate_json(self.body)


class Line(NamedTuple):
    """An entry as it is stored, read by nobody yet: what an audit of a whole ledger has time for."""

    stream: str
    seq: int
    at: datetime
    actor: str
    via: str
    body: str
    prev: str
    hash: str


L = TypeVar("L", Entry, Line)


def write(stream: str, seq: int, at: datetime, actor: str, via: str, event: Event, prev: str) -> Entry:
    """Seal an event as the next entry of its stream."""
    body = event.model_dump_json()
    return Entry(
        stream=stream,
        seq=seq,
        at=at,
        actor=actor,
        via=via,
        body=body,
        prev=prev,
        hash=entry_hash(stream, seq, at, actor, via, body, prev),
    )


def entry_hash(stream: str, seq: int, at: datetime, actor: str, via: str, body: str, prev: str) -> str:
    """SHA-256 over the entry's parts, each preceded by its length so that no two entries share their bytes."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    number = str(seq)
    text = (
        f"{len(stream)}:{stream}{len(number)}:{number}{len(moment)}:{moment}{len(actor)}:{actor}"
        f"{len(via)}:{via}{len(prev)}:{prev}{len(body)}:{body}"
    )
    if not text.isascii():  # lengths are in bytes
        parts = [part.encode() for part in (stream, number, moment, actor, via, prev, body)]
        return hashlib.sha256(b"".join([b"%d:%b" % (len(raw), raw) for raw in parts])).hexdigest()
    return hashlib.sha256(text.encode()).hexdigest()


def breaks(entries: Iterable[L]) -> Iterator[tuple[L, str]]:
    """The entries at which a stream's chain does not hold, in order, each with a code: `gap`, `unlinked`, `altered`."""
    seq, prev = 0, GENESIS
    for entry in entries:
        if entry.seq != seq + 1:
            yield entry, "gap"
        elif entry.prev != prev:
            yield entry, "unlinked"
        elif entry.hash != entry_hash(
            entry.stream, entry.seq, entry.at, entry.actor, entry.via, entry.body, entry.prev
        ):
            yield entry, "altered"
        seq, prev = entry.seq, entry.hash
