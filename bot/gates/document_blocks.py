"""The blocks of an SLO file that only an evidence document answers: its bill, its drift, its load (contracts 1.8,
1.11)."""

from collections.abc import Callable, Iterator

from bot.domain.slo import SloDocument
from bot.domain.verdict import Verdict
from bot.evidence.snapshot import Snapshot
from bot.gates.finding import Finding, found
from bot.gates.indicators import Seen
from bot.gates.limits import over


def check_budget(slo: SloDocument, snapshot: Snapshot, seen: Seen) -> Iterator[Finding]:
    """The level that the budget stands at, and what was spent."""
    if slo.budget is None:
        return
    level, spent, most = snapshot.budget.level, snapshot.budget.spent, slo.budget.max_spent
    if level is None:
        yield found(Verdict.NO_DATA, "evidence.missing:budget", detail="level")
    elif level not in slo.budget.allow_levels:
        yield found(Verdict.FAIL, "budget.level_forbidden", detail=level)
    if most is None:
        return
    if spent is None:
        yield found(Verdict.NO_DATA, "evidence.missing:budget", limit=most, detail="spent")
    elif over(spent, most):
        yield found(Verdict.FAIL, "budget.spent_over", spent, most)


def check_quota(slo: SloDocument, snapshot: Snapshot, seen: Seen) -> Iterator[Finding]:
    """Actions that quotas must not have taken. A metric without a decision was not looked at."""
    for metric, forbidden in slo.quota.forbid_actions.items() if slo.quota else ():
        decision = snapshot.quota.decisions.get(metric)
        if decision is None:
            yield found(Verdict.NO_DATA, "evidence.missing:quota", detail=metric)
        elif decision.action in forbidden:
            detail = f"{metric}: {decision.action}"
            yield found(Verdict.FAIL, "quota.forbid", decision.used, decision.hard, detail=detail)


def check_anomaly(slo: SloDocument, snapshot: Snapshot, seen: Seen) -> Iterator[Finding]:
    """Whether usage jumped."""
    if slo.anomaly is None or slo.anomaly.allow_spike:
        return
    if snapshot.anomaly.is_spike is None:
        yield found(Verdict.NO_DATA, "evidence.missing:anomaly")
    elif snapshot.anomaly.is_spike:
        yield found(Verdict.FAIL, "anomaly.spike_forbidden", snapshot.anomaly.ratio)


def check_drift(slo: SloDocument, snapshot: Snapshot, seen: Seen) -> Iterator[Finding]:
    """How far distributions moved, by the report that the file names."""
    if slo.drift is None:
        return
    drift = seen.drift
    if slo.drift.source is not None and drift.source != slo.drift.source:
        yield found(Verdict.NO_DATA, "evidence.missing:drift", detail=slo.drift.source)
        return
    rows = (("abs_diff", drift.abs_diff, slo.drift.max_abs_diff), ("kl", drift.kl, slo.drift.max_kl))
    for name, observed, limit in rows:
        if observed is None:
            yield found(Verdict.NO_DATA, "evidence.missing:drift", limit=limit, detail=name)
        elif over(observed, limit):
            yield found(Verdict.FAIL, f"drift.{name}_over", observed, limit)
    if slo.drift.forbid_severity and drift.severity is None:
        yield found(Verdict.NO_DATA, "evidence.missing:drift", detail="severity")
    elif drift.severity in slo.drift.forbid_severity:
        yield found(Verdict.FAIL, "drift.severity_forbidden", detail=drift.severity or "")


def check_saturation(slo: SloDocument, snapshot: Snapshot, seen: Seen) -> Iterator[Finding]:
    """How full the machines are. `fail_closed: false` lets figures be missing, which the file then says openly."""
    if slo.saturation is None:
        return
    load, limits = seen.saturation, slo.saturation
    rows = (
        ("cpu", load.cpu_percent, limits.max_cpu_percent),
        ("mem", load.mem_percent, limits.max_mem_percent),
        ("qps", load.qps, limits.max_qps),
    )
    for name, observed, limit in rows:
        if limit is None:
            continue
        if observed is None:
            if limits.fail_closed:
                yield found(Verdict.NO_DATA, "evidence.missing:saturation", limit=limit, detail=name)
        elif over(observed, limit):
            yield found(Verdict.FAIL, f"infra.saturation.{name}", observed, limit)


BlockRule = Callable[[SloDocument, Snapshot, Seen], Iterator[Finding]]

BLOCK_RULES: tuple[BlockRule, ...] = (check_budget, check_quota, check_anomaly, check_drift, check_saturation)
