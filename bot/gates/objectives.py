"""Objectives: each figure against its limits and its warn band, and the total score over all of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from bot.domain.slo import Compare, Objective, Scoring, SloDocument
from bot.domain.verdict import Reason, Verdict
from bot.gates.figures import Figures
from bot.gates.finding import Finding, found
from bot.gates.indicators import INDICATORS, Seen
from bot.gates.limits import over

_BROKEN = ("objective.over", "objective.under")
_WARNED = ("objective.warn_over", "objective.warn_under")


class Kept(Enum):
    """How far an objective is kept, with the share of its weight that it earns."""

    YES = 1.0
    WARNING = 0.5
    NO = 0.0


@dataclass(frozen=True, slots=True)
class Scored:
    """What the objectives came to: what does not pass, what is only a warning, and the total score (a share)."""

    findings: tuple[Finding, ...] = ()
    warnings: tuple[Reason, ...] = ()
    score: float | None = None


def check_objectives(slo: SloDocument, seen: Seen, last_good: Seen | None = None) -> Scored:
    """Every objective. Without scoring a broken one fails; with it only a critical one does, and the score decides.
    What is missing keeps its own verdict either way: a score never makes up for it."""
    judged = [(one, *_judge(one, seen, last_good)) for one in slo.objectives]
    missing = [finding for _, kept, findings in judged if kept is None for finding in findings]
    broken = [(one, findings) for one, kept, findings in judged if kept is Kept.NO]
    warnings = tuple(f.reason for _, kept, findings in judged if kept is Kept.WARNING for f in findings)
    if slo.scoring is None:
        return Scored((*missing, *(f for _, findings in broken for f in findings)), warnings)
    critical = [f for one, findings in broken if one.critical for f in findings]
    lost = tuple(f.reason for one, findings in broken if not one.critical for f in findings)
    score = _score([(one.weight, kept or Kept.NO) for one, kept, _ in judged])
    return Scored((*missing, *critical, *_total(slo.scoring, score)), (*warnings, *lost), score)


def _judge(objective: Objective, seen: Seen, last_good: Seen | None) -> tuple[Kept | None, tuple[Finding, ...]]:
    """How far one is kept, and what was found; None where it cannot be judged."""
    indicator = INDICATORS[objective.indicator]
    figures = indicator.figures(seen) if indicator.figures else Figures()
    observed, samples = indicator.read(seen, objective), figures.count
    if observed is None:
        verdict = Verdict(objective.on_missing)
        return None, (_finding(verdict, "objective.missing", objective, figures),)
    if indicator.figures and (samples or 0) < objective.min_samples:
        thin = _finding(Verdict.INCONCLUSIVE, "objective.samples", objective, figures, samples, objective.min_samples)
        return None, (thin,)
    if objective.compare and (last_good is None or indicator.read(last_good, objective) is None):
        return None, (_finding(Verdict.NO_DATA, "objective.no_last_good", objective, figures),)
    broken = tuple(_limits(objective, observed, figures, _BROKEN, objective.max, objective.min))
    if objective.compare and last_good is not None:
        before = indicator.read(last_good, objective) or 0.0
        broken += tuple(_compared(objective, objective.compare, observed, before, figures))
    if broken:
        return Kept.NO, broken
    warned = tuple(_limits(objective, observed, figures, _WARNED, objective.warn_max, objective.warn_min))
    return (Kept.WARNING, warned) if warned else (Kept.YES, ())


def _limits(
    objective: Objective,
    observed: float,
    figures: Figures,
    codes: tuple[str, str],
    most: float | None,
    least: float | None,
) -> Iterator[Finding]:
    if most is not None and over(observed, most):
        yield _finding(Verdict.FAIL, codes[0], objective, figures, observed, most)
    if least is not None and over(least, observed):
        yield _finding(Verdict.FAIL, codes[1], objective, figures, observed, least)


def _compared(
    objective: Objective, rule: Compare, observed: float, before: float, figures: Figures
) -> Iterator[Finding]:
    """Worse than the last good release by more than is allowed. Where more is better, worse is less."""
    more_is_better = objective.max is None and objective.min is not None
    worse, better = (before, observed) if more_is_better else (observed, before)
    limits = []
    if rule.max_ratio is not None:
        limits.append((worse, better * rule.max_ratio))
    if rule.max_delta is not None:
        limits.append((worse, better + rule.max_delta))
    for value, limit in limits:
        if over(value, limit):
            yield _finding(Verdict.FAIL, "objective.worse_than_last_good", objective, figures, observed, before)
            return


def _score(weighed: list[tuple[float, Kept]]) -> float:
    whole = sum(weight for weight, _ in weighed)
    return sum(weight * kept.value for weight, kept in weighed) / whole


def _total(scoring: Scoring, score: float) -> Iterator[Finding]:
    if over(scoring.warn, score):
        yield found(Verdict.FAIL, "score.low", score, scoring.pass_)


def _finding(
    verdict: Verdict,
    code: str,
    objective: Objective,
    figures: Figures,
    observed: float | None = None,
    limit: float | None = None,
) -> Finding:
    reason = Reason(
        code=code,
        observed=observed,
        limit=limit,
        samples=figures.count,
        detail=objective.indicator,
        window=figures.window,
        source=figures.source,
    )
    return Finding(verdict, reason)
