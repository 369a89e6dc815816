"""The index of a folder of evidence: what lies there, and whether it is as it was written (contracts 1.9)."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from bot.evidence.block import Count, Instant, Sha256, moment
from bot.evidence.harvest import written


class Tier(StrEnum):
    """Work in progress, or locked; the file's name alone says which."""

    WIP = "WIP"
    LOCKED = "LOCKED"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class IndexFile(_Part):
    """One document; `path` is below the root. `locked_at` is absent in one that is not locked. `error` holds the codes
    of all that is wrong with a tampered one. `release` is empty outside a release."""

    path: str
    sha256: Sha256
    size: Count
    mtime: Instant
    tier: Tier
    locked_at: Instant | None = None
    tampered: bool
    sealed: bool
    error: str | None = Field(default=None, exclude_if=lambda value: value is None)
    tenant: str = ""
    release: str = ""

    @property
    def since(self) -> datetime:
        """From when its age counts: when it was locked, else when it was last written."""
        return moment(self.locked_at or self.mtime)


class IndexSummary(_Part):
    """Counts over all files; `by_tenant` has the number of documents of each service or tenant."""

    count: Count
    tampered: Count
    wip: Count
    locked: Count
    by_tenant: dict[str, Count]


class Index(_Part):
    """The whole index. `last_updated` is when the newest file was written; None over none."""

    generated_at: Instant
    last_updated: Instant | None
    root: str
    files: tuple[IndexFile, ...]
    summary: IndexSummary


def index_of(root: str, files: Iterable[IndexFile], at: datetime) -> Index:
    """The index over these files, made at `at`."""
    found = tuple(files)
    return Index(
        generated_at=written(at),
        last_updated=written(max(moment(one.mtime) for one in found)) if found else None,
        root=root,
        files=found,
        summary=IndexSummary(
            count=len(found),
            tampered=sum(one.tampered for one in found),
            wip=sum(one.tier is Tier.WIP for one in found),
            locked=sum(one.tier is Tier.LOCKED for one in found),
            by_tenant=dict(sorted(Counter(one.tenant for one in found).items())),
        ),
    )
