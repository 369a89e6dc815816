"""`judge slo`: one judgement of an evidence document by an SLO file, and the seal beside it looked at."""

import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.adapters.clock import SystemClock
from bot.adapters.config.slo_file import read_slo
from bot.adapters.durable import replace_file
from bot.adapters.evidence.files import read_snapshot
from bot.adapters.evidence.sealed import check_file, seal_path
from bot.domain.slo import SloDocument
from bot.domain.verdict import Reason, Verdict
from bot.evidence.snapshot import Snapshot
from bot.gates.document import DocumentJudgement, judge_document
from bot.gates.document_blocks import Sealed
from bot.views.plain import words
from bot.views.verdicts import sentence
from handlers.cli.exits import Exit
from handlers.cli.failures import NotUsable
from handlers.cli.log_reading import length_of
from handlers.cli.say import Say
from handlers.cli.seal_keys import keys_here


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed."""

    slo: Path | None
    evidence: Path | None
    last_good: Path | None
    max_age: str
    out: Path | None


def judge_it(say: Say, asked: Asked) -> int:
    """Judge. Raises NotUsable, ConfigurationError, EvidenceMissing, DocumentFlawed and OSError."""
    if asked.slo is None or asked.evidence is None:
        raise NotUsable("Name the SLO file with --slo and the evidence with --evidence.")
    slo = _aged(read_slo(asked.slo), length_of(asked.max_age, "--max-age") if asked.max_age else None)
    snapshot = read_snapshot(asked.evidence)
    before = read_snapshot(asked.last_good) if asked.last_good else None
    sealed = _sealed(asked.evidence)
    judgement = judge_document(slo, snapshot, SystemClock().now(), sealed, before)
    data = _shape(asked.evidence, snapshot, judgement, sealed)
    if asked.out is not None:
        replace_file(asked.out, (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode())
    say.result(data, "\n".join(_lines(asked.evidence, judgement)))
    return Exit.DONE if judgement.verdict is Verdict.PASS else Exit.FAILED


def _aged(slo: SloDocument, typed: timedelta | None) -> SloDocument:
    """The file with the stricter of its own age limit and the one that was typed."""
    if typed is None:
        return slo
    seconds = max(1, int(typed.total_seconds()))
    return slo.model_copy(update={"max_age_sec": min(seconds, slo.max_age_sec or seconds)})


def _sealed(evidence: Path) -> Sealed:
    """Whether a seal lies beside the document and holds with the keys that are here; without any it proves nothing."""
    if not seal_path(evidence).exists() or not (keys := keys_here()):
        return Sealed.NO
    return Sealed.SOUND if check_file(evidence, keys).sound else Sealed.BROKEN


def _shape(evidence: Path, snapshot: Snapshot, judgement: DocumentJudgement, sealed: Sealed) -> dict[str, Any]:
    return {
        "decision": "pass" if judgement.verdict is Verdict.PASS else "fail",
        "verdict": judgement.verdict.value,
        "reasons": [_reason(one) for one in judgement.reasons],
        "warnings": [_reason(one) for one in judgement.warnings],
        "score": judgement.score,
        "evidence": {"path": str(evidence), "generated_at": snapshot.meta.generated_at, "sealed": sealed.value},
    }


def _reason(reason: Reason) -> dict[str, Any]:
    """The structure of contracts 1.11's REASONS: a code, and everything that a person needs to check it."""
    window = [at.isoformat().replace("+00:00", "Z") for at in reason.window] if reason.window else None
    return {
        "code": reason.code,
        "message": words(sentence(reason)),
        "observed": reason.observed,
        "limit": reason.limit,
        "samples": reason.samples,
        "window": window,
        "source": reason.source or None,
        "detail": reason.detail or None,
    }


def _lines(evidence: Path, judgement: DocumentJudgement) -> list[str]:
    score = "" if judgement.score is None else f", score {judgement.score:.0%}"
    lines = [f"{evidence}: {judgement.verdict.value}{score}"]
    lines += [f"  {reason.code}: {words(sentence(reason))}" for reason in judgement.reasons]
    return lines + [f"  warning, {reason.code}: {words(sentence(reason))}" for reason in judgement.warnings]
