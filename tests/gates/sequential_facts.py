"""Canary gates with statistics, and steps of windows for them to judge."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.evidence import Fact, LogMeasurement, Slower, TrackSample
from bot.domain.service import CanaryGate
from bot.domain.verdict import Judgement
from bot.gates import judge
from bot.gates.sequential_null import Counts
from tests.gates.facts import (
    NOW,
    ago,
    canary_gate,
    release,
    sample,
    window,
)
from tests.gates.traffic import Traffic

SLOW_MS = 250.0
SLO = {"canary": {"min_sample_count": 1000}}
RULES: dict[str, object] = {"mode": "sequential", "slow_ms": [SLOW_MS]}
STEP = ago(hours=2)


def gate(slo: Mapping[str, object] | None = None, **rules: object) -> CanaryGate:
    return canary_gate(SLO if slo is None else slo, statistics=RULES | rules)


def judged(*facts: Fact, spec: CanaryGate | None = None, now: datetime = NOW) -> Judgement:
    spec = spec or gate()
    return judge(spec, release(*facts, spec=spec, step_at=STEP), now)


def track(count: float, errors: float, slow: float = 0, limit: float = SLOW_MS) -> TrackSample:
    return sample(int(count), int(errors), slower=(Slower(limit_ms=limit, count=int(slow)),))


def row(errors: Sequence[Counts], slow: Sequence[Counts] | None = None) -> tuple[LogMeasurement, ...]:
    """Windows one after the other, the last one ending NOW."""
    slow = slow or errors
    return tuple(
        window(
            len(errors) - 1 - i,
            track(one.canary_of, one.canary, late.canary),
            track(one.stable_of, one.stable, late.stable),
        )
        for i, (one, late) in enumerate(zip(errors, slow, strict=True))
    )


EQUAL = Traffic(base=0.01)
GOOD = row(EQUAL.windows(7, 20), EQUAL.windows(57, 20))
"""Twenty windows of a canary as good as stable."""
BAD = row(replace(EQUAL, times=6).windows(1, 20), EQUAL.windows(2, 20))
