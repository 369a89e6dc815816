"""Walks over whole tables in pages, each in its own short transaction: memory and locks stay small."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, bindparam, select, tuple_

from bot.adapters.store import schema
from bot.adapters.store.moments import from_micros
from bot.adapters.store.reader import entry_of
from bot.domain.journal import Entry, Line

Reading = Callable[[], AbstractContextManager[Connection]]

PAGE = 1000
"""Rows fetched at a time."""

_events, _streams = schema.events.c, schema.streams.c
_NEXT_ENTRIES = (
    select(schema.events)
    .where(tuple_(_events.stream, _events.seq) > tuple_(bindparam("after_stream"), bindparam("after_seq")))
    .order_by(_events.stream, _events.seq)
    .limit(PAGE)
)
_NEXT_HEADS = (
    select(_streams.stream, _streams.seq, _streams.head)
    .where(_streams.stream > bindparam("after_stream"))
    .order_by(_streams.stream)
    .limit(PAGE)
)


def entries(reading: Reading) -> Iterator[Entry]:
    """Every entry of the ledger, stream by stream."""
    return map(entry_of, _rows(reading))


def lines(reading: Reading) -> Iterator[Line]:
    """The same, as they are stored."""
    for stream, seq, at, actor, via, body, prev, seal in _rows(reading):
        yield Line(stream, seq, from_micros(at), actor, via, body, prev, seal)


def _rows(reading: Reading) -> Iterator[Any]:
    stream, seq = "", 0
    while True:
        with reading() as connection:
            rows = connection.execute(_NEXT_ENTRIES, {"after_stream": stream, "after_seq": seq}).all()
        yield from rows
        if len(rows) < PAGE:
            return
        stream, seq = rows[-1].stream, rows[-1].seq


def streams(reading: Reading) -> Iterator[tuple[str, tuple[Entry, ...]]]:
    """Every stream with all its entries."""
    for stream, group in groupby(entries(reading), key=lambda entry: entry.stream):
        yield stream, tuple(group)


def heads(reading: Reading) -> Iterator[tuple[str, int, str]]:
    """Every stream with the number and hash of its last entry, as the streams table has them."""
    stream = ""
    while True:
        with reading() as connection:
            rows = connection.execute(_NEXT_HEADS, {"after_stream": stream}).all()
        for row in rows:
            yield row.stream, row.seq, row.head
        if len(rows) < PAGE:
            return
        stream = rows[-1].stream
