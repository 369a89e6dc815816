"""Checking seals for the command line: one file, a whole folder, or a document without seal."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.adapters.clock import SystemClock
from bot.adapters.durable import read_file
from bot.adapters.evidence.files import EvidenceMissing, load, read_snapshot
from bot.adapters.evidence.keys import checkers
from bot.adapters.evidence.sealed import SEAL, check_file, check_folder, seal_path
from bot.adapters.keys.audit import KEY_FILE, AuditVerifier, open_audit_key
from bot.evidence.chain import age_flaws, chain_flaws, link_flaws, order_flaws, subject_flaws
from bot.evidence.document import DocumentFlawed, Flaw, flaws_of, read_document
from bot.evidence.hashes import content_hash
from bot.evidence.seal import Check, SealKey, Standing
from bot.evidence.snapshot import Snapshot
from handlers.cli.exits import Exit
from handlers.cli.failures import NotUsable
from handlers.cli.flaw_words import sentences
from handlers.cli.log_reading import length_of
from handlers.cli.say import Say
from handlers.cli.seal_files import Subject

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
    keys = _keys(wanted.public)
    if where.is_dir():
        return _verify_folder(say, where, keys)
    if not where.name.endswith(SEAL) and where.exists() and not seal_path(where).exists():
        raise EvidenceMissing(f"{where} has no seal beside it. With --unsealed its checksum alone is checked.")
    check = check_file(where, keys)
    flaws = [*check.flaws, *_asked_flaws(check, wanted)]
    say.result(_shape(where, check, flaws), _lines(where, check, flaws))
    return Exit.FAILED if flaws else Exit.DONE


def _keys(public: Path | None) -> Sequence[SealKey]:
    """Everything here that can check: the public key that was named, else this installation's own, which is known
    without any configuration."""
    if public is not None and not public.exists():
        raise NotUsable(f"There is no public key at {public}.")
    path = public or Path(os.environ.get("INTERLOCK_VAR") or "var") / f"{KEY_FILE}.pub"
    raw = read_file(path)
    found = None if raw is None else AuditVerifier.parse(raw.decode("ascii", "replace"))
    if public is None and (given := os.environ.get("INTERLOCK_AUDIT_KEY", "").strip()):
        found = open_audit_key(SecretStr(given), path.parent).public
    keys = checkers(None, found)
    if not keys:
        raise NotUsable("There is no key here to check with. Name the public half: --public audit.ed25519.pub.")
    return keys


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


def _verify_folder(say: Say, folder: Path, keys: Sequence[SealKey]) -> int:
    checked = list(check_folder(folder, keys))
    chain = chain_flaws(check.snapshot for _, check in checked if check.snapshot)
    broken = [(path, check) for path, check in checked if not check.sound]
    data = {
        "path": str(folder),
        "intact": not (broken or chain),
        "files": [_shape(path, check, check.flaws) for path, check in checked],
        "chain": [_flaw(one) for one in chain],
    }
    text = [line for path, check in broken for line in _lines(path, check, check.flaws).splitlines()]
    text += sentences(chain)
    text.append(f"{len(checked)} sealed in {folder}: {'all intact.' if data['intact'] else 'NOT intact.'}")
    say.result(data, "\n".join(text))
    return Exit.DONE if data["intact"] else Exit.FAILED


def _verify_unsealed(say: Say, path: Path) -> int:
    """The contract's own check, which anybody who changes a document can make fit again."""
    try:
        snapshot = read_document(load(path))
        flaws: tuple[Flaw, ...] = flaws_of(snapshot)
    except DocumentFlawed as flawed:
        flaws = flawed.flaws
    words = "its checksum fits. That is no proof: it is not sealed."
    text = "\n".join([f"{path}: {'NOT as it was written.' if flaws else words}", *sentences(flaws)])
    say.result({"path": str(path), "intact": not flaws, "sealed": False, "flaws": [_flaw(one) for one in flaws]}, text)
    return Exit.FAILED if flaws else Exit.DONE


def _shape(path: Path, check: Check, flaws: Sequence[Flaw]) -> dict[str, Any]:
    bound = check.snapshot.binding if check.snapshot else None
    return {
        "path": str(path),
        "intact": not flaws,
        "sealed": True,
        "flaws": [_flaw(one) for one in flaws],
        "signatures": [{"key_id": key_id, "standing": standing.value} for key_id, standing in check.signatures],
        "sealed_at": check.statement.predicate.sealed_at if check.statement else None,
        "binding": bound.model_dump(mode="json") if bound else None,
        "content_sha256": content_hash(check.snapshot) if check.snapshot else None,
    }


def _flaw(flaw: Flaw) -> dict[str, str]:
    return {"code": flaw.code, "place": flaw.place, "detail": flaw.detail}


def _lines(path: Path, check: Check, flaws: Sequence[Flaw]) -> str:
    if flaws:
        return "\n".join([f"{path}: NOT intact.", *(f"  {one}" for one in sentences(flaws))])
    bound, statement = check.snapshot.binding if check.snapshot else None, check.statement
    assert bound is not None  # a sound seal holds a bound document
    assert statement is not None
    whose = f"{bound.service} {bound.version} {bound.environment} {bound.release}".split()
    signed = ", ".join(f"{key_id} ({standing})" for key_id, standing in check.signatures)
    unchecked = any(standing is Standing.UNCHECKED for _, standing in check.signatures)
    return "\n".join(
        [
            f"{path}: intact, not a byte was changed.",
            f"  {' '.join(whose)}, number {bound.number} of its chain, sealed {statement.predicate.sealed_at}",
            f"  Signed by {signed}." + (" Unchecked: no key of that kind is here." if unchecked else ""),
        ]
    )
