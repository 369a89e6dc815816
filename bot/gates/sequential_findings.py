"""What the evidence of a step amounts to: harm that is proven, and proof that is still missing."""

from collections.abc import Iterator, Sequence

from bot.domain.statistics import HardStop, Statistics
from bot.domain.verdict import Statistic, Verdict
from bot.gates.finding import Finding, found
from bot.gates.sequential_metrics import Metric, tally
from bot.gates.sequential_null import Counts
from bot.gates.sequential_windows import Look


def check_harm(metrics: Sequence[Metric], weighed: Sequence[Statistic], rules: Statistics) -> Iterator[Finding]:
    """The metrics on which the canary is proven too bad: by how much, and by what evidence. Strongest first."""
    proven = sorted((one for one in weighed if one.worse >= one.worse_limit), key=lambda one: -one.worse)
    for one in proven:
        if one.limit is None:
            code = "statistics.errors_over" if one.metric == "errors" else "statistics.slow_over"
            yield found(Verdict.FAIL, code, one.ratio, rules.margin, one.canary_requests, one.metric)
        else:
            share = one.canary_events / one.canary_requests
            yield found(Verdict.FAIL, "statistics.share_over", share, one.limit, one.canary_requests, one.metric)
        yield found(Verdict.FAIL, f"statistics.{one.form}", one.worse, one.worse_limit, one.canary_requests, one.metric)


def check_proof(weighed: Sequence[Statistic]) -> Iterator[Finding]:
    """The metric that is farthest from proof that the canary is good enough."""
    open_ones = [one for one in weighed if one.good < one.good_limit]
    if open_ones:
        weakest = min(open_ones, key=lambda one: one.good)
        yield found(
            Verdict.INCONCLUSIVE,
            "statistics.undecided",
            weakest.good,
            weakest.good_limit,
            weakest.canary_requests,
            weakest.metric,
        )


def check_hard_stop(metrics: Sequence[Metric], looks: Sequence[Look], stop: HardStop) -> Iterator[Finding]:
    """The windows, one a metric, in which the canary is so bad that no evidence is waited for."""
    for metric in metrics:
        series = [counts for look in looks if (counts := metric.counts(look.fact)) is not None]
        if metric.compares and (stopped := stopped_at(series, stop)) is not None:
            index, times = stopped
            requests = int(series[index].canary_of)
            yield found(Verdict.FAIL, "statistics.hard_stop", times, stop.ratio, requests, metric.name)


def stopped_at(windows: Sequence[Counts], stop: HardStop) -> tuple[int, float] | None:
    """The index of the first window that is a hard stop, and how many times stable's share the canary's was in it.

    Stable's share is that of all windows up to it, with one event added: without any, one event of the canary would
    be infinitely many times as much.
    """
    for index, window in enumerate(windows):
        so_far = tally(windows[: index + 1])
        times = window.canary / window.canary_of / ((so_far.stable + 1) / so_far.stable_of)
        if window.canary_of >= stop.requests and window.canary >= stop.events and times >= stop.ratio:
            return index, times
    return None
