"""The entries of one release as lines of text."""

from collections.abc import Iterable, Iterator

from bot.domain.events import EvidenceRecorded, RequestRefused
from bot.domain.fold import apply
from bot.domain.journal import Entry
from bot.domain.release import Release
from bot.views.log import log_line
from bot.views.plain import words


def lines(entries: Iterable[Entry]) -> Iterator[str]:
    """A line an entry: number, moment in UTC, who, and what happened, in the words of the thread where it has some."""
    release: Release | None = None
    for entry in entries:
        release = apply(release, entry)
        said = log_line(release, entry)
        what = words(said.text) if said is not None else _bare(entry)
        first, *more = what.splitlines()
        yield f"{entry.seq:>4}  {entry.at:%Y-%m-%d %H:%M:%S}  {entry.actor} ({entry.via})  {first}"
        yield from (f"      {line}" for line in more)


def _bare(entry: Entry) -> str:
    """What the thread does not show."""
    kind = entry.event.kind.replace("_", " ")
    match entry.event:
        case RequestRefused() as refused:
            return f"{kind}: {refused.action} ({refused.code})"
        case EvidenceRecorded() as recorded:
            return f"{kind}: {recorded.fact.gate} ({recorded.fact.kind})"
        case _:
            return kind
