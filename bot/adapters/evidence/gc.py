"""Deleting evidence that may go: a document, or a whole chain with its seals and its manifest."""

import hashlib
from pathlib import Path

from bot.adapters.durable import remove_file
from bot.adapters.evidence.files import EvidenceMissing, load
from bot.adapters.evidence.locking import MANIFEST
from bot.adapters.evidence.sealed import alone, seal_path, seals_in
from bot.adapters.lock import locked
from bot.evidence.index import IndexFile
from bot.evidence.retention import Unit


def delete(root: Path, unit: Unit) -> tuple[str, ...]:
    """Delete the files of a unit; the paths that are gone now. One that was written to since it was looked at stays,
    and so does its whole unit. Killed half-way, the next call deletes the rest. Raises LockHeld and OSError."""
    folder = (root / unit.files[0].path).parent
    if unit.files[0].sealed:
        with alone(folder):
            return _delete_chain(root, folder, unit)
    path = root / unit.files[0].path
    with locked(path.with_name(f".{path.name}.lock")):
        return _delete(root, [path]) if _as_it_was(root, unit.files[0]) else ()


def _delete_chain(root: Path, folder: Path, unit: Unit) -> tuple[str, ...]:
    paths = [root / file.path for file in unit.files]
    grown = set(seals_in(folder)) - {seal_path(path) for path in paths}
    if grown or not all(_as_it_was(root, file) for file in unit.files):
        return ()
    gone = _delete(root, [one for path in paths for one in (seal_path(path), path)])
    remove_file(folder / MANIFEST)
    return gone


def _as_it_was(root: Path, file: IndexFile) -> bool:
    try:
        return hashlib.sha256(load(root / file.path)).hexdigest() == file.sha256
    except EvidenceMissing:
        return False


def _delete(root: Path, paths: list[Path]) -> tuple[str, ...]:
    gone = []
    for path in paths:
        if path.exists():
            remove_file(path)
            gone.append(path.relative_to(root).as_posix())
    return tuple(gone)
