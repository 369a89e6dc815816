"""The ledger's entries for an export."""

from collections.abc import Iterator

from bot.domain.journal import Entry
from bot.ports import Store


def entries_of(store: Store, stream: str) -> Iterator[Entry]:
    """Every entry, stream by stream; of one stream when it is named."""
    if stream:
        with store.read() as reader:
            yield from reader.entries(stream)
        return
    for _, entries in store.streams():
        yield from entries
