"""The canary gate with statistics: fails early, passes early, is inconclusive until it can do either (engines B.2)."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.evidence import LogMeasurement
from bot.domain.release import Release
from bot.domain.service import CanaryGate
from bot.domain.slo import CanaryBlock, SloDocument
from bot.domain.statistics import Statistics
from bot.domain.verdict import Judgement, Statistic, Verdict
from bot.gates.admit import admit, newest, too_old
from bot.gates.blocks import asks_for_signature_errors, check_blocks
from bot.gates.finding import Finding, conclude, found
from bot.gates.sequential_findings import check_hard_stop, check_harm, check_proof
from bot.gates.sequential_metrics import Metric, metrics_of
from bot.gates.sequential_power import power_of
from bot.gates.sequential_weigh import weigh
from bot.gates.sequential_windows import Look, looks_of, sound_tail
from bot.gates.subject import subject_of


def judge_sequential(
    spec: CanaryGate, slo: SloDocument, rules: Statistics, release: Release, now: datetime
) -> Judgement:
    """All windows of the step count against the canary; for it speak only those that follow each other without a gap up
    to the newest and of which nothing is missing. Harm that was proven once stands."""
    if slo.canary is None or not rules.slow_limits(slo):
        return conclude(spec, [found(Verdict.ERROR, "statistics.no_latency_limit", detail=spec.file)])
    metrics = metrics_of(spec, slo, rules)
    looks = _looks(spec, slo, metrics, release, now)
    tail = sound_tail(looks, spec.window)
    weighed = tuple(weigh(metric, looks, tail, rules, len(metrics)) for metric in metrics)
    harm = [*check_hard_stop(metrics, looks, rules.hard_stop), *check_harm(metrics, weighed, rules)]
    findings = harm or _undecided(spec, slo, slo.canary, release, looks, tail, weighed, now)
    judgement = _close(spec, findings, release, looks)
    power = power_of(looks, spec.window, slo.canary.thresholds.max_error_abs_delta, rules, len(metrics))
    return judgement.model_copy(update={"statistics": tuple(one for one in weighed if one.windows), "power": power})


def _looks(
    spec: CanaryGate, slo: SloDocument, metrics: Sequence[Metric], release: Release, now: datetime
) -> tuple[Look, ...]:
    if release.step_at is None:
        return ()
    version = subject_of(spec, release)
    admitted = (admit(fact, version, now) for fact in release.facts_of(spec.name))
    fit = [fact for fact in admitted if isinstance(fact, LogMeasurement)]
    return looks_of(slo, metrics, fit, spec.window, release.step_at)


def _undecided(
    spec: CanaryGate,
    slo: SloDocument,
    block: CanaryBlock,
    release: Release,
    looks: Sequence[Look],
    tail: Sequence[Look],
    weighed: Sequence[Statistic],
    now: datetime,
) -> list[Finding]:
    """No harm is proven: what the newest fact says, and what is still missing for a pass; nothing when it is one."""
    last = newest(release.facts_of(spec.name))
    if last and isinstance(problem := admit(last, subject_of(spec, release), now), Finding):
        return [problem]
    if not looks:
        return [found(Verdict.NO_DATA, "canary.block_missing")]
    if outdated := too_old(looks[-1].fact.end, spec.fresh, now):
        return [outdated]
    # No test weighs signatures yet, so a file that limits them is not judged in full here.
    signatures = [found(Verdict.NO_DATA, "evidence.missing:sig")] if asks_for_signature_errors(slo) else []
    return [*check_blocks(slo), *signatures, *looks[-1].findings, *_few(block, tail), *check_proof(weighed)]


def _few(block: CanaryBlock, tail: Sequence[Look]) -> list[Finding]:
    """The document's least number of requests holds for all windows together."""
    needed = block.min_sample_count
    tracks = {
        "stable": sum(look.fact.stable.count for look in tail if look.fact.stable),
        "canary": sum(look.fact.canary.count for look in tail if look.fact.canary),
    }
    return [
        found(Verdict.INCONCLUSIVE, "canary.sample_insufficient", count, needed, count, name)
        for name, count in tracks.items()
        if count < needed
    ]


def _close(spec: CanaryGate, findings: Sequence[Finding], release: Release, looks: Sequence[Look]) -> Judgement:
    if not looks:
        last = newest(release.facts_of(spec.name))
        return conclude(spec, findings, as_of=last.observed_at if last else None)
    fact = looks[-1].fact
    return conclude(spec, findings, fact.observed_at, fact.end + spec.fresh)
