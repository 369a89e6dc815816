"""`evidence lock`: WIP to LOCKED by hand, for evidence that no running bot locks."""

from collections.abc import Sequence
from pathlib import Path

from bot.adapters.clock import SystemClock
from bot.adapters.evidence.files import EvidenceMissing
from bot.adapters.evidence.locking import lock_documents
from bot.adapters.evidence.sealed import alone, seals_in
from bot.evidence.document import DocumentFlawed
from bot.evidence.seal import SealKey
from bot.views.measures import count
from handlers.cli.exits import Exit
from handlers.cli.flaw_words import sentences
from handlers.cli.say import Say


def lock_it(say: Say, folder: Path, keys: Sequence[SealKey]) -> int:
    """The exit code. Raises EvidenceMissing, LockHeld and OSError."""
    if not seals_in(folder):
        raise EvidenceMissing(f"There is no sealed evidence in {folder}.")
    try:
        with alone(folder):
            lines = lock_documents(folder, keys, SystemClock().now())
    except DocumentFlawed as flawed:
        say.trouble("evidence_flawed", "\n".join(sentences(flawed.flaws)), "Nothing was locked.")
        return Exit.FAILED
    files = [line.model_dump() for line in lines]
    say.result({"path": str(folder), "locked": files}, f"{count(len(lines), 'document')} locked in {folder}.")
    return Exit.DONE
