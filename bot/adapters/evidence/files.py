"""Evidence documents as files: read whole and strictly, written in one step."""

from pathlib import Path

from bot.adapters.durable import NotOurFile, read_file, replace_file
from bot.evidence.document import DocumentFlawed, Flaw, read_document, write_document
from bot.evidence.snapshot import Snapshot

LIMIT = 16 << 20
"""Bytes of a document or a seal; a canary that was watched for a month stays far below."""

LOCKED = ".locked.json"
"""How the name of a document ends that nobody may change any more (contracts 1.9)."""


class EvidenceMissing(RuntimeError):
    """There is no evidence at that path; the message names it."""


def load(path: Path) -> bytes:
    """The bytes of an evidence file. Raises EvidenceMissing, DocumentFlawed for what is no plain file, and OSError."""
    try:
        raw = read_file(path, LIMIT)
    except NotOurFile:
        detail = f"no plain file of at most {LIMIT >> 20} MiB"
        raise DocumentFlawed((Flaw("evidence.not_a_file", "", detail),)) from None
    if raw is None:
        raise EvidenceMissing(f"There is no evidence at {path}.")
    return raw


def read_snapshot(path: Path) -> Snapshot:
    """The document at this path, not yet checked against its hash. Raises EvidenceMissing, DocumentFlawed, OSError."""
    return read_document(load(path))


def put_snapshot(path: Path, snapshot: Snapshot) -> None:
    """Write a document in one step. Hold its lock, or be the only one who knows the path. Raises OSError."""
    replace_file(path, write_document(snapshot))
