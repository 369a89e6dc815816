"""Merging into an evidence file that others write to as well: nothing anybody measured is lost (contracts 1.8).

Writers of this program take turns at a lock. A writer that knows no lock, such as the source system's own harvest, is
noticed by its bytes: the file is compared once more right before it is replaced, and the merge starts again from there.
"""

import time
from collections.abc import Callable
from pathlib import Path

from bot.adapters.durable import read_file, replace_file
from bot.adapters.evidence.files import LIMIT, LOCKED
from bot.adapters.evidence.sealed import seal_path
from bot.adapters.lock import locked
from bot.evidence.compose import Change
from bot.evidence.document import DocumentFlawed, Flaw, flaws_of, read_document, write_document
from bot.evidence.hashes import content_hash
from bot.evidence.snapshot import Snapshot

_TRIES = 20
_PAUSE = 0.01


class EvidenceLocked(RuntimeError):
    """The document is locked or sealed, and takes no more blocks; the message names it."""


class EvidenceMoved(RuntimeError):
    """The document is not the one that was expected, or never holds still; nothing was changed."""


def merge(
    path: Path, change: Change, create: Callable[[], Snapshot] | None = None, expected: str | None = None
) -> Snapshot:
    """Change the document at this path; what was written. `create` makes the one to start with where there is none.

    `expected`: the content hash that the caller has seen; any other is EvidenceMoved. A document that does
    not fit its own hash is never blessed by a merge (the original's hook did that): DocumentFlawed. Raises
    EvidenceLocked, LockHeld and OSError.
    """
    if path.name.endswith(LOCKED) or seal_path(path).exists():
        raise EvidenceLocked(f"{path} is locked or sealed evidence; measure into a new file.")
    path.parent.mkdir(parents=True, exist_ok=True)
    with locked(path.with_name(f".{path.name}.lock")):
        for _ in range(_TRIES):
            before = read_file(path, LIMIT)
            after = change(_begin(path, before, create, expected))
            if read_file(path, LIMIT) == before:
                replace_file(path, write_document(after))
                return after
            time.sleep(_PAUSE)
    raise EvidenceMoved(f"{path} is written all the time by a program that takes no lock.")


def _begin(path: Path, raw: bytes | None, create: Callable[[], Snapshot] | None, expected: str | None) -> Snapshot:
    if raw is None:
        if create is None or expected is not None:
            raise DocumentFlawed((Flaw("evidence.not_there", str(path)),))
        return create()
    snapshot = read_document(raw)
    if flaws := flaws_of(snapshot):
        raise DocumentFlawed(flaws)
    if expected is not None and content_hash(snapshot) != expected:
        raise EvidenceMoved(f"{path} changed since it was read.")
    return snapshot
