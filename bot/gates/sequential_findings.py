"""What the evidence of a step amounts to: harm that is proven, and proof that is still missing."""

from collections.abc import Iterator, Sequence

from bot.domain.statistics import HardStop, Statistics
from bot.domain.verdict import Statistic, Verdict
from bot.gates.finding import Finding, found
from bot.gates.sequential_metrics import Metric, tally
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
    """The first window in which the canary is so bad that no evidence is waited for.

    Its share is held against stable's over the step so far, one event added: a stable track without any would make
    every event infinitely many.
    """
    for metric in metrics:
        if not metric.compares:
            continue
        series = [counts for look in looks if (counts := metric.counts(look.fact)) is not None]
        for index, window in enumerate(series):
            so_far = tally(series[: index + 1])
            times = window.canary / window.canary_of / ((so_far.stable + 1) / so_far.stable_of)
            if window.canary_of >= stop.requests and window.canary >= stop.events and times >= stop.ratio:
                requests = int(window.canary_of)
                yield found(Verdict.FAIL, "statistics.hard_stop", times, stop.ratio, requests, metric.name)
                break
