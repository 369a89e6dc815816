"""The windows of one step that evidence is gathered from, and those that a pass may rest on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from bot.domain.evidence import FACTS_KEPT, LogMeasurement
from bot.domain.slo import SloDocument
from bot.domain.verdict import Verdict
from bot.gates.blocks import check_witness
from bot.gates.finding import Finding, found
from bot.gates.sequential_metrics import Metric
from bot.gates.windows import cut_short, follows

FRESH_START = FACTS_KEPT // 2
"""Windows after which evidence begins anew, once a step has more of them than a release keeps."""


@dataclass(frozen=True, slots=True)
class Look:
    """One measured window, and what is wrong with it."""

    fact: LogMeasurement
    findings: tuple[Finding, ...]


def looks_of(
    slo: SloDocument,
    metrics: Sequence[Metric],
    facts: Iterable[LogMeasurement],
    length: timedelta,
    since: datetime,
) -> tuple[Look, ...]:
    """The windows that began at or after `since`, oldest first, none of them counted twice; of several readings of one
    the one with most errors."""
    looks: list[Look] = []
    for fact in sorted(facts, key=lambda one: (one.start, one.end, -_failed(one))):
        if fact.start >= since and (not looks or fact.start >= looks[-1].fact.end):
            looks.append(Look(fact, _findings(slo, metrics, fact, length)))
    if not looks:
        return ()
    begin = _begin(looks[-1].fact.end, length, since)
    return tuple(look for look in looks if look.fact.start >= begin)


def sound_tail(looks: Sequence[Look], length: timedelta) -> tuple[Look, ...]:
    """The windows up to the newest that follow each other without a gap and of which nothing is missing."""
    tail: list[Look] = []
    for look in reversed(looks):
        if look.findings or (tail and not follows(look.fact.end, tail[-1].fact.start, length)):
            break
        tail.append(look)
    return tuple(reversed(tail))


def _begin(newest: datetime, length: timedelta, since: datetime) -> datetime:
    """From when on windows count. Evidence that slid along with the windows that are kept would not be valid: a release
    forgets the oldest ones, so it begins anew at fixed moments, each with an alpha of its own."""
    blocks = ceil((newest - since) / (length * FRESH_START)) - FACTS_KEPT // FRESH_START
    return since + max(blocks, 0) * FRESH_START * length


def _findings(
    slo: SloDocument, metrics: Sequence[Metric], fact: LogMeasurement, length: timedelta
) -> tuple[Finding, ...]:
    for name, track in (("canary", fact.canary), ("stable", fact.stable)):
        if track is None or track.count == 0:
            return (found(Verdict.NO_DATA, "canary.block_missing", detail=name),)
    missing = [metric.name for metric in metrics if metric.counts(fact) is None]
    uncounted = [found(Verdict.NO_DATA, "statistics.uncounted", detail=name) for name in missing]
    return (*uncounted, *check_witness(slo, fact.files), *cut_short(fact, length))


def _failed(fact: LogMeasurement) -> int:
    return fact.canary.errors if fact.canary else 0
