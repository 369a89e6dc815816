"""The audit: every chain, every checkpoint, and every signed head against what is there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from sqlalchemy import bindparam, select

from bot.adapters.store import schema, walk
from bot.adapters.store.seals import BadCheckpoint, Seals, Verifier, read_seals
from bot.adapters.store.store import SqlStore
from bot.domain.journal import Line, breaks

_events, _streams = schema.events.c, schema.streams.c
_RECORDED = select(_streams.seq, _streams.head.label("hash")).where(_streams.stream == bindparam("name"))
_LAST = (
    select(_events.seq, _events.hash).where(_events.stream == bindparam("name")).order_by(_events.seq.desc()).limit(1)
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One place of the ledger that is not as it was written. Codes of breaks: `gap unlinked altered`; of heads:
    `truncated` (a signed entry is gone), `rewritten` (a signed entry has another hash), `unrecorded` (the streams table
    and the last entry disagree)."""

    stream: str
    seq: int
    code: str


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What was looked at, and everything that was found wrong. `unsigned` counts entries that no checkpoint covers yet.
    `last_checkpoint` and `last_hash` name the newest checkpoint: held against an earlier report, they show whether
    checkpoints themselves were cut off, which nothing inside the database can."""

    streams: int
    entries: int
    unsigned: int
    breaks: tuple[Finding, ...]
    checkpoints: int
    last_checkpoint: int
    last_hash: str
    bad_checkpoints: tuple[BadCheckpoint, ...]
    heads: tuple[Finding, ...]

    @property
    def intact(self) -> bool:
        """Whether nothing was found."""
        return not (self.breaks or self.bad_checkpoints or self.heads)


@dataclass(slots=True)
class _Sum:
    streams: int = 0
    entries: int = 0
    unsigned: int = 0
    breaks: list[Finding] = field(default_factory=list)
    heads: list[Finding] = field(default_factory=list)


def verify(store: SqlStore, verifier: Verifier) -> AuditReport:
    """Check the whole ledger, page by page, beside a running service: what is written meanwhile may be left out."""
    seals = read_seals(store, verifier)
    unseen = {stream: (seq, head) for stream, seq, head in walk.heads(store.reading)}
    found = _Sum()
    for stream, entries in groupby(walk.lines(store.reading), key=lambda entry: entry.stream):
        last = _look_at(stream, entries, seals, found)
        if unseen.pop(stream, None) != (last.seq, last.hash) and not _recorded(store, stream):
            found.heads.append(Finding(stream, last.seq, "unrecorded"))
    for stream, (seq, _) in seals.heads.items():
        found.heads.append(Finding(stream, seq, "truncated"))
    found.heads += [Finding(stream, seq, "unrecorded") for stream, (seq, _) in unseen.items()]
    return AuditReport(
        streams=found.streams,
        entries=found.entries,
        unsigned=found.unsigned,
        breaks=tuple(found.breaks),
        checkpoints=seals.count,
        last_checkpoint=seals.last,
        last_hash=seals.last_hash,
        bad_checkpoints=tuple(seals.bad),
        heads=tuple(found.heads),
    )


def _look_at(stream: str, entries: Iterable[Line], seals: Seals, found: _Sum) -> Line:
    """Follow one chain and hold it against its signed head, which is taken out of the seals; the last entry."""
    signed_seq, signed_hash = seals.heads.pop(stream, (0, ""))
    marked: list[Line] = []
    ends: list[Line] = []

    def passing() -> Iterator[Line]:
        for entry in entries:
            found.entries += 1
            found.unsigned += entry.seq > signed_seq
            if entry.seq == signed_seq:
                marked.append(entry)
            ends[:] = [entry]
            yield entry

    found.streams += 1
    found.breaks += [Finding(stream, entry.seq, code) for entry, code in breaks(passing())]
    if signed_seq and not marked:
        found.heads.append(Finding(stream, signed_seq, "truncated"))
    elif marked and marked[0].hash != signed_hash:
        found.heads.append(Finding(stream, signed_seq, "rewritten"))
    return ends[0]


def _recorded(store: SqlStore, stream: str) -> bool:
    """Whether the streams table names the last entry, both seen at one moment: a stream may have grown meanwhile."""
    with store.reading() as connection:
        recorded = connection.execute(_RECORDED, {"name": stream}).first()
        return recorded is not None and recorded == connection.execute(_LAST, {"name": stream}).first()
