"""Looking through a folder of evidence: documents alone, each held against its checksum, its seal and the manifest.

The original took every JSON file for a document and called `perf-latest.json` tampered.
"""

import hashlib
import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot.adapters.evidence.files import LOCKED, EvidenceMissing, load
from bot.adapters.evidence.locking import LockedLine, read_manifest
from bot.adapters.evidence.sealed import SEAL, seal_path
from bot.evidence.document import DocumentFlawed, Flaw, flaws_of, read_document, strict_json
from bot.evidence.harvest import written
from bot.evidence.index import IndexFile, Tier
from bot.evidence.seal import SealKey, check_seal
from bot.evidence.snapshot import Snapshot

_ALWAYS = ("evidence-", "latest.json")
_MARKS = {"meta", "integrity"}
"""A JSON file under another name is a document when it has these blocks."""


def scan(root: Path, keys: Sequence[SealKey], below: str = "") -> Iterator[IndexFile]:
    """Every document under `root`, or under one folder of it, by path. Links are not followed. Raises OSError."""
    manifests: dict[Path, dict[str, LockedLine] | None] = {}
    for place, folders, names in os.walk(root / below):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        folder = Path(place)
        for path in sorted(folder / name for name in names if name.endswith(".json") and not name.startswith(".")):
            if path.is_symlink() or path.name.endswith(SEAL):
                continue
            if folder not in manifests:
                manifests[folder] = _manifest(folder)
            if (found := _look_at(root, path, keys, manifests[folder])) is not None:
                yield found


def _look_at(
    root: Path, path: Path, keys: Sequence[SealKey], manifest: dict[str, LockedLine] | None
) -> IndexFile | None:
    """One file; None when it is no document."""
    about = path.stat()
    try:
        raw = load(path)
    except EvidenceMissing:
        return None  # it went away meanwhile, as working copies do
    except DocumentFlawed:
        raw = b""
    if not _is_document(path, raw):
        return None
    locked = path.name.endswith(LOCKED)
    line = (manifest or {}).get(path.name)
    snapshot, flaws = _check(path, raw, keys)
    if locked and manifest is None:
        flaws.append(Flaw("manifest.malformed"))
    if line is not None and line.sha256 != hashlib.sha256(raw).hexdigest():
        flaws.append(Flaw("manifest.changed"))
    bound = snapshot.binding if snapshot is not None else None
    return IndexFile(
        path=path.relative_to(root).as_posix(),
        sha256=hashlib.sha256(raw).hexdigest(),
        size=len(raw),
        mtime=written(datetime.fromtimestamp(about.st_mtime, UTC)),
        tier=Tier.LOCKED if locked else Tier.WIP,
        locked_at=_locked_at(line, about) if locked else None,
        tampered=bool(flaws),
        sealed=seal_path(path).is_file(),
        error=", ".join(dict.fromkeys(flaw.code for flaw in flaws)) or None,
        tenant=snapshot.meta.tenant if snapshot is not None else "",
        release=bound.release if bound is not None else "",
    )


def _is_document(path: Path, raw: bytes) -> bool:
    if path.name.startswith(_ALWAYS) or path.name.endswith(LOCKED):
        return True
    try:
        tree = strict_json(raw)
    except DocumentFlawed:
        return False
    return isinstance(tree, dict) and tree.keys() >= _MARKS


def _check(path: Path, raw: bytes, keys: Sequence[SealKey]) -> tuple[Snapshot | None, list[Flaw]]:
    """The document, and all that is wrong with it. Without its own file being readable its seal may still name it."""
    snapshot: Snapshot | None = None
    flaws: list[Flaw] = []
    try:
        snapshot = read_document(raw)
        flaws += flaws_of(snapshot)
    except DocumentFlawed as flawed:
        flaws += flawed.flaws
    if seal_path(path).is_file():
        try:
            check = check_seal(load(seal_path(path)), keys, raw)
        except DocumentFlawed as flawed:
            return snapshot, [*flaws, *flawed.flaws]
        flaws += check.tampering
        snapshot = check.snapshot or snapshot
    return snapshot, flaws


def _manifest(folder: Path) -> dict[str, LockedLine] | None:
    """A folder's manifest by path; None for one that cannot be read."""
    try:
        return {line.path: line for line in read_manifest(folder)}
    except DocumentFlawed:
        return None


def _locked_at(line: LockedLine | None, about: os.stat_result) -> str:
    """What the manifest says. A file that somebody else locked counts from when its name or mode last changed."""
    return line.locked_at if line is not None else written(datetime.fromtimestamp(about.st_ctime, UTC))
