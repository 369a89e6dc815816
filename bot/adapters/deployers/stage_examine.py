"""Looks at the files around a stage file and says whether they are what we signed; changes nothing."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from bot.adapters.deployers.stage_epoch import open_epoch
from bot.adapters.deployers.stage_files import StagePaths
from bot.adapters.deployers.stage_manifest import Manifest, is_genuine, parse_manifest
from bot.adapters.deployers.stage_words import NotAStage, Stage, stage_word
from bot.adapters.durable import NotOurFile, read_file
from bot.adapters.keys.stage import StageKeys


class Fault(StrEnum):
    """Why the files are not what we signed. The codes stand in the ledger (StageFellBack.found)."""

    TOKEN_MISSING = "token_missing"
    TOKEN_UNKNOWN = "token_unknown"
    TOKEN_CHANGED = "token_changed"
    MANIFEST_MISSING = "manifest_missing"
    MANIFEST_UNREADABLE = "manifest_unreadable"
    KEY_UNKNOWN = "key_unknown"
    SIGNATURE_WRONG = "signature_wrong"
    JOURNAL_FORGED = "journal_forged"
    EPOCH_MISSING = "epoch_missing"
    EPOCH_FORGED = "epoch_forged"
    REPLAYED = "replayed"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Examined:
    """What lies there. At most one of `fault`, `journal` and `fresh` is set; without any the pair is sound.

    `manifest` is the genuine manifest, also where something else is wrong; `journal` a write that has to be finished;
    `fresh` that no stage file was ever written here; `floor` the highest epoch that we have signed, as far as known.
    """

    manifest: Manifest | None
    floor: int
    fault: Fault | None = None
    journal: Manifest | None = None
    fresh: bool = False


def examine(paths: StagePaths, keys: StageKeys, at: datetime) -> Examined:
    """Judge the files. Call it under the lock. Raises OSError."""
    journal = _manifest_in(paths.journal, keys)
    manifest = _manifest_in(paths.manifest, keys)
    epoch = _epoch_in(paths.epoch, keys)
    token = _token_in(paths.token)

    genuine = manifest if isinstance(manifest, Manifest) else None
    signed = [genuine.epoch if genuine else 0, epoch if isinstance(epoch, int) else 0]
    floor = max(signed)

    if isinstance(journal, Fault):
        return Examined(genuine, floor, fault=Fault.JOURNAL_FORGED)
    if isinstance(journal, Manifest):
        if journal.epoch < floor:
            return Examined(genuine, floor, fault=Fault.REPLAYED)
        return Examined(genuine, journal.epoch, journal=journal)
    if token is None and manifest is None and epoch is None:
        return Examined(None, 0, fresh=True)
    return Examined(genuine, floor, fault=_fault(token, manifest, epoch, at))


def _fault(
    token: Stage | Fault | None, manifest: Manifest | Fault | None, epoch: int | Fault | None, at: datetime
) -> Fault | None:
    """What is wrong with a pair that nobody is writing, the plainest finding first."""
    if isinstance(token, Fault):
        return token
    if token is None:
        return Fault.TOKEN_MISSING
    if isinstance(manifest, Fault):
        return manifest
    if manifest is None:
        return Fault.MANIFEST_MISSING
    if token is not manifest.stage:
        return Fault.TOKEN_CHANGED
    if isinstance(epoch, Fault):
        return epoch
    if epoch is None:
        return Fault.EPOCH_MISSING
    if epoch != manifest.epoch:
        return Fault.REPLAYED
    return Fault.EXPIRED if manifest.expired(at) else None


def _manifest_in(path: Path, keys: StageKeys) -> Manifest | Fault | None:
    try:
        content = read_file(path)
    except NotOurFile:
        return Fault.MANIFEST_UNREADABLE
    if content is None:
        return None
    manifest = parse_manifest(content)
    if manifest is None:
        return Fault.MANIFEST_UNREADABLE
    if not keys.knows(manifest.key_id):
        return Fault.KEY_UNKNOWN
    return manifest if is_genuine(manifest, keys) else Fault.SIGNATURE_WRONG


def _epoch_in(path: Path, keys: StageKeys) -> int | Fault | None:
    try:
        content = read_file(path)
    except NotOurFile:
        return Fault.EPOCH_FORGED
    return None if content is None else open_epoch(content, keys) or Fault.EPOCH_FORGED


def _token_in(path: Path) -> Stage | Fault | None:
    try:
        content = read_file(path)
        return None if content is None else stage_word(content.decode())
    except (NotOurFile, UnicodeDecodeError, NotAStage):
        return Fault.TOKEN_UNKNOWN
