"""The two cards of the ops page, counted from setbacks: which reasons, when, and which weigh most (contracts 1.16)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from pydantic import BaseModel, ConfigDict

from bot.domain.setbacks import Setback

WEIGHTS = {
    "infra": 1.0,
    "security": 1.0,
    "canary": 0.9,
    "perf": 0.8,
    "anomaly": 0.75,
    "quota": 0.7,
    "budget": 0.6,
    "other": 0.5,
}
"""How much one setback of a group weighs (contracts 1.16); `other` is what no group of the source system covers."""

_GROUPS = {
    "infra": "infra",
    "perf": "perf",
    "latency": "perf",
    "error": "perf",
    "load": "perf",
    "canary": "canary",
    "statistics": "canary",
    "anomaly": "anomaly",
    "drift": "anomaly",
    "quota": "quota",
    "budget": "budget",
    "burn": "budget",
    "integrity": "security",
    "witness": "security",
    "stage": "security",
}
"""The group of a code, by what stands before its first point."""

ALIGN = timedelta(hours=1)
"""Windows begin on the hour at the latest, so that a card changes with what happened and not with every second."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ReasonCount(_Part):
    """One reason: how often, in which group, and how many releases it touched."""

    code: str
    group: str
    count: int
    releases: int


class Bucket(_Part):
    """One stretch of the window, with the counts of the top reasons in it, in their order."""

    start: datetime
    counts: tuple[int, ...]
    others: int


class ReasonTrends(_Part):
    """The top reasons of a window, in all and stretch by stretch. Spans are in seconds."""

    since: datetime
    window: int
    bucket: int
    total: int
    top: tuple[ReasonCount, ...]
    buckets: tuple[Bucket, ...]


class Impact(_Part):
    """One reason with its weight; `impact` is count times weight."""

    code: str
    group: str
    count: int
    weight: float
    impact: float
    services: tuple[str, ...]
    gates: tuple[str, ...]


class TopImpact(_Part):
    """What weighed most in a window, worst first. Spans are in seconds."""

    since: datetime
    window: int
    total: float
    items: tuple[Impact, ...]


def group_of(code: str) -> str:
    """The group that a reason code belongs to."""
    return _GROUPS.get(code.partition(".")[0].partition("-")[0], "other")


def begins(now: datetime, window: timedelta, step: timedelta = ALIGN) -> datetime:
    """Where a window up to now begins: on a whole step, with the present one inside."""
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return epoch + ((now - epoch) // step + 1) * step - window


def reason_trends(
    found: Sequence[Setback], now: datetime, window: timedelta, bucket: timedelta, top: int
) -> ReasonTrends:
    """Count reasons over the window; buckets that are empty stand there too."""
    since = begins(now, window, bucket)
    counted = [one for one in found if since <= one.at <= now]
    ranked = _ranked(counted)[:top]
    codes = [code for code, _ in ranked]
    per = [Counter[str]() for _ in range(-(-window // bucket))]
    for one in counted:
        per[(one.at - since) // bucket][one.code] += 1
    return ReasonTrends(
        since=since,
        window=_seconds(window),
        bucket=_seconds(bucket),
        total=len(counted),
        top=tuple(_reason(code, number, counted) for code, number in ranked),
        buckets=tuple(
            Bucket(
                start=since + index * bucket,
                counts=tuple(seen[code] for code in codes),
                others=sum(number for code, number in seen.items() if code not in codes),
            )
            for index, seen in enumerate(per)
        ),
    )


def top_impact(
    found: Sequence[Setback], now: datetime, window: timedelta, n: int, weights: Mapping[str, float]
) -> TopImpact:
    """The reasons that weigh most: how often, times the weight of their group."""
    since = begins(now, window)
    counted = [one for one in found if since <= one.at <= now]
    items = [_impact(code, number, counted, weights) for code, number in _ranked(counted)]
    worst = sorted(items, key=lambda one: (-one.impact, one.code))
    total = round(sum(one.impact for one in items), 6)
    return TopImpact(since=since, window=_seconds(window), total=total, items=tuple(worst[:n]))


def _ranked(found: Iterable[Setback]) -> list[tuple[str, int]]:
    """The most frequent first; among equals by name, so that the same journal always gives the same card."""
    return sorted(Counter(one.code for one in found).items(), key=lambda pair: (-pair[1], pair[0]))


def _reason(code: str, number: int, found: Iterable[Setback]) -> ReasonCount:
    releases = len({one.release for one in found if one.code == code})
    return ReasonCount(code=code, group=group_of(code), count=number, releases=releases)


def _impact(code: str, number: int, found: Iterable[Setback], weights: Mapping[str, float]) -> Impact:
    group, mine = group_of(code), [one for one in found if one.code == code]
    weight = weights.get(group, WEIGHTS[group])
    return Impact(
        code=code,
        group=group,
        count=number,
        weight=weight,
        impact=round(number * weight, 6),
        services=tuple(sorted({one.service for one in mine})),
        gates=tuple(sorted({one.gate for one in mine if one.gate})),
    )


def _seconds(span: timedelta) -> int:
    return int(span.total_seconds())
