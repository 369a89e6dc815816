"""Objectives: each figure against its limits and its warn band, and the total score over all of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from bot.domain.slo import Compare, Objective, Scoring, SloDocument
from bot.domain.verdict import Reason, Verdict
from bot.gates.figures import Figures
from bot.gates.finding import Finding, found
from bot.gates.indicators import INDICATORS, Indicator, Seen
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
    low = _low(slo.scoring, score)
    return Scored((*missing, *critical, *low), (*warnings, *lost, *_scarce(slo.scoring, score)), score)


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
    broken = tuple(_limits(objective, observed, figures, _BROKEN, objective.max, objective.min))
    if objective.compare:
        before = _before(indicator, objective, last_good)
        if before is None:
            return None, (*broken, _finding(Verdict.NO_DATA, "objective.no_last_good", objective, figures))
        most = _allowed(objective.compare, before, indicator.more_is_better)
        if over(most, observed) if indicator.more_is_better else over(observed, most):
            broken += (_finding(Verdict.FAIL, "objective.worse_than_last_good", objective, figures, observed, most),)
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


def _before(indicator: Indicator, objective: Objective, last_good: Seen | None) -> float | None:
    """The figure of the last good release; None where there is none, or too few requests made it."""
    if last_good is None:
        return None
    if indicator.figures and (indicator.figures(last_good).count or 0) < objective.min_samples:
        return None
    return indicator.read(last_good, objective)


def _allowed(rule: Compare, before: float, more_is_better: bool) -> float:
    """The worst value that is no worse than the last good one by more than the rule allows; of two rules the stricter
    one. Where more is better, worse is less."""
    limits = []
    if rule.max_ratio is not None:
        limits.append(before / rule.max_ratio if more_is_better else before * rule.max_ratio)
    if rule.max_delta is not None:
        limits.append(before - rule.max_delta if more_is_better else before + rule.max_delta)
    return max(limits) if more_is_better else min(limits)


def _score(weighed: list[tuple[float, Kept]]) -> float:
    whole = sum(weight for weight, _ in weighed)
    return sum(weight * kept.value for weight, kept in weighed) / whole


def _low(scoring: Scoring, score: float) -> tuple[Finding, ...]:
    return (found(Verdict.FAIL, "score.low", score, scoring.warn),) if over(scoring.warn, score) else ()


def _scarce(scoring: Scoring, score: float) -> tuple[Reason, ...]:
    """A score that is enough to go on, and not enough to be content with."""
    if over(scoring.warn, score) or not over(scoring.pass_, score):
        return ()
    return (Reason(code="score.scarce", observed=score, limit=scoring.pass_),)


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
