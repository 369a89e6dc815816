"""WIP to LOCKED: a folder's sealed documents get the name and the mode of what nobody may change (contracts 1.9).

The source system had the name and nothing that gave it. `manifest.jsonl` says of every locked file what it held when it
was locked, and when that was.
"""

import hashlib
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.adapters.durable import read_file, replace_file, sync_folder
from bot.adapters.evidence.files import LIMIT, LOCKED, load
from bot.adapters.evidence.sealed import check_file, document_path, seals_in
from bot.evidence.block import Count, Instant, Sha256
from bot.evidence.document import DocumentFlawed, Flaw
from bot.evidence.harvest import written
from bot.evidence.seal import SealKey

MANIFEST = "manifest.jsonl"
_READ_ONLY = 0o400


class LockedLine(BaseModel):
    """One locked file as the manifest has it; `path` is its name beside the manifest."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    path: str
    sha256: Sha256
    size: Count
    locked_at: Instant


def lock_documents(folder: Path, keys: Sequence[SealKey], at: datetime) -> tuple[LockedLine, ...]:
    """Lock every sealed document of a folder that is not locked yet; all that are. Be alone with the folder.

    Nothing that was changed is locked, or it would look as if it had been so from the beginning: DocumentFlawed, as for
    a manifest that cannot be read. Raises OSError. The manifest is written first, so a power cut leaves files that it
    names and that are still WIP: the next call gives them their names.
    """
    _look_through(folder, keys)
    lines = {line.path: line for line in read_manifest(folder)}
    found = [path for path in map(document_path, seals_in(folder)) if path is not None]
    new = [path for path in found if locked_name(path) not in lines]
    if new:
        kept = [*lines.values(), *(_line(path, at) for path in new)]
        content = "".join(f"{line.model_dump_json()}\n" for line in kept)
        replace_file(folder / MANIFEST, content.encode())
    for seal in seals_in(folder):
        seal.chmod(_READ_ONLY)
    for path in found:
        path.chmod(_READ_ONLY)
        os.rename(path, path.with_name(locked_name(path)))
    sync_folder(folder)
    return read_manifest(folder)


def read_manifest(folder: Path) -> tuple[LockedLine, ...]:
    """What a folder's manifest says; nothing where there is none. Raises DocumentFlawed and OSError."""
    raw = read_file(folder / MANIFEST, LIMIT)
    if raw is None:
        return ()
    try:
        return tuple(LockedLine.model_validate_json(line) for line in raw.splitlines() if line.strip())
    except ValidationError:
        raise DocumentFlawed((Flaw("manifest.malformed", MANIFEST),)) from None


def manifest_flaws(folder: Path) -> list[Flaw]:
    """Where locked files are not what the manifest says: changed, or gone. Raises DocumentFlawed and OSError."""
    flaws = []
    for line in read_manifest(folder):
        path = folder / line.path
        if not path.is_file():
            flaws.append(Flaw("manifest.gone", line.path))
        elif hashlib.sha256(load(path)).hexdigest() != line.sha256:
            flaws.append(Flaw("manifest.changed", line.path))
    return flaws


def locked_name(path: Path) -> str:
    """The name of a document once it is locked."""
    return path.name.removesuffix(LOCKED).removesuffix(".json") + LOCKED


def _look_through(folder: Path, keys: Sequence[SealKey]) -> None:
    for path in seals_in(folder):
        flaws = list(check_file(path, keys).tampering)
        if document_path(path) is None:
            flaws.append(Flaw("evidence.not_there", path.name))
        if flaws:
            raise DocumentFlawed(tuple(flaws))


def _line(path: Path, at: datetime) -> LockedLine:
    raw = load(path)
    digest = hashlib.sha256(raw).hexdigest()
    return LockedLine(path=locked_name(path), sha256=digest, size=len(raw), locked_at=written(at))
