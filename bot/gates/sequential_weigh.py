"""One metric over the windows of a step, weighed both ways: too bad, and good enough."""

import math
from collections.abc import Sequence

from bot.domain.statistics import Statistics
from bot.domain.verdict import Statistic
from bot.gates.sequential import average, evidence_above, evidence_below
from bot.gates.sequential_metrics import Metric, tally
from bot.gates.sequential_null import Counts, Null
from bot.gates.sequential_windows import Look

MOST = 1e9
"""Evidence beyond this is written as this."""


def weigh(metric: Metric, looks: Sequence[Look], tail: Sequence[Look], rules: Statistics, shared: int) -> Statistic:
    """The evidence of all windows against the canary, and of the sound ones for it; alpha is shared by so many metrics.

    A pass needs proof on every metric, so beta is not shared.
    """
    every, sound = _series(metric, looks), _series(metric, tail)
    above = evidence_above(every, metric.most)
    total = tally(every)
    return Statistic(
        metric=metric.name,
        form=above.form,
        windows=len(every),
        canary_events=int(total.canary),
        canary_requests=int(total.canary_of),
        stable_events=int(total.stable),
        stable_requests=int(total.stable_of),
        ratio=_ratio(total) if metric.compares else None,
        limit=metric.most.share,
        worse=_plain(above.highest),
        worse_limit=shared / rules.alpha,
        good=_plain(_good(metric, sound, rules)),
        good_limit=1 / rules.beta,
        dispersion=above.phi,
    )


def _good(metric: Metric, sound: tuple[Counts, ...], rules: Statistics) -> float:
    """Harm is a share `worse` times stable's that also exceeds `floor`: evidence against either half is evidence
    against harm, and without the second a service that never fails could prove nothing."""
    proof = evidence_below(sound, metric.least).log
    if not metric.compares or rules.floor == 0:
        return proof
    return average(proof, evidence_below(sound, Null(share=rules.floor)).log)


def _series(metric: Metric, looks: Sequence[Look]) -> tuple[Counts, ...]:
    return tuple(counts for look in looks if (counts := metric.counts(look.fact)) is not None)


def _ratio(total: Counts) -> float | None:
    return total.canary / total.canary_of / (total.stable / total.stable_of) if total.stable else None


def _plain(log: float) -> float:
    return min(math.exp(min(log, 50.0)), MOST)
