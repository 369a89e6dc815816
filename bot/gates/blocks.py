"""Blocks of an SLO document that a request log cannot answer, and what the log must prove about itself."""

from collections.abc import Sequence

from bot.domain.evidence import LogFile
from bot.domain.slo import SloDocument
from bot.domain.verdict import Verdict
from bot.gates.finding import Finding, found

MEASURED = ("latency", "error", "judge_infra", "canary", "witness", "objectives", "scoring")
"""The blocks that request logs hold evidence for. Any other block of a file keeps its gate shut."""


def check_blocks(slo: SloDocument) -> tuple[Finding, ...]:
    """One finding for each thing that the document asks and no request log can answer."""
    missing = [name for name in slo.blocks if name not in MEASURED]
    if slo.witness and slo.witness.require_signature:
        missing.append("signature")
    return tuple(found(Verdict.NO_DATA, f"evidence.missing:{name}") for name in missing)


def check_witness(slo: SloDocument, files: Sequence[LogFile]) -> tuple[Finding, ...]:
    """What the files of one measurement fail to prove."""
    if slo.witness is None:
        return ()
    if not files:
        return (found(Verdict.NO_DATA, "evidence.missing:witness"),)
    findings = []
    for file in files:
        if slo.witness.require_csv_sha256 and not file.sha256:
            findings.append(found(Verdict.NO_DATA, "witness.no_csv_sha256", detail=file.path))
        if file.rows < slo.witness.min_rows:
            needed = slo.witness.min_rows
            few = found(Verdict.INCONCLUSIVE, "witness.rows_insufficient", file.rows, needed, file.rows, file.path)
            findings.append(few)
    return tuple(findings)


def asks_for_signature_errors(slo: SloDocument) -> bool:
    """Whether it limits wrong signatures, which stand in judge logs."""
    infra = slo.judge_infra is not None and slo.judge_infra.sig is not None
    return infra or (slo.canary is not None and slo.canary.thresholds.max_sig_error_delta is not None)
