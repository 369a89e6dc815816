"""Whether a measured fact may be judged at all: of the right kind, version and time."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.evidence import Fact, LogMeasurement, SourceFailure
from bot.domain.verdict import Verdict
from bot.gates.finding import Finding, found

SKEW = timedelta(minutes=1)
"""How far a producer's clock may run ahead of ours."""


def newest(facts: Sequence[Fact]) -> Fact | None:
    """The fact that was observed last; of two at the same moment the one recorded later."""
    return max(enumerate(facts), key=lambda pair: (pair[1].observed_at, pair[0]), default=(0, None))[1]


def admit(fact: Fact, version: str | None, now: datetime) -> LogMeasurement | Finding:
    """The fact as a measurement of `version`, or why it cannot be judged as one.

    A log that is not there is no data; one that cannot be read, or evidence about something else, is an error.
    """
    match fact:
        case SourceFailure():
            verdict = Verdict.NO_DATA if fact.code == "missing" else Verdict.ERROR
            return found(verdict, f"source.{fact.code}", detail=fact.detail)
        case LogMeasurement():
            if version is None:
                return found(Verdict.NO_DATA, "evidence.missing:baseline")
            if fact.version != version:
                return found(Verdict.ERROR, "evidence.wrong_version", detail=fact.version)
            if ahead := _ahead(fact, now):
                return found(Verdict.ERROR, "evidence.from_future", observed=ahead, limit=SKEW.total_seconds())
            return fact
        case _:
            return found(Verdict.ERROR, "evidence.wrong_kind", detail=fact.kind)


def too_old(since: datetime, fresh: timedelta, now: datetime, code: str = "evidence.stale") -> Finding | None:
    """A finding with the age in seconds once `fresh` has passed since a moment."""
    if now < since + fresh:
        return None
    age = (now - since).total_seconds()
    return found(Verdict.NO_DATA, code, observed=age, limit=fresh.total_seconds())


def _ahead(fact: LogMeasurement, now: datetime) -> float | None:
    """Seconds by which the latest time in a measurement lies beyond now, when that is more than SKEW."""
    latest = max(moment for moment in (fact.observed_at, fact.end, fact.newest_at) if moment is not None)
    ahead = latest - now
    return ahead.total_seconds() if ahead > SKEW else None
