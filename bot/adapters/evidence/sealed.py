"""A folder of sealed evidence: each document beside its seal, each naming the one before."""

import contextlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.adapters.durable import create_file
from bot.adapters.evidence.files import LOCKED, EvidenceMissing, load
from bot.adapters.lock import locked
from bot.evidence.chain import follow
from bot.evidence.document import DocumentFlawed, Flaw, write_document
from bot.evidence.envelope import write_envelope
from bot.evidence.hashes import content_hash
from bot.evidence.seal import Check, SealKey, SealSigner, check_seal, seal
from bot.evidence.snapshot import Snapshot

SEAL = ".dsse.json"
_NAME = re.compile(r"evidence-(\d{8}T\d{6}Z)(?:-(\d+))?\.dsse\.json", re.ASCII)


@dataclass(frozen=True, slots=True)
class SealedFile:
    """What was written."""

    document: Path
    seal: Path
    content_sha256: str
    snapshot: Snapshot


def seal_path(document: Path) -> Path:
    """Where the seal of a document lies: `evidence-….json` -> `evidence-….dsse.json`."""
    return document.with_name(document.name.removesuffix(".json").removesuffix(".locked") + SEAL)


def document_path(seal_file: Path) -> Path | None:
    """The document that lies beside a seal, locked or not; None where it is gone."""
    stem = seal_file.name.removesuffix(SEAL)
    beside = (seal_file.with_name(f"{stem}{end}") for end in (LOCKED, ".json"))
    return next((path for path in beside if path.is_file()), None)


def write_sealed(folder: Path, snapshot: Snapshot, signers: Sequence[SealSigner], at: datetime) -> SealedFile:
    """Put a bound document into a folder, as the next one of its chain, sealed. Sealers take turns.

    The document is written before its seal, so a power cut leaves at most an unsealed one: the very same document gets
    its seal when it comes again. Raises NotBound, DocumentFlawed when the newest seal there cannot be read, LockHeld
    and OSError.
    """
    with alone(folder):
        return seal_next(folder, snapshot, signers, at)


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Be the only sealer of a folder, which is made where there is none. Raises LockHeld and OSError."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with locked(folder / ".seal.lock"):
        yield


def seal_next(folder: Path, snapshot: Snapshot, signers: Sequence[SealSigner], at: datetime) -> SealedFile:
    """`write_sealed` for whoever is alone with the folder already."""
    # Its integrity hash stays as it came: a document that was changed is refused, not made to fit again.
    next_one = follow(snapshot, newest(folder))
    raw = write_document(next_one)
    document = _unsealed(folder, raw) or _free(folder, at)
    envelope = seal(next_one, document.name, signers, at)
    if not document.exists():
        _create(document, raw)
    _create(seal_path(document), write_envelope(envelope))
    return SealedFile(document, seal_path(document), content_hash(next_one), next_one)


def newest(folder: Path) -> Snapshot | None:
    """The document in the newest seal of a folder, its signatures not looked at; None in an empty one. Raises
    DocumentFlawed: no chain is continued after a seal that does not even hold together."""
    paths = seals_in(folder)
    if not paths:
        return None
    check = check_seal(load(paths[-1]), ())
    if check.snapshot is None or check.flaws:
        raise DocumentFlawed(check.flaws or (Flaw("seal.malformed", paths[-1].name),))
    return check.snapshot


def seals_in(folder: Path) -> list[Path]:
    """The seals of a folder, oldest first."""
    if not folder.is_dir():
        return []
    found = ((_NAME.fullmatch(path.name), path) for path in folder.iterdir())
    return [path for match, path in sorted(((m, p) for m, p in found if m), key=lambda one: _order(one[0]))]


def check_file(path: Path, keys: Sequence[SealKey]) -> Check:
    """Check a seal with the document beside it, or a document with the seal beside it. Raises EvidenceMissing."""
    if path.name.endswith(SEAL):
        beside = document_path(path)
        return check_seal(load(path), keys, None if beside is None else load(beside))
    return check_seal(load(seal_path(path)), keys, load(path))


def check_folder(folder: Path, keys: Sequence[SealKey]) -> Iterator[tuple[Path, Check]]:
    """Check every seal of a folder, oldest first. Raises EvidenceMissing for a folder without any."""
    paths = seals_in(folder)
    if not paths:
        raise EvidenceMissing(f"There is no sealed evidence in {folder}.")
    for path in paths:
        yield path, check_file(path, keys)


def _unsealed(folder: Path, raw: bytes) -> Path | None:
    """The document with these bytes that a power cut left without its seal."""
    for path in sorted(folder.glob("evidence-*.json")):
        bare = not path.name.endswith((SEAL, LOCKED)) and not seal_path(path).exists()
        if bare and path.is_file() and path.stat().st_size == len(raw) and load(path) == raw:
            return path
    return None


def _free(folder: Path, at: datetime) -> Path:
    """A name that no document and no seal has, `evidence-<YYYYmmddTHHMMSSZ>.json`, numbered within a second. It comes
    after every name that is there, even when the clock was set back: the order of names is the order of the chain."""
    stem = f"evidence-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    stem = max([stem, *(path.name[: len(stem)] for path in seals_in(folder)[-1:])])
    taken = {path.name for path in folder.iterdir()}
    number = 1
    while any(f"{_numbered(stem, number)}{end}" in taken for end in (".json", LOCKED, SEAL)):
        number += 1
    return folder / f"{_numbered(stem, number)}.json"


def _numbered(stem: str, number: int) -> str:
    return stem if number == 1 else f"{stem}-{number}"


def _order(match: re.Match[str]) -> tuple[str, int]:
    return match[1], int(match[2] or 1)


def _create(path: Path, content: bytes) -> None:
    if not create_file(path, content):
        raise FileExistsError(f"{path} appeared while it was being written")
