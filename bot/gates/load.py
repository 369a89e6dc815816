"""The load gate: latency, failures and the rate that was really reached (contracts 2.2)."""

from datetime import datetime

from bot.domain.evidence import LoadMeasurement
from bot.domain.release import Release
from bot.domain.service import LoadGate
from bot.domain.verdict import Judgement, Verdict
from bot.gates.finding import Finding, found
from bot.gates.limits import over
from bot.gates.newest import judge_newest

HEALTHY = 200


def judge_load(spec: LoadGate, release: Release, now: datetime) -> Judgement:
    """The newest run counts; it must be about the right version and fresh before its numbers are looked at."""
    return judge_newest(spec, LoadMeasurement, release, now, "load.not_run", lambda fact: check_load(spec, fact))


def check_load(spec: LoadGate, seen: LoadMeasurement) -> list[Finding]:
    """Every limit that a run breaks or left undecided. A rate that was not reached proves nothing good: a
    slower flow is easier to serve."""
    if seen.health != HEALTHY:
        return [found(Verdict.FAIL, "load.unhealthy", seen.health, HEALTHY, detail=spec.health)]
    if seen.latency_ms is None or seen.error_rate is None:
        return [found(Verdict.NO_DATA, "load.nothing_sent")]
    findings = []
    if over(seen.error_rate, spec.max_error_rate):
        first = seen.errors[0].text if seen.errors else ""
        findings.append(
            found(Verdict.FAIL, "load.errors_over", seen.error_rate, spec.max_error_rate, seen.total, detail=first)
        )
    if over(seen.latency_ms.p95, spec.p95_threshold):
        findings.append(found(Verdict.FAIL, "load.p95_over", seen.latency_ms.p95, spec.p95_threshold, seen.total))
    if seen.held_back:
        findings.append(
            found(Verdict.INCONCLUSIVE, "load.held_back", seen.held_back, detail=f"{seen.in_flight} at once")
        )
    if over(spec.rps * spec.min_rate, seen.achieved_rps):
        findings.append(
            found(Verdict.INCONCLUSIVE, "load.rate_low", seen.achieved_rps, spec.rps * spec.min_rate, seen.total)
        )
    return findings
