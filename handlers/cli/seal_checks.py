"""Checking seals for the command line: one file, a whole folder, or a document without seal."""

import re
from dataclasses import dataclass
from pathlib import Path

from bot.adapters.clock import SystemClock
from bot.adapters.evidence.files import EvidenceMissing, load, read_snapshot
from bot.adapters.evidence.locking import MANIFEST
from bot.adapters.evidence.sealed import SEAL, check_file, seal_path
from bot.evidence.chain import age_flaws, link_flaws, order_flaws, subject_flaws
from bot.evidence.document import DocumentFlawed, Flaw, flaws_of, read_document
from bot.evidence.seal import Check
from bot.evidence.snapshot import Snapshot
from handlers.cli.evidence_index import INDEX, verify_index
from handlers.cli.evidence_place import evidence_folder
from handlers.cli.exits import Exit
from handlers.cli.failures import NotUsable
from handlers.cli.flaw_words import sentences
from handlers.cli.folder_checks import verify_folder
from handlers.cli.log_reading import length_of
from handlers.cli.say import Say
from handlers.cli.seal_files import Subject
from handlers.cli.seal_keys import keys_for
from handlers.cli.seal_words import flaw_shape, lines, shape

_RELEASE = re.compile(r"R-\d+", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was typed beside the file."""

    subject: Subject
    public: Path | None
    after: str
    max_age: str
    unsealed: bool


def verify_it(say: Say, where: Path, wanted: Wanted) -> int:
    """`evidence verify`. Raises EvidenceMissing, NotUsable, OSError; what is wrong with the evidence is the answer."""
    if wanted.unsealed:
        return _verify_unsealed(say, where)
    keys = keys_for(wanted.public)
    where = _place(where)
    if where.name == MANIFEST:
        where = where.parent
    if where.is_dir():
        return verify_folder(say, where, keys)
    if where.name == INDEX:
        return verify_index(say, where, keys)
    if not where.name.endswith(SEAL) and where.exists() and not seal_path(where).exists():
        raise EvidenceMissing(f"{where} has no seal beside it. With --unsealed its checksum alone is checked.")
    check = check_file(where, keys)
    flaws = [*check.flaws, *_asked_flaws(check, wanted)]
    say.result(shape(where, check, flaws), lines(where, check, flaws))
    return Exit.FAILED if flaws else Exit.DONE


def _place(where: Path) -> Path:
    """The evidence of a release that was named by its id."""
    if _RELEASE.fullmatch(str(where)) and not where.exists():
        return evidence_folder() / where
    return where


def _asked_flaws(check: Check, wanted: Wanted) -> list[Flaw]:
    """What is wrong with it beside its seal: another subject, too old, not after what it has to follow."""
    if check.snapshot is None or check.statement is None:
        return []
    age = length_of(wanted.max_age, "--max-age") if wanted.max_age else None
    flaws = subject_flaws(check.snapshot, wanted.subject.said())
    flaws += age_flaws(check.statement.sealed_at, SystemClock().now(), age)
    if _HASH.fullmatch(wanted.after):
        flaws += link_flaws(check.snapshot, wanted.after)
    elif wanted.after:
        flaws += order_flaws(check.snapshot, _before(Path(wanted.after)))
    return flaws


def _before(path: Path) -> Snapshot:
    """The document that has to be older, from its seal or its file. It is compared with, not trusted."""
    if not path.name.endswith(SEAL):
        return read_snapshot(path)
    snapshot = check_file(path, ()).snapshot
    if snapshot is None:
        raise NotUsable(f"{path} is no seal to compare with.")
    return snapshot


def _verify_unsealed(say: Say, path: Path) -> int:
    """The contract's own check, which anybody who changes a document can make fit again."""
    try:
        snapshot = read_document(load(path))
        flaws: tuple[Flaw, ...] = flaws_of(snapshot)
    except DocumentFlawed as flawed:
        flaws = flawed.flaws
    words = "its checksum fits. That is no proof: it is not sealed."
    text = "\n".join([f"{path}: {'NOT as it was written.' if flaws else words}", *sentences(flaws)])
    say.result(
        {"path": str(path), "intact": not flaws, "sealed": False, "flaws": [flaw_shape(one) for one in flaws]}, text
    )
    return Exit.FAILED if flaws else Exit.DONE
