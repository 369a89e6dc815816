"""The windows of one step: which of them count, which were bad, and how many clean ones stand in a row."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.evidence import LogMeasurement
from bot.domain.slo import SloDocument
from bot.domain.verdict import Reason, Verdict
from bot.gates.compare import check_window
from bot.gates.finding import SEVERITY, Finding, found, worst

SLACK = 0.1
"""Share of a window by which one may be short, or late after the one before, and still count."""


@dataclass(frozen=True, slots=True)
class Window:
    """One measured window with what was found in it."""

    start: datetime
    end: datetime
    observed_at: datetime
    findings: tuple[Finding, ...]
    warnings: tuple[Reason, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """PASS: clean. FAIL: bad. INCONCLUSIVE: too thin. NO_DATA: something to compare is missing."""
        return worst(self.findings)

    @property
    def excess(self) -> float:
        """How far the worst broken limit is exceeded, relative to the limit."""
        broken = [one.reason for one in self.findings if one.verdict is Verdict.FAIL]
        return max((_excess(one.observed, one.limit) for one in broken), default=0.0)


def windows_of(
    slo: SloDocument, facts: Iterable[LogMeasurement], length: timedelta, since: datetime
) -> tuple[Window, ...]:
    """The distinct windows that began at or after `since`, oldest first; of two readings of one the worse counts."""
    kept: dict[tuple[datetime, datetime], Window] = {}
    for fact in facts:
        if fact.start < since:
            continue
        findings, warnings = check_window(slo, fact)
        window = Window(fact.start, fact.end, fact.observed_at, (*findings, *cut_short(fact, length)), warnings)
        span = (fact.start, fact.end)
        kept[span] = max(kept.get(span, window), window, key=lambda one: -SEVERITY.index(one.verdict))
    return tuple(kept[span] for span in sorted(kept))


def clean_in_a_row(windows: tuple[Window, ...], length: timedelta) -> int:
    """How many clean windows end with the newest one, each following the one before without gap or overlap."""
    count = 0
    later: Window | None = None
    for window in reversed(windows):
        if window.verdict is not Verdict.PASS or (later and not follows(window.end, later.start, length)):
            break
        count, later = count + 1, window
    return count


def follows(end: datetime, start: datetime, length: timedelta) -> bool:
    """Whether a window starts where the one before it ended: no overlap, and a gap of at most SLACK."""
    return timedelta(0) <= start - end <= length * SLACK


def cut_short(fact: LogMeasurement, length: timedelta) -> tuple[Finding, ...]:
    """A window that is shorter than asked, or was read before it ended, is never clean."""
    seen = min(fact.end, fact.observed_at) - fact.start
    if seen >= length * (1 - SLACK):
        return ()
    return (found(Verdict.INCONCLUSIVE, "canary.window_short", seen.total_seconds(), length.total_seconds()),)


def _excess(observed: float | None, limit: float | None) -> float:
    if observed is None or limit is None:
        return 0.0
    return abs(observed - limit) / max(abs(limit), 1e-6)
