"""False alarms and detection times of judges that look at a canary every minute: ours beside what others do.

`python -m tests.bench.judge` prints one line of JSON for each kind of traffic and judge. Every row is drawn from the
same seeds, so two runs print the same. Looks are windows: with `window_s` 60 they are minutes.
"""

import json
import math
import statistics
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from bot.domain.statistics import HardStop
from bot.gates.sequential import average, walk
from bot.gates.sequential_findings import stopped_at
from bot.gates.sequential_null import Counts, Null
from tests.gates.traffic import Traffic

ALPHA, BETA, MARGIN, WORSE, FLOOR = 0.01, 0.05, 1.2, 2.0, 0.001
LOOKS = 60
EQUAL_RUNS, HARM_RUNS = 1000, 300
SPREAD = 0.15
FRESH = range(700_000, 701_000)
"""Seeds of the figures that the bar is held against."""

Windows = Sequence[Counts]
Alarm = Callable[[Windows], int | None]
"""The look at which a judge calls a canary bad, from 1; None when it never does."""


def after_failures(limit: int) -> Alarm:
    """A fixed threshold (0.5 %, and 1.2 times stable's) on every minute alone, failing after more than `limit`."""

    def alarm(windows: Windows) -> int | None:
        failures = 0
        for look, one in enumerate(windows, 1):
            failures += one.canary / one.canary_of > max(0.005, MARGIN * one.stable / one.stable_of)
            if failures > limit:
                return look
        return None

    return alarm


def z_test(windows: Windows) -> int | None:
    """Two proportions over everything so far, one-sided at 5 %, asked again every minute."""
    canary = stable = canary_of = stable_of = 0.0
    for look, one in enumerate(windows, 1):
        canary, canary_of = canary + one.canary, canary_of + one.canary_of
        stable, stable_of = stable + one.stable, stable_of + one.stable_of
        both = (canary + stable) / (canary_of + stable_of)
        spread = math.sqrt(both * (1 - both) * (1 / canary_of + 1 / stable_of))
        if spread and (canary / canary_of - stable / stable_of) / spread > 1.645:
            return look
    return None


def mann_whitney(windows: Windows) -> int | None:
    """Ranks of the minutes' rates at the end, 98 % two-sided, with a rise of at least a quarter of stable's median."""
    canary = [one.canary / one.canary_of for one in windows]
    stable = [one.stable / one.stable_of for one in windows]
    shift = statistics.median(a - b for a in canary for b in stable)
    if shift <= 0.25 * statistics.median(stable):
        return None
    wins = sum((a > b) + 0.5 * (a == b) for a in canary for b in stable)
    total, pairs = len(canary) + len(stable), len(canary) * len(stable)
    values = canary + stable
    ties = sum(count**3 - count for count in (values.count(value) for value in set(values)))
    spread = math.sqrt(pairs / 12 * (total + 1 - ties / (total * (total - 1))))
    return len(windows) if spread and (wins - pairs / 2) / spread > 2.326 else None


def sequential(windows: Windows) -> int | None:
    """The gate's own evidence on one metric, without the hard stop."""
    steps = walk(tuple(windows), Null(MARGIN), above=True)
    return _reached((step.log for step in steps), ALPHA)


def with_hard_stop(windows: Windows) -> int | None:
    """The same beside the hard stop, as the gate judges."""
    proven, stopped = sequential(windows), stopped_at(tuple(windows), HardStop())
    found = [look for look in (proven, None if stopped is None else stopped[0] + 1) if look is not None]
    return min(found, default=None)


def passes_at(windows: Windows) -> int | None:
    """The look at which the gate's own evidence opens it."""
    below = walk(tuple(windows), Null(WORSE), above=False)
    beneath = walk(tuple(windows), Null(share=FLOOR), above=False)
    return _reached((average(a.log, b.log) for a, b in zip(below, beneath, strict=True)), BETA)


JUDGES: dict[str, Alarm] = {
    "fixed threshold, every failure": after_failures(0),
    "fixed threshold, 3 failures allowed": after_failures(3),
    "z-test 5 %, every look": z_test,
    "Mann-Whitney, once at the end": mann_whitney,
    "sequential": sequential,
    "sequential with hard stop": with_hard_stop,
}
TRAFFIC = {
    "600/min": (60, Traffic()),
    "6000/min": (60, Traffic(6000, 24_000)),
    "6000/min in 10 s windows": (10, Traffic(1000, 4000, lasting=6)),
}


def measure(equal_runs: int = EQUAL_RUNS, harm_runs: int = HARM_RUNS) -> Iterator[dict[str, Any]]:
    """One row a judge and kind of traffic."""
    for name, (seconds, equal) in TRAFFIC.items():
        for judge, alarm in JUDGES.items():
            row: dict[str, Any] = {"what": judge, "traffic": name, "window_s": seconds, "looks": LOOKS}
            row["false_alarms"] = _share(alarm, equal, equal_runs)
            row["false_alarms_correlated"] = _share(alarm, replace(equal, spread=SPREAD), equal_runs)
            for times in (3, 5, 10):
                row[f"found_{times}x"] = _median(alarm, replace(equal, times=times), harm_runs)
            row["found_5x_late"] = _median(alarm, replace(equal, times=5, since=20), harm_runs, later=20)
            if judge.startswith("sequential"):
                row["passed_at"] = _median(passes_at, equal, harm_runs)
                row["passed"] = _share(passes_at, equal, harm_runs)
                row["passed_2x"] = _share(passes_at, replace(equal, times=WORSE), equal_runs)
            yield row


def against_the_bar() -> list[dict[str, Any]]:
    """The gate's own evidence at 600 requests a minute, on seeds of which no other figure is drawn."""
    equal = TRAFFIC["600/min"][1]
    found = sorted(sequential(replace(equal, times=5).windows(seed, LOOKS)) or math.inf for seed in FRESH)
    cried = [
        sum(sequential(traffic.windows(seed, LOOKS)) is not None for seed in FRESH) / len(FRESH)
        for traffic in (equal, replace(equal, spread=SPREAD))
    ]
    within = {f"within_{looks}": sum(look <= looks for look in found) / len(found) for looks in (4, 6)}
    return [
        {"what": "sequential judge, equal canary", "false_alarms": cried[0], "false_alarms_correlated": cried[1]},
        {"what": "sequential judge, 5x errors", "median_look": statistics.median(found), **within},
    ]


def _share(alarm: Alarm, traffic: Traffic, runs: int) -> float:
    return sum(alarm(traffic.windows(seed, LOOKS)) is not None for seed in range(runs)) / runs


def _median(alarm: Alarm, traffic: Traffic, runs: int, later: int = 0) -> float | None:
    """Median look, counted from window `later`, of the runs without a false alarm before; one that never comes counts
    as later than all. None: half never do, or all had cried before."""
    found = [alarm(traffic.windows(seed, LOOKS)) or math.inf for seed in range(runs)]
    middle = statistics.median([look for look in found if look > later] or [math.inf]) - later
    return None if middle == math.inf else middle


def _reached(logs: Iterator[float], chance: float) -> int | None:
    return next((look for look, log in enumerate(logs, 1) if log >= -math.log(chance)), None)


def main(arguments: list[str]) -> int:
    """Print the rows; two numbers change how many runs are drawn for false alarms and for harm."""
    for row in measure(*(int(number) for number in arguments)):
        print(json.dumps(row), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
