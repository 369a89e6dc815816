"""Evidence and power in words, on the card and in what gates found."""

import pytest

from bot.domain.release import Release
from bot.domain.service import CanaryGate
from bot.domain.states import State
from bot.domain.verdict import Judgement, Power, Reason, Statistic, Verdict
from bot.views.gate_findings import findings
from bot.views.gate_lines import gate_lines
from bot.views.statistics import power_line, statistic_line
from bot.views.verdicts import sentence
from tests.releases import a_release, at

ERRORS = Statistic(
    metric="errors",
    form="count",
    windows=4,
    canary_events=24,
    canary_requests=2400,
    stable_events=19,
    stable_requests=9600,
    ratio=5.0526,
    worse=2623.4,
    worse_limit=200,
    good=0.03,
    good_limit=20,
    dispersion=1.532,
)
LIMIT = ERRORS.model_copy(update={"metric": "latency.p95", "form": "sign", "ratio": None, "limit": 0.05, "windows": 1})


@pytest.mark.parametrize(
    ("power", "words"),
    [
        (Power(rise=0.005, seconds=540), "at this traffic a rise of 0.5 points will be seen in about 9 min"),
        (Power(rise=0.01, seconds=60), "at this traffic a rise of 1 point will be seen in about 1 min"),
        (
            Power(rise=0.0005, seconds=None),
            "at this traffic a rise of 0.05 points may stay unseen: a larger share of traffic would show it",
        ),
    ],
)
def test_the_power_line(power: Power, words: str) -> None:
    """In points and minutes, or the truth that it may not be seen."""
    assert power_line(power) == words


def test_a_metric_says_its_counts_and_both_kinds_of_evidence() -> None:
    """Against stable, or against a limit."""
    assert statistic_line(ERRORS) == (
        "errors: 24 of 2,400 (stable 19 of 9,600, 5.05 times its share); evidence for 0 of 20, against 2,623 of 200; "
        "by counts, 4 windows, dispersion 1.53"
    )
    assert statistic_line(LIMIT).startswith("latency.p95: 24 of 2,400 (limit 5 %); ")
    assert statistic_line(LIMIT).endswith("by windows on the wrong side, 1 window, dispersion 1.53")


def test_a_failure_reads_as_a_clause() -> None:
    """What a thread says when traffic is taken back."""
    ratio = Reason(code="statistics.errors_over", observed=5.0526, limit=1.2, samples=2400, detail="errors")
    proof = Reason(code="statistics.count", observed=2623.4, limit=200, samples=2400, detail="errors")
    assert sentence(ratio) == (
        "failed requests as a multiple of stable's: 5.1 is over the limit of 1.2 (2,400 requests, errors)"
    )
    assert sentence(proof) == (
        "evidence against the canary, by counts: 2,623.4 is over the limit of 200 (2,400 requests, errors)"
    )


def judgement(verdict: Verdict, *reasons: Reason) -> Judgement:
    power = Power(rise=0.005, seconds=540)
    return Judgement(gate="canary", verdict=verdict, reasons=reasons, statistics=(ERRORS, LIMIT), power=power)


def baking() -> tuple[Release, CanaryGate]:
    release = a_release(State.BAKING)
    gate = release.plan.gate("canary")
    assert isinstance(gate, CanaryGate)
    return release, gate


def test_the_card_promises_only_while_it_is_undecided() -> None:
    """A gate that has decided has nothing more to see."""
    release, _ = baking()
    waits = Reason(code="statistics.undecided", observed=3.2, limit=20, samples=2400, detail="errors")
    (line, *_) = gate_lines(release, [judgement(Verdict.INCONCLUSIVE, waits)], at(12))
    assert "evidence that the canary is good enough: 3.2 of 20 needed (errors)" in line
    assert "at this traffic a rise of 0.5 points will be seen in about 9 min" in line
    (line, *_) = gate_lines(release, [judgement(Verdict.PASS)], at(12))
    assert "good enough after 4 windows" in line
    assert "at this traffic" not in line


def test_what_the_gate_found_lists_every_metric() -> None:
    """With the power line, in `/release gates`."""
    release, gate = baking()
    lines = findings(gate, judgement(Verdict.PASS), release, at(13))
    assert f"• {statistic_line(ERRORS)}" in lines
    assert f"• {statistic_line(LIMIT)}" in lines
    assert "• at this traffic a rise of 0.5 points will be seen in about 9 min" in lines
