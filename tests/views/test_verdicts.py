"""Findings in words, with the numbers behind them."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.verdict import Reason, Verdict
from bot.views.findings import FINDINGS
from bot.views.verdicts import MARKS, WORDS, sentence
from tests.views.hostile import hostile
from tests.views.slack_rules import foreign_tokens

GATES = Path(__file__).parents[2] / "bot" / "gates"


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (
            Reason(code="error.rate_over", observed=0.081, limit=0.01, samples=412, detail="5 s window"),
            "error rate 8.1 % is over the limit of 1 % (412 requests, 5 s window)",
        ),
        (
            Reason(code="latency.p95_over", observed=1250.04, limit=1200, samples=4120),
            "p95 latency 1,250 ms is over the limit of 1,200 ms (4,120 requests)",
        ),
        (
            Reason(code="infra.availability_low", observed=0.9949, limit=0.995, samples=900),
            "availability 99.49 % is under the limit of 99.5 % (900 requests)",
        ),
        (
            Reason(code="canary.p95_rel_over", observed=0.42, limit=0.15),
            "p95 latency is 42 % above stable's, over the limit of 15 %",
        ),
        (
            Reason(code="canary.error_delta_over", observed=0.031, limit=0.01),
            "error rate is 3.1 points above stable's, over the limit of 1 point",
        ),
        (
            Reason(code="canary.sample_insufficient", observed=12, limit=1000, samples=12, detail="stable"),
            "too few requests to compare: 12 of 1,000 needed (stable)",
        ),
        (Reason(code="canary.windows_clean", observed=2, limit=3), "2 of 3 windows clean"),
        (
            Reason(code="check.stale", observed=93_600, limit=86_400),
            "the result is too old (1 d 2 h, the limit is 1 d)",
        ),
        (Reason(code="check.wrong_version", detail="v2.0.0"), "the result is for another version (v2.0.0)"),
        (Reason(code="evidence.missing:quorum"), "no evidence answers this part of the SLO: `quorum`"),
        (Reason(code="evidence.missing:reqlog"), "nothing has been measured yet"),
        (Reason(code="error.rate_over"), "error rate is over its limit"),
        (
            Reason(code="error.rate_over", observed=float("nan"), limit=0.01),
            "error rate not a number is over the limit of 1 %",
        ),
        (Reason(code="moon.phase", observed=0.5, limit=0.25), "`moon.phase`: 0.5, limit 0.25"),
        (Reason(code="moon.phase"), "`moon.phase`"),
    ],
)
def test_a_finding_is_a_clause_with_its_numbers(reason: Reason, words: str) -> None:
    """Observed, limit, samples and detail, each in its unit."""
    assert sentence(reason) == words


def test_two_numbers_that_round_alike_are_told_apart() -> None:
    """ "1 % is over the limit of 1 %" would look like a bug."""
    reason = Reason(code="error.rate_over", observed=0.01004, limit=0.01)
    assert sentence(reason) == "error rate 1.004 % is over the limit of 1 %"


def test_a_limit_is_shown_as_it_was_written() -> None:
    """A rounded limit would be another limit."""
    reason = Reason(code="error.rate_over", observed=0.02, limit=0.00125)
    assert sentence(reason) == "error rate 2 % is over the limit of 0.125 %"


def test_every_code_that_gates_can_give_is_explained() -> None:
    """Read from the gates' source, so that a new code is missed by nobody."""
    # these two name figures and blocks, not codes
    written = "".join(path.read_text() for path in GATES.glob("*.py") if path.name not in ("indicators.py", "sense.py"))
    topics = "check|canary|source|evidence|witness|perf|latency|error|infra|objective|score|budget|quota|anomaly|drift"
    codes = set(re.findall(rf'"((?:{topics}|integrity)\.[a-z0-9_.:]+)"', written))
    codes |= {f"source.{code}" for code in ("missing", "unreadable", "bad_row")}
    assert len(codes) > 20
    assert {code for code in codes if code not in FINDINGS} == set()


def test_every_verdict_has_a_word_beside_its_mark() -> None:
    """Never colour alone."""
    assert set(WORDS) == set(MARKS) == set(Verdict)


@given(
    hostile, st.floats() | st.none(), st.floats() | st.none(), st.integers() | st.none(), st.sampled_from([*FINDINGS])
)
def test_no_number_and_no_word_breaks_a_sentence(
    detail: str, observed: float | None, limit: float | None, samples: int | None, code: str
) -> None:
    """Infinity, NaN, nothing at all, and hostile text."""
    for name in (code, detail):
        made = sentence(Reason(code=name, observed=observed, limit=limit, samples=samples, detail=detail))
        assert made
        assert foreign_tokens(made) == []
