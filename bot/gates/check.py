"""The check gate: a named result that CI posted for this very version."""

from collections.abc import Callable
from datetime import datetime

from bot.domain.evidence import CheckResult
from bot.domain.release import Release
from bot.domain.service import CheckGate
from bot.domain.verdict import Judgement, Verdict
from bot.gates.admit import SKEW, newest, too_old
from bot.gates.finding import Finding, conclude, found

Rule = Callable[[CheckGate, CheckResult, Release, datetime], Finding | None]

STATUS = {
    "pass": None,
    "fail": (Verdict.FAIL, "check.failed"),
    "pending": (Verdict.PENDING, "check.pending"),
}


def judge_check(spec: CheckGate, release: Release, now: datetime) -> Judgement:
    """The newest result counts, and the first rule that it breaks."""
    fact = newest(release.facts_of(spec.name))
    if fact is None:
        return conclude(spec, [found(Verdict.NO_DATA, "check.missing")])
    if not isinstance(fact, CheckResult):
        return conclude(spec, [found(Verdict.ERROR, "evidence.wrong_kind", detail=fact.kind)], as_of=fact.observed_at)
    broken = next(filter(None, (rule(spec, fact, release, now) for rule in RULES)), None)
    findings = [broken] if broken else []
    return conclude(spec, findings, fact.observed_at, fact.observed_at + spec.fresh, fact.url)


def _from_future(spec: CheckGate, fact: CheckResult, release: Release, now: datetime) -> Finding | None:
    ahead = fact.observed_at - now
    if ahead <= SKEW:
        return None
    return found(Verdict.ERROR, "check.from_future", ahead.total_seconds(), SKEW.total_seconds())


def _wrong_version(spec: CheckGate, fact: CheckResult, release: Release, now: datetime) -> Finding | None:
    if fact.version == release.version:
        return None
    return found(Verdict.ERROR, "check.wrong_version", detail=fact.version)


def _wrong_digest(spec: CheckGate, fact: CheckResult, release: Release, now: datetime) -> Finding | None:
    checked, released = (_hex(digest) for digest in (fact.digest, release.artifact))
    if not checked or not released or checked == released:
        return None
    return found(Verdict.ERROR, "check.wrong_digest", detail=fact.digest)


def _hex(digest: str) -> str:
    return digest.casefold().removeprefix("sha256:")


def _stale(spec: CheckGate, fact: CheckResult, release: Release, now: datetime) -> Finding | None:
    return too_old(fact.observed_at, spec.fresh, now, "check.stale")


def _status(spec: CheckGate, fact: CheckResult, release: Release, now: datetime) -> Finding | None:
    stands = STATUS[fact.status]
    return found(*stands, detail=fact.summary) if stands else None


RULES: tuple[Rule, ...] = (_from_future, _wrong_version, _wrong_digest, _stale, _status)
