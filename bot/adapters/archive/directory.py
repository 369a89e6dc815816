"""An archive in a directory: files that are only read, with their dates in a manifest. The embedded default."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from bot.adapters.durable import NotOurFile, create_file, read_file, remove_file, replace_file
from bot.adapters.lock import LockHeld, locked
from bot.evidence.block import Count, Sha256
from bot.ports import ArchiveAway, ArchiveRefused, Kept, Parcel

MANIFEST = "archive.jsonl"
LIMIT = 64 << 20
_READ_ONLY = 0o400


class ArchivedLine(BaseModel):
    """One archived file as the manifest has it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str
    sha256: Sha256
    size: Count
    keep_until: AwareDatetime


class DirectoryKeeps:
    """A bot.ports.Archive below one directory."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @property
    def place(self) -> str:
        """The directory."""
        return str(self._root)

    def check(self) -> None:
        """Make the directory, and read its manifest. Raises ArchiveRefused, ArchiveAway."""
        try:
            self._root.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise ArchiveAway(f"{self._root}: {error.strerror}") from error
        archived(self._root)

    def put(self, parcel: Parcel, version: str = "") -> Kept:
        """Write the file unless it is there. The file comes before its line, so a power cut leaves a file that the next
        call takes for the one it wanted to write, if it is. A later date than the manifest's counts from then on."""
        self.check()
        try:
            with locked(self._root / ".archive.lock"):
                return self._put(parcel)
        except LockHeld as held:
            raise ArchiveAway(str(held)) from held
        except OSError as error:
            raise ArchiveAway(f"{error.filename or self._root}: {error.strerror}") from error

    def discard(self, name: str, now: datetime) -> None:
        """Delete a file whose date is over. Raises ArchiveRefused before it, and for one that is not there."""
        with locked(self._root / ".archive.lock"):
            lines = archived(self._root)
            line = lines.pop(name, None)
            if line is None:
                raise ArchiveRefused("not_there", f"{name} is not in the archive {self._root}.")
            if now < line.keep_until:
                until = line.keep_until.astimezone(UTC)
                raise ArchiveRefused("kept", f"{name} is kept until {until:%Y-%m-%dT%H:%M:%SZ}.")
            remove_file(self._root / name)
            self._write(lines)

    def _put(self, parcel: Parcel) -> Kept:
        path = self._path(parcel.name)
        lines = archived(self._root)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        was_there = not create_file(path, parcel.content)
        if was_there and self._read(path) != parcel.content:
            raise ArchiveRefused("other_bytes", f"{path} holds something else. An archive replaces nothing.")
        path.chmod(_READ_ONLY)
        line = lines.get(parcel.name)
        if line is not None and line.sha256 != parcel.sha256:
            raise ArchiveRefused("other_bytes", f"{self._root / MANIFEST} says something else of {parcel.name}.")
        until = max([parcel.keep_until, *([line.keep_until] if line is not None else [])])
        if line is None or until != line.keep_until:
            new = ArchivedLine(path=parcel.name, sha256=parcel.sha256, size=len(parcel.content), keep_until=until)
            self._write(lines | {parcel.name: new})
        return Kept(parcel.name, parcel.sha256, "", until, was_there and line is not None)

    def _path(self, name: str) -> Path:
        parts = Path(name).parts
        if not parts or Path(name).is_absolute() or ".." in parts or name == MANIFEST:
            raise ArchiveRefused("bad_name", f"{name!r} is no name for a file in an archive.")
        return self._root / name

    def _read(self, path: Path) -> bytes | None:
        try:
            return read_file(path, LIMIT)
        except NotOurFile:
            return None

    def _write(self, lines: dict[str, ArchivedLine]) -> None:
        content = "".join(f"{line.model_dump_json()}\n" for line in lines.values())
        replace_file(self._root / MANIFEST, content.encode())


def archived(root: Path) -> dict[str, ArchivedLine]:
    """What a directory's manifest says, by name. Raises ArchiveRefused for one that cannot be read."""
    try:
        raw = read_file(root / MANIFEST, LIMIT) or b""
        found = [ArchivedLine.model_validate_json(line) for line in raw.splitlines() if line.strip()]
    except (ValidationError, NotOurFile):
        raise ArchiveRefused("manifest", f"{root / MANIFEST} is not as Interlock wrote it.") from None
    except OSError as error:
        raise ArchiveAway(f"{root / MANIFEST}: {error.strerror}") from error
    return {line.path: line for line in found}


def archive_flaws(root: Path) -> list[tuple[str, str]]:
    """Names and codes (`gone`, `changed`) of archived files that are not what the manifest says."""
    flaws = []
    for line in archived(root).values():
        raw = read_file(root / line.path, LIMIT)
        if raw is None:
            flaws.append((line.path, "gone"))
        elif hashlib.sha256(raw).hexdigest() != line.sha256:
            flaws.append((line.path, "changed"))
    return flaws
