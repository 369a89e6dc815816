"""Gates that one fact decides: the newest, once it is about the right version and fresh."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar

from bot.domain.evidence import FactBody
from bot.domain.release import Release
from bot.domain.service import CommandGate, LoadGate, QuorumGate
from bot.domain.verdict import Judgement, Verdict
from bot.gates.admit import admit_as, newest, too_old
from bot.gates.finding import Finding, conclude, found
from bot.gates.subject import subject_of

F = TypeVar("F", bound=FactBody)


def judge_newest(
    spec: CommandGate | LoadGate | QuorumGate,
    kind: type[F],
    release: Release,
    now: datetime,
    absent: str,
    check: Callable[[F], Iterable[Finding]],
) -> Judgement:
    """What `check` finds in the newest fact of this kind. `absent` is the code of there being none."""
    last = newest(release.facts_of(spec.name))
    if last is None:
        return conclude(spec, [found(Verdict.NO_DATA, absent)])
    fact = admit_as(kind, last, subject_of(spec, release), now)
    if isinstance(fact, Finding):
        return conclude(spec, [fact], as_of=last.observed_at)
    outdated = too_old(fact.observed_at, spec.fresh, now)
    findings = [outdated] if outdated else list(check(fact))
    return conclude(spec, findings, fact.observed_at, fact.observed_at + spec.fresh)
