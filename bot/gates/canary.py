"""The canary gate: consecutive clean windows pass, more bad windows than tolerated fail (contracts 1.17)."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.evidence import Fact, LogMeasurement
from bot.domain.release import Release
from bot.domain.service import CanaryGate
from bot.domain.slo import SloDocument
from bot.domain.verdict import Judgement, Verdict
from bot.gates.admit import admit, newest, too_old
from bot.gates.blocks import check_blocks
from bot.gates.finding import Finding, conclude, found
from bot.gates.sequential_judge import judge_sequential
from bot.gates.subject import subject_of
from bot.gates.windows import Window, clean_in_a_row, windows_of


def judge_canary(spec: CanaryGate, release: Release, now: datetime) -> Judgement:
    """Only windows of this version that began in this step count. With `statistics` they are weighed all together.

    Bad windows stay bad for the whole step, whatever is measured later. Everything else looks at the newest window.
    """
    if spec.slo is None or spec.slo.canary is None:
        return conclude(spec, [found(Verdict.ERROR, "slo-parse", detail=spec.file)])
    if spec.statistics is not None and spec.statistics.mode == "sequential":
        return judge_sequential(spec, spec.slo, spec.statistics, release, now)
    facts = release.facts_of(spec.name)
    windows = _windows(spec, spec.slo, facts, release, now)
    bad = [window for window in windows if window.verdict is Verdict.FAIL]
    if len(bad) > spec.burst:
        return _close(spec, _broken_most(bad).findings, windows[-1])
    return _undecided(spec, spec.slo, facts, windows, release, now)


def _undecided(
    spec: CanaryGate,
    slo: SloDocument,
    facts: Sequence[Fact],
    windows: tuple[Window, ...],
    release: Release,
    now: datetime,
) -> Judgement:
    """Bad windows are within what is tolerated: what the newest fact and the windows up to it say."""
    last = newest(facts)
    if last and isinstance(problem := admit(last, subject_of(spec, release), now), Finding):
        return conclude(spec, [problem], as_of=last.observed_at)
    if not windows:
        return conclude(spec, [found(Verdict.NO_DATA, "canary.block_missing")])
    if outdated := too_old(windows[-1].end, spec.fresh, now):
        return _close(spec, [outdated], windows[-1])
    return _close(spec, [*check_blocks(slo), *_progress(spec, windows)], windows[-1])


def _windows(
    spec: CanaryGate, slo: SloDocument, facts: Sequence[Fact], release: Release, now: datetime
) -> tuple[Window, ...]:
    if release.step_at is None:
        return ()
    version = subject_of(spec, release)
    admitted = (admit(fact, version, now) for fact in facts)
    fit = [fact for fact in admitted if isinstance(fact, LogMeasurement)]
    return windows_of(slo, fit, spec.window, release.step_at)


def _progress(spec: CanaryGate, windows: tuple[Window, ...]) -> list[Finding]:
    """Nothing when enough clean windows stand in a row; else how many do, and what is wrong with the newest."""
    clean = clean_in_a_row(windows, spec.window)
    if clean >= spec.passes:
        return []
    tolerated = (_tolerated(finding) for finding in windows[-1].findings)
    return [found(Verdict.PENDING, "canary.windows_clean", clean, spec.passes), *tolerated]


def _tolerated(finding: Finding) -> Finding:
    """A bad window within the burst does not fail the gate; its reasons are shown while it waits."""
    return Finding(Verdict.PENDING, finding.reason) if finding.verdict is Verdict.FAIL else finding


def _broken_most(bad: Sequence[Window]) -> Window:
    return max(bad, key=lambda window: (window.excess, window.end))


def _close(spec: CanaryGate, findings: Sequence[Finding], last: Window) -> Judgement:
    return conclude(spec, findings, last.observed_at, last.end + spec.fresh, warnings=last.warnings)
