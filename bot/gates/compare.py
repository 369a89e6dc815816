"""The canary against stable, in a window of request logs or in a document (contracts 1.10, `deltas`)."""

from collections.abc import Iterator

from bot.domain.evidence import LogMeasurement
from bot.domain.slo import CanaryBlock, SloDocument
from bot.domain.verdict import Reason, Verdict
from bot.evidence.measured import Deltas
from bot.gates.blocks import check_witness
from bot.gates.figures import Figures, of_log
from bot.gates.finding import Finding, found
from bot.gates.indicators import Seen
from bot.gates.limits import at_place, check_limits, check_signatures, over
from bot.gates.objectives import check_objectives

SHORTEST_P95_MS = 1.0
"""A control p95 below this counts as this, so that a fast service is not judged by noise (contracts 1.10)."""


def check_window(slo: SloDocument, window: LogMeasurement) -> tuple[tuple[Finding, ...], tuple[Reason, ...]]:
    """Everything that keeps a window from being clean, and what is worth a warning. The document's absolute limits hold
    for the canary track."""
    new, old = of_log(window, "canary"), of_log(window, "stable")
    if new is None or slo.canary is None:
        return (found(Verdict.NO_DATA, "canary.block_missing", detail="canary"),), ()
    if old is None or not old[0].count:
        return (found(Verdict.NO_DATA, "canary.block_missing", detail="stable"),), ()
    perf, infra = new
    deltas = _deltas(old, new)
    compared = at_place(check_comparison(slo.canary, old[0], perf, deltas), perf)
    scored = check_objectives(slo, Seen(perf=perf, infra=infra, canary=perf, deltas=deltas))
    limits = (*check_limits(slo, perf, infra), *check_signatures(slo, infra))
    return (*compared, *limits, *scored.findings, *check_witness(slo, window.files)), scored.warnings


def check_comparison(block: CanaryBlock, stable: Figures, canary: Figures, deltas: Deltas) -> Iterator[Finding]:
    """Enough requests on both tracks, and every figure there and within its limit. Too few decide nothing."""
    needed = block.min_sample_count
    thin = [
        (name, one.count or 0) for name, one in (("stable", stable), ("canary", canary)) if (one.count or 0) < needed
    ]
    for name, count in thin:
        yield found(Verdict.INCONCLUSIVE, "canary.sample_insufficient", count, needed, count, name)
    if thin:
        return
    limits = block.thresholds
    rows = (
        ("p95_rel", "canary.p95_rel_over", deltas.p95_rel, limits.max_p95_rel_increase),
        ("error_delta", "canary.error_delta_over", deltas.error_delta, limits.max_error_abs_delta),
        ("sig_error_delta", "canary.sig_error_delta_over", deltas.sig_error_delta, limits.max_sig_error_delta),
    )
    for name, code, observed, limit in rows:
        if limit is None:
            continue
        if observed is None:
            yield found(Verdict.NO_DATA, "canary.figure_missing", limit=limit, samples=canary.count, detail=name)
        elif over(observed, limit):
            yield found(Verdict.FAIL, code, observed, limit, canary.count)


def p95_rise(control_ms: float, canary_ms: float) -> float:
    """Relative rise of p95: 0.15 is 15 % slower."""
    return (canary_ms - control_ms) / max(control_ms, SHORTEST_P95_MS)


def _deltas(stable: tuple[Figures, Figures], canary: tuple[Figures, Figures]) -> Deltas:
    """Canary minus stable, by request logs, and for signatures by judge logs; not rounded."""
    (old, old_judged), (new, new_judged) = stable, canary
    slower = None
    if old.p95_ms is not None and new.p95_ms is not None:
        slower = p95_rise(old.p95_ms, new.p95_ms)
    return Deltas.of(
        p95_rel=slower,
        error_delta=_difference(old.error_rate, new.error_rate),
        sig_error_delta=_difference(old_judged.signature_error_rate, new_judged.signature_error_rate),
    )


def _difference(old: float | None, new: float | None) -> float | None:
    return None if old is None or new is None else new - old
