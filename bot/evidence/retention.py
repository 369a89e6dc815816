"""Which evidence may be deleted: old enough, needed by nobody, and not the last of its service (contracts 1.9)."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fnmatch import fnmatchcase
from itertools import groupby

from bot.evidence.index import IndexFile, Tier


class Stays(StrEnum):
    """Why evidence stays."""

    YOUNG = "young"
    EXCLUDED = "excluded"
    TAMPERED = "tampered"
    OPEN = "open"
    UNKNOWN = "unknown"
    FLOOR = "floor"


@dataclass(frozen=True, slots=True)
class Limits:
    """How old evidence of each tier has to be, how many documents of a service stay, and which files always do."""

    wip: timedelta
    locked: timedelta
    keep_min: int
    exclude: tuple[str, ...]

    def ends(self, file: IndexFile) -> datetime:
        """When a file may go."""
        return file.since + (self.locked if file.tier is Tier.LOCKED else self.wip)


@dataclass(frozen=True, slots=True)
class Unit:
    """What goes or stays as one: a document, or a whole sealed chain, which a missing link would break."""

    files: tuple[IndexFile, ...]
    stays: Stays | None = None

    @property
    def since(self) -> datetime:
        """The age of its youngest file."""
        return max(file.since for file in self.files)


Needed = Callable[[str], Stays | None]
"""Why the evidence of a release is still needed, None when it is not."""


def sort_out(files: Iterable[IndexFile], limits: Limits, needed: Needed, now: datetime) -> tuple[Unit, ...]:
    """Every unit, oldest first, with why it stays; the others may go."""
    units = sorted(_units(files), key=lambda unit: unit.since)
    left = Counter(file.tenant for unit in units for file in unit.files)
    found = []
    for unit in units:
        stays = _stays(unit, limits, needed, now)
        own = Counter(file.tenant for file in unit.files)
        if stays is None and any(left[tenant] - number < limits.keep_min for tenant, number in own.items()):
            stays = Stays.FLOOR
        if stays is None:
            left -= own
        found.append(Unit(unit.files, stays))
    return tuple(found)


def _units(files: Iterable[IndexFile]) -> list[Unit]:
    """Sealed documents of one folder are a chain; every other document stands alone."""
    ordered: Sequence[IndexFile] = sorted(files, key=lambda file: (not file.sealed, _folder(file), file.path))
    chains = groupby((file for file in ordered if file.sealed), key=_folder)
    return [Unit(tuple(chain)) for _, chain in chains] + [Unit((file,)) for file in ordered if not file.sealed]


def _stays(unit: Unit, limits: Limits, needed: Needed, now: datetime) -> Stays | None:
    if any(_excluded(file.path, limits.exclude) for file in unit.files):
        return Stays.EXCLUDED
    if any(now < limits.ends(file) for file in unit.files):
        return Stays.YOUNG
    if any(file.tampered for file in unit.files):
        return Stays.TAMPERED
    releases = sorted({file.release for file in unit.files} - {""})
    return next((why for why in map(needed, releases) if why is not None), None)


def _excluded(path: str, globs: tuple[str, ...]) -> bool:
    return any(fnmatchcase(path, glob) or fnmatchcase(path.rpartition("/")[2], glob) for glob in globs)


def _folder(file: IndexFile) -> str:
    return file.path.rpartition("/")[0]
