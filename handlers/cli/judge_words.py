"""A judgement as JSON and in words: which number, over which limit, of which file, how old, and who signed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.domain.slo import SloDocument
from bot.domain.verdict import Reason
from bot.evidence.harvest import written
from bot.evidence.hashes import content_hash
from bot.evidence.seal import Check
from bot.evidence.snapshot import Snapshot
from bot.gates.document import DocumentJudgement
from bot.gates.document_itself import Sealed
from bot.views.gate_grounds import grounds, way_out
from bot.views.plain import words
from bot.views.times import span
from bot.views.verdicts import WORDS, sentence
from handlers.cli.flaw_words import sentences
from handlers.cli.seal_words import flaw_shape

_SEALS = {
    Sealed.NO: "It is not sealed: anybody could have written it.",
    Sealed.SOUND: "Its seal holds, signed by {keys}.",
    Sealed.BROKEN: "Its seal does not hold:",
    Sealed.UNCHECKED: "Its seal is signed by {keys}, of which no key is here. Name one with --public.",
}


@dataclass(frozen=True, slots=True)
class Judged:
    """What was judged, by what, and when."""

    slo_path: Path
    slo: SloDocument
    path: Path
    snapshot: Snapshot
    sealed: Sealed
    check: Check | None
    at: datetime


def shape(judged: Judged, judgement: DocumentJudgement) -> dict[str, Any]:
    """The judgement as JSON."""
    return {
        "decision": "pass" if judgement.verdict == "pass" else "fail",
        "verdict": judgement.verdict.value,
        "reasons": [_reason(one) for one in judgement.reasons],
        "warnings": [_reason(one) for one in judgement.warnings],
        "score": judgement.score,
        "judged_at": written(judged.at),
        "slo": {"path": str(judged.slo_path)},
        "evidence": _evidence(judged),
        "quorum": judged.slo.quorum.model_dump() if judged.slo.quorum else None,
    }


def lines(judged: Judged, judgement: DocumentJudgement) -> Iterator[str]:
    """The judgement in words: what is wrong first, then what was judged and what it is worth."""
    score = "" if judgement.score is None else f", score {judgement.score:.0%}"
    yield f"{judged.path}: {WORDS[judgement.verdict]}{score}"
    for reason in judgement.reasons:
        yield f"  {reason.code}: {_told(reason)}"
        beside = (grounds(reason, judged.at), way_out(reason))
        yield from (f"    {words(line)}" for line in beside if line)
    yield from (f"  warning, {reason.code}: {_told(reason)}" for reason in judgement.warnings)
    age = span(judged.at - judged.snapshot.generated_at)
    yield f"  By {judged.slo_path}, on evidence of {judged.snapshot.meta.generated_at}, {age} old."
    yield f"  {_SEALS[judged.sealed].format(keys=', '.join(key for key, _ in _signatures(judged)))}"
    if judged.sealed is Sealed.BROKEN and judged.check is not None:
        yield from (f"    {one}" for one in sentences(judged.check.flaws))
    if judged.slo.quorum:
        k, n = judged.slo.quorum.k, judged.slo.quorum.n
        yield f"  This is one judge. The file asks for {k} of {n}: interlock judge quorum"


def _told(reason: Reason) -> str:
    return words(sentence(reason))


def _reason(reason: Reason) -> dict[str, Any]:
    """The structure that docs/ops/REASONS.md asks for (contracts 1.11): a code, and everything to check it by."""
    window = {"start": written(reason.window[0]), "end": written(reason.window[1])} if reason.window else None
    return {
        "code": reason.code,
        "message": _told(reason),
        "observed": reason.observed,
        "limit": reason.limit,
        "samples": reason.samples,
        "window": window,
        "source": reason.source or None,
        "detail": reason.detail or None,
        "remedy": words(way_out(reason)).removeprefix("to change: ") or None,
    }


def _evidence(judged: Judged) -> dict[str, Any]:
    check, bound = judged.check, judged.snapshot.binding
    return {
        "path": str(judged.path),
        "content_sha256": content_hash(judged.snapshot),
        "generated_at": judged.snapshot.meta.generated_at,
        "age_sec": int((judged.at - judged.snapshot.generated_at).total_seconds()),
        "binding": bound.model_dump(mode="json") if bound else None,
        "sealed": judged.sealed.value,
        "signatures": [{"key_id": key_id, "standing": standing} for key_id, standing in _signatures(judged)],
        "seal_flaws": [flaw_shape(one) for one in check.flaws] if check else [],
    }


def _signatures(judged: Judged) -> list[tuple[str, str]]:
    return [(key_id, standing.value) for key_id, standing in judged.check.signatures] if judged.check else []
