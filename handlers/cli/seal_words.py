"""What a check of a seal found, as JSON and in words."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.evidence.document import Flaw
from bot.evidence.hashes import content_hash
from bot.evidence.seal import Check, Standing
from handlers.cli.flaw_words import sentences


def shape(path: Path, check: Check, flaws: Sequence[Flaw]) -> dict[str, Any]:
    """One check as JSON."""
    bound = check.snapshot.binding if check.snapshot else None
    return {
        "path": str(path),
        "intact": not flaws,
        "sealed": True,
        "flaws": [flaw_shape(one) for one in flaws],
        "signatures": [{"key_id": key_id, "standing": standing.value} for key_id, standing in check.signatures],
        "sealed_at": check.statement.predicate.sealed_at if check.statement else None,
        "binding": bound.model_dump(mode="json") if bound else None,
        "content_sha256": content_hash(check.snapshot) if check.snapshot else None,
    }


def flaw_shape(flaw: Flaw) -> dict[str, str]:
    """One flaw as JSON."""
    return {"code": flaw.code, "place": flaw.place, "detail": flaw.detail}


def lines(path: Path, check: Check, flaws: Sequence[Flaw]) -> str:
    """One check in words."""
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
