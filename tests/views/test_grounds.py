"""Beside a finding: where its number is from, how old it is, and what would have to change; warnings on the card."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.states import State
from bot.domain.verdict import Judgement, Reason, Verdict
from bot.gates.indicators import INDICATORS
from bot.views.figures import FIGURES
from bot.views.findings import FINDINGS
from bot.views.gate_findings import findings
from bot.views.gate_grounds import ADVICE, grounds, way_out
from bot.views.gate_lines import gate_lines
from bot.views.plain import words
from bot.views.verdicts import sentence
from tests.releases import a_release, at

SLOW = Reason(
    code="latency.p95_over", observed=120, limit=100, samples=1000, window=(at(0), at(5)), source="var/log/shop.csv"
)


def test_a_finding_says_which_requests_of_which_file_and_how_old() -> None:
    assert words(grounds(SLOW, at(8))) == (
        "counted over 5 min up to 14:05 UTC, 3 min ago, in var/log/shop.csv"
    )  # fmt: skip
    assert grounds(Reason(code="check.missing"), at(8)) == ""


WAYS = [
    (SLOW, "20 ms less"),
    (
        Reason(code="error.rate_over", observed=0.02, limit=0.01, samples=412),
        "at most 4 of 412 requests may count against it, and 8 did",
    ),
    (
        Reason(code="infra.availability_low", observed=0.99, limit=0.995, samples=1000),
        "at least 995 of 1,000 requests have to be good, and 990 were",
    ),
    (Reason(code="canary.error_delta_over", observed=0.03, limit=0.01, samples=5), "2 points less"),
    (Reason(code="canary.sample_insufficient", observed=12, limit=1000, samples=12), "988 more"),
    (Reason(code="canary.guardband", observed=540, limit=600), "watch it for 1 min more"),
    (Reason(code="evidence.unsealed"), "seal it: interlock evidence seal"),
]  # fmt: skip


@pytest.mark.parametrize(("reason", "way"), WAYS, ids=[reason.code for reason, _ in WAYS])
def test_a_finding_says_what_would_have_to_change(reason: Reason, way: str) -> None:
    assert words(way_out(reason)) == f"to change: {way}"


@given(
    st.sampled_from([*FINDINGS]), st.floats() | st.none(), st.floats() | st.none(), st.integers(0, 10**9) | st.none()
)
def test_no_number_breaks_it(code: str, observed: float | None, limit: float | None, samples: int | None) -> None:
    """Numbers of judges elsewhere are what they are."""
    way_out(Reason(code=code, observed=observed, limit=limit, samples=samples))


def test_advice_is_about_codes_that_there_are() -> None:
    assert set(ADVICE) <= set(FINDINGS)
    assert set(FIGURES) == set(INDICATORS)


def test_an_objective_is_told_by_its_figure() -> None:
    """In its unit, and not as a figure without a name."""
    told = [
        sentence(Reason(code=code, observed=observed, limit=limit, samples=10, detail=figure))
        for code, figure, observed, limit in (
            ("objective.over", "error_rate", 0.02, 0.01),
            ("objective.under", "infra.availability", 0.99, 0.995),
            ("objective.warn_over", "latency.p95_ms", 850, 800),
            ("objective.worse_than_last_good", "latency.p95_ms", 900, 880),
        )
    ]
    assert told == [
        "error rate 2 % is over the limit of 1 % (10 requests)",
        "availability 99 % is under the limit of 99.5 % (10 requests)",
        "p95 latency 850 ms is in the warn band, which begins at 800 ms (10 requests)",
        "p95 latency 900 ms is worse than the last good release allows: 880 ms (10 requests)",
    ]
    assert "judge-2: error_rate" in sentence(
        Reason(code="objective.over", observed=2, limit=1, detail="judge-2: error_rate")
    )


def test_a_warning_stands_on_the_card_and_among_the_findings_of_a_gate_that_passes() -> None:
    """And not beside a reason why it does not."""
    release = a_release(State.PROPOSED)
    gate = release.plan.gates[0]
    warning = Reason(code="objective.warn_over", observed=850, limit=800, detail="latency.p95_ms")
    warned = Judgement(gate=gate.name, verdict=Verdict.PASS, warnings=(warning, warning))
    line = next(one for one in gate_lines(release, [warned], at(5)) if gate.name in one)
    assert ":warning: p95 latency 850 ms is in the warn band" in line
    assert "and 1 more warning" in line
    assert "• warning: p95 latency 850 ms" in "\n".join(findings(gate, warned, release, at(5)))
    failed = warned.model_copy(update={"verdict": Verdict.FAIL, "reasons": (SLOW,)})
    assert "warn band" not in next(one for one in gate_lines(release, [failed], at(5)) if gate.name in one)


def test_every_code_that_needs_advice_has_it() -> None:
    """What only an evidence document can lack is nothing that a person can guess."""
    source = (Path(__file__).parents[2] / "bot" / "gates" / "document_itself.py").read_text()
    found = set(re.findall(r'"((?:evidence|integrity|witness)\.[a-z0-9_.:]+)"', source))
    assert found - set(ADVICE) == {"evidence.from_future", "witness.rows_insufficient"}
