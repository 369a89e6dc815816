"""The slo gate: absolute limits on one track of a request log."""

from datetime import datetime

from bot.domain.evidence import LogMeasurement
from bot.domain.release import Release
from bot.domain.service import SloGate, When
from bot.domain.slo import SloDocument
from bot.domain.verdict import Judgement, Reason, Verdict
from bot.gates.admit import admit, newest, too_old
from bot.gates.blocks import check_blocks, check_witness
from bot.gates.figures import of_log
from bot.gates.finding import Finding, conclude, found
from bot.gates.indicators import Seen
from bot.gates.limits import check_limits, check_signatures
from bot.gates.objectives import check_objectives
from bot.gates.subject import subject_of


def judge_slo(spec: SloGate, release: Release, now: datetime) -> Judgement:
    """The newest measurement counts; it must be about the right version and fresh before its numbers are looked at."""
    if spec.slo is None:
        return conclude(spec, [found(Verdict.ERROR, "slo-parse", detail=spec.file)])
    last = newest(release.facts_of(spec.name))
    if last is None:
        return conclude(spec, [found(Verdict.NO_DATA, "evidence.missing:reqlog")])
    fact = admit(last, subject_of(spec, release), now)
    if isinstance(fact, Finding):
        return conclude(spec, [fact], as_of=last.observed_at)
    since = _counts_from(fact)
    outdated = too_old(since, spec.fresh, now) or _before_step(spec, fact, release)
    findings, warnings = ([outdated], ()) if outdated else _measured(spec, spec.slo, fact)
    return conclude(spec, findings, fact.observed_at, since + spec.fresh, warnings=warnings)


def _counts_from(fact: LogMeasurement) -> datetime:
    """The moment from which a measurement ages: the newest request in the log, or the reading where none is newer."""
    moments = (fact.observed_at, fact.end, fact.newest_at)
    return min(moment for moment in moments if moment is not None)


def _before_step(spec: SloGate, fact: LogMeasurement, release: Release) -> Finding | None:
    """At `verify` the stable track is the new version's only from the moment at which all traffic reached it."""
    if spec.when is not When.VERIFY or spec.track != "stable":
        return None
    if release.step_at is not None and fact.start >= release.step_at:
        return None
    return found(Verdict.NO_DATA, "evidence.before_step")


def _measured(spec: SloGate, slo: SloDocument, fact: LogMeasurement) -> tuple[list[Finding], tuple[Reason, ...]]:
    """What was found in a fresh measurement, and what is worth a warning."""
    findings = [*check_blocks(slo), *check_witness(slo, fact.files)]
    if slo.canary:
        # One track cannot be compared with anything: the block needs a gate of kind canary.
        findings.append(found(Verdict.NO_DATA, "canary.block_missing"))
    figures = of_log(fact, spec.track)
    if figures is None:
        return [*findings, found(Verdict.NO_DATA, "perf.missing", detail=spec.track)], ()
    perf, infra = figures
    scored = check_objectives(slo, Seen(perf=perf, infra=infra))
    limits = [*check_limits(slo, perf, infra), *check_signatures(slo, infra)]
    return [*findings, *limits, *scored.findings], scored.warnings
