"""Sending locked evidence to an archive: sound and locked files go, with their seals; the rest is named."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from bot.adapters.evidence.files import EvidenceMissing, load
from bot.adapters.evidence.sealed import seal_path
from bot.evidence.document import DocumentFlawed
from bot.evidence.index import IndexFile, Tier
from bot.ports import Archive, ArchiveRefused, Parcel


class Came(StrEnum):
    """What became of a file."""

    UPLOADED = "uploaded"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Sent:
    """One file. `reason` is a code: of what was uploaded, whether it is `new` or was `there`; else why it was not."""

    path: str
    came: Came
    reason: str
    sha256: str = ""
    version: str = ""
    keep_until: datetime | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class Sending:
    """How files are sent: kept for `keep` since they were locked; `known` has the version of what an earlier run sent,
    by path; a `dry` run asks the archive nothing."""

    root: Path
    keep: timedelta
    known: Mapping[str, str]
    dry: bool = False


def send(files: Iterable[IndexFile], archive: Archive, how: Sending, now: datetime) -> Iterator[Sent]:
    """Send each file and the seal beside it, one after another; a refused one does not stop the others. Raises
    ArchiveAway, after which the same call goes on where it stopped."""
    for file in files:
        until = file.since + how.keep
        if why := _barred(file, until, now):
            yield Sent(file.path, Came.SKIPPED, why, file.sha256)
            continue
        paths = [how.root / file.path]
        if file.sealed:
            paths.append(seal_path(paths[0]))
        for path in paths:
            yield _send_one(path, file, archive, how, until)


def _barred(file: IndexFile, until: datetime, now: datetime) -> str:
    """Why a file is not sent; empty when it is. A date that is over cannot be asked of an archive."""
    if file.tampered:
        return "tampered"
    if file.tier is not Tier.LOCKED:
        return "not_locked"
    return "over" if until <= now else ""


def _send_one(path: Path, file: IndexFile, archive: Archive, how: Sending, until: datetime) -> Sent:
    name = path.relative_to(how.root).as_posix()
    try:
        content = load(path)
    except (EvidenceMissing, DocumentFlawed):
        return Sent(name, Came.FAILED, "gone")
    digest = sha256(content).hexdigest()
    if name == file.path and digest != file.sha256:
        return Sent(name, Came.FAILED, "changed", digest)
    if how.dry:
        return Sent(name, Came.SKIPPED, "dry_run", digest, keep_until=until)
    try:
        kept = archive.put(Parcel(name, content, until), how.known.get(name, ""))
    except ArchiveRefused as refused:
        return Sent(name, Came.FAILED, refused.code, digest, message=str(refused))
    reason = "there" if kept.was_there else "new"
    return Sent(name, Came.UPLOADED, reason, digest, kept.version, kept.keep_until)
