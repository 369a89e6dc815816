"""Whether a measured fact may be judged at all: of the right kind, version and time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from bot.domain.evidence import Fact, FactBody, LogMeasurement, SourceFailure
from bot.domain.verdict import Verdict
from bot.gates.finding import Finding, found

SKEW = timedelta(minutes=1)
"""How far a producer's clock may run ahead of ours."""


F = TypeVar("F", bound=FactBody)


def newest(facts: Sequence[Fact]) -> Fact | None:
    """The fact that was observed last; of two at the same moment the one recorded later."""
    return max(enumerate(facts), key=lambda pair: (pair[1].observed_at, pair[0]), default=(0, None))[1]


def admit(fact: Fact, version: str | None, now: datetime) -> LogMeasurement | Finding:
    """The fact as a measurement of `version` by request logs, or why it cannot be judged as one."""
    return admit_as(LogMeasurement, fact, version, now)


def admit_as(kind: type[F], fact: Fact, version: str | None, now: datetime) -> F | Finding:
    """The fact as evidence of this kind about `version`, or why it cannot be judged as such.

    What is not there is no data; what cannot be read, or evidence about something else, is an error.
    """
    if isinstance(fact, SourceFailure):
        verdict = Verdict.NO_DATA if fact.code == "missing" else Verdict.ERROR
        return found(verdict, f"source.{fact.code}", detail=fact.detail)
    if not isinstance(fact, kind):
        return found(Verdict.ERROR, "evidence.wrong_kind", detail=fact.kind)
    if version is None:
        return found(Verdict.NO_DATA, "evidence.missing:baseline")
    if fact.version != version:
        return found(Verdict.ERROR, "evidence.wrong_version", detail=fact.version)
    if ahead := _ahead(fact, now):
        return found(Verdict.ERROR, "evidence.from_future", observed=ahead, limit=SKEW.total_seconds())
    return fact


def too_old(since: datetime, fresh: timedelta, now: datetime, code: str = "evidence.stale") -> Finding | None:
    """A finding with the age in seconds once `fresh` has passed since a moment."""
    if now < since + fresh:
        return None
    age = (now - since).total_seconds()
    return found(Verdict.NO_DATA, code, observed=age, limit=fresh.total_seconds())


def _ahead(fact: FactBody, now: datetime) -> float | None:
    """Seconds by which the latest time in a fact lies beyond now, when that is more than SKEW."""
    moments = (fact.observed_at, fact.end, fact.newest_at) if isinstance(fact, LogMeasurement) else (fact.observed_at,)
    latest = max(moment for moment in moments if moment is not None)
    ahead = latest - now
    return ahead.total_seconds() if ahead > SKEW else None
