"""The check gate: only a fresh pass for this very version and artifact opens."""

from datetime import timedelta

import pytest

from bot.domain.evidence import CheckResult
from bot.domain.verdict import Verdict
from bot.gates import judge
from tests.gates.facts import NEW, NOW, OLD, ago, check_gate, codes, failure, measurement, release, result

SHA, OTHER = "sha256:" + "a" * 64, "sha256:" + "b" * 64

CASES = {
    "pass": (result(), "", Verdict.PASS, ()),
    "fail": (result("fail"), "", Verdict.FAIL, ("check.failed",)),
    "pending": (result("pending"), "", Verdict.PENDING, ("check.pending",)),
    "old version": (result(version=OLD), "", Verdict.ERROR, ("check.wrong_version",)),
    "almost the version": (result(version=NEW + "-rc.1"), "", Verdict.ERROR, ("check.wrong_version",)),
    "no version": (result(version=""), "", Verdict.ERROR, ("check.wrong_version",)),
    "same artifact": (result(digest=SHA), SHA, Verdict.PASS, ()),
    "same artifact, other spelling": (result(digest="A" * 64), SHA, Verdict.PASS, ()),
    "other artifact": (result(digest=OTHER), SHA, Verdict.ERROR, ("check.wrong_digest",)),
    "only the check names one": (result(digest=SHA), "", Verdict.PASS, ()),
    "only the release names one": (result(), SHA, Verdict.PASS, ()),
    "just fresh": (result(observed_at=ago(hours=24) + timedelta(seconds=1)), "", Verdict.PASS, ()),
    "just stale": (result(observed_at=ago(hours=24)), "", Verdict.NO_DATA, ("check.stale",)),
    "stale failure": (result("fail", observed_at=ago(days=3)), "", Verdict.NO_DATA, ("check.stale",)),
    "clock a minute ahead": (result(observed_at=ago(seconds=-60)), "", Verdict.PASS, ()),
    "from the future": (result(observed_at=ago(seconds=-61)), "", Verdict.ERROR, ("check.from_future",)),
}


@pytest.mark.parametrize("case", CASES)
def test_a_result_is_judged(case: str) -> None:
    """Version, artifact, age and status, in that order."""
    fact, artifact, verdict, expected = CASES[case]
    judgement = judge(check_gate(), release(fact, artifact=artifact), NOW)
    assert (judgement.verdict, codes(judgement)) == (verdict, expected)


def test_no_result_is_no_data() -> None:
    """Silence is not consent; neither is a result of another gate."""
    for facts in ((), (result(gate="other"),)):
        judgement = judge(check_gate(), release(*facts), NOW)
        assert (judgement.verdict, codes(judgement)) == (Verdict.NO_DATA, ("check.missing",))


@pytest.mark.parametrize("fact", [measurement(), failure("missing")], ids=["measurement", "failure"])
def test_a_fact_of_another_kind_is_an_error(fact: CheckResult) -> None:
    """A log measurement that bears the gate's name is no check result."""
    judgement = judge(check_gate(), release(fact), NOW)
    assert (judgement.verdict, codes(judgement)) == (Verdict.ERROR, ("evidence.wrong_kind",))


def test_an_older_result_that_arrives_late_does_not_win() -> None:
    """A pass from before the failure, delivered again after it, opens nothing."""
    fail, late = result("fail", observed_at=ago(minutes=5)), result("pass", observed_at=ago(minutes=9))
    assert judge(check_gate(), release(fail, late), NOW).verdict is Verdict.FAIL
    assert judge(check_gate(), release(late, fail), NOW).verdict is Verdict.FAIL


def test_the_judgement_says_from_when_it_is_until_when_it_counts_and_where_to_look() -> None:
    """Times and link go to the card; the words that CI wrote stand behind the code."""
    fact = result("fail", url="https://ci.example/7", summary="3 of 120 failed")
    judgement = judge(check_gate(fresh="2h"), release(fact), NOW)
    assert judgement.as_of == ago(hours=1)
    assert judgement.stale_at == ago(hours=-1)
    assert judgement.link == "https://ci.example/7"
    assert judgement.reasons[0].detail == "3 of 120 failed"


def test_a_judgement_is_stale_from_stale_at_on() -> None:
    """Whoever looks again at `stale_at` sees it closed."""
    spec, fact = check_gate(fresh="2h"), result()
    stale_at = judge(spec, release(fact), NOW).stale_at
    assert stale_at is not None
    assert judge(spec, release(fact), stale_at - timedelta(microseconds=1)).opens
    assert judge(spec, release(fact), stale_at).verdict is Verdict.NO_DATA
