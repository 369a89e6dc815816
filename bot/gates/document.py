"""Judging an evidence document by an SLO file: every block that the file holds, and nothing that is missing passes
(contracts 1.11)."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.slo import SloDocument
from bot.domain.verdict import Reason, Verdict
from bot.evidence.snapshot import Snapshot
from bot.gates.document_blocks import BLOCK_RULES
from bot.gates.document_canary import check_canary
from bot.gates.document_itself import Sealed, check_itself
from bot.gates.finding import SEVERITY, found, worst
from bot.gates.indicators import seen_in
from bot.gates.limits import check_limits, check_signatures
from bot.gates.objectives import check_objectives


@dataclass(frozen=True, slots=True)
class DocumentJudgement:
    """The verdict on one document, its reasons worst first, warnings that do not keep it from passing, and the total
    score where the file asks for one."""

    verdict: Verdict
    reasons: tuple[Reason, ...]
    warnings: tuple[Reason, ...] = ()
    score: float | None = None


def judge_document(
    slo: SloDocument,
    snapshot: Snapshot,
    now: datetime,
    sealed: Sealed = Sealed.NO,
    last_good: Snapshot | None = None,
) -> DocumentJudgement:
    """One judge's answer. `sealed` says what is known of the document's seal; `last_good` is the evidence of the last
    good release, for objectives that compare. The `quorum` block asks several judges, and is theirs to count."""
    seen = seen_in(snapshot)
    scored = check_objectives(slo, seen, seen_in(last_good) if last_good is not None else None)
    nothing = () if set(slo.blocks) - {"quorum"} else (found(Verdict.ERROR, "slo-parse"),)
    findings = [
        *nothing,
        *check_itself(slo, snapshot, seen, sealed, now),
        *(one for rule in BLOCK_RULES for one in rule(slo, snapshot, seen)),
        *check_limits(slo, seen.perf, seen.infra),
        *check_signatures(slo, seen.infra),
        *(check_canary(slo.canary, snapshot.canary) if slo.canary else ()),
        *scored.findings,
    ]
    ordered = sorted(findings, key=lambda one: SEVERITY.index(one.verdict))
    return DocumentJudgement(worst(findings), tuple(one.reason for one in ordered), scored.warnings, scored.score)
