"""Keeping evidence: sealed in a folder, and put where nobody can delete it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.journal import Entry
from bot.domain.release import Release


@dataclass(frozen=True, slots=True)
class Point:
    """A release as it stood right before an entry of its stream."""

    before: Release
    entry: Entry


@dataclass(frozen=True, slots=True)
class Deposit:
    """A sealed document: its path below the folder of evidence, content hash, number in its chain, and who signed."""

    path: str
    content_sha256: str
    number: int
    key_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shipment:
    """What lies in an archive now: how many files of a release, until when at least, and where."""

    place: str
    files: int
    keep_until: datetime


class VaultFlawed(RuntimeError):
    """Sealed evidence is not what was sealed. `path` names it, `code` its first flaw; nothing was written."""

    def __init__(self, path: str, code: str) -> None:
        super().__init__(f"{path}: {code}")
        self.path = path
        self.code = code


class Vault(Protocol):
    """Where a release's evidence is kept. Every call may be repeated: it finds what it wrote."""

    def seal(self, points: Sequence[Point], lock: bool) -> Deposit:
        """See to it that the evidence of each point, oldest first, is sealed; with `lock` nobody may change it any
        more. The newest point's. Raises VaultFlawed, and OSError and LockHeld when it has to be tried again."""
        ...

    def ships_after(self) -> timedelta | None:
        """How long after it was locked evidence goes to the archive; None while no archive is configured."""
        ...

    def ship(self, release: str) -> Shipment:
        """Put a release's locked evidence into the archive. Raises VaultFlawed, ArchiveRefused, ArchiveAway and
        OSError."""
        ...


class ArchiveRefused(RuntimeError):
    """The archive does not take it, and will not until somebody changes something; `code` is stable."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class ArchiveAway(RuntimeError):
    """The archive cannot be reached now; the message says why."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A file for the archive: its name there, its bytes, and until when nobody may delete it."""

    name: str
    content: bytes
    keep_until: datetime

    @property
    def sha256(self) -> str:
        """Of the content, in hex."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Kept:
    """A file in the archive. `version` is the archive's own name for these very bytes; empty where it has none.
    `was_there`: it lay there already."""

    name: str
    sha256: str
    version: str
    keep_until: datetime
    was_there: bool


class Archive(Protocol):
    """Keeps files that nobody can change, or delete before their date."""

    @property
    def place(self) -> str:
        """Where it is, in words."""
        ...

    def check(self) -> None:
        """See whether it can keep what it is given. Raises ArchiveRefused, ArchiveAway."""
        ...

    def put(self, parcel: Parcel, version: str = "") -> Kept:
        """Keep a parcel, or find that it is kept already; `version` is what an earlier run was told. Never replaces
        anything. Raises ArchiveRefused for other bytes or a shorter date under that name, ArchiveAway."""
        ...
