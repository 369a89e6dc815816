"""What a rule finds, and how findings add up to a judgement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.service import GateSpec
from bot.domain.verdict import Judgement, Reason, Verdict

SEVERITY = (Verdict.FAIL, Verdict.ERROR, Verdict.NO_DATA, Verdict.INCONCLUSIVE, Verdict.PENDING, Verdict.PASS)
"""Which verdict stands when rules disagree, worst first: measured harm is not hidden by a number that is missing."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that does not hold, with the verdict that it leads to."""

    verdict: Verdict
    reason: Reason


def found(
    verdict: Verdict,
    code: str,
    observed: float | None = None,
    limit: float | None = None,
    samples: int | None = None,
    detail: str = "",
) -> Finding:
    """A finding from its parts."""
    reason = Reason(code=code, observed=observed, limit=limit, samples=samples, detail=detail)
    return Finding(verdict, reason)


def worst(findings: Sequence[Finding]) -> Verdict:
    """The verdict of all findings together: PASS when no rule found anything."""
    return min((one.verdict for one in findings), key=SEVERITY.index, default=Verdict.PASS)


def conclude(
    spec: GateSpec,
    findings: Sequence[Finding],
    as_of: datetime | None = None,
    stale_at: datetime | None = None,
    link: str = "",
    warnings: Sequence[Reason] = (),
) -> Judgement:
    """The judgement that findings amount to; reasons stand worst first, else in the order of the rules."""
    ordered = sorted(findings, key=lambda one: SEVERITY.index(one.verdict))
    return Judgement(
        gate=spec.name,
        verdict=worst(findings),
        reasons=tuple(one.reason for one in ordered),
        as_of=as_of,
        stale_at=stale_at,
        link=link,
        warnings=tuple(warnings),
    )
