"""The canary gate with statistics: early fail, early pass, inconclusive between them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.evidence import LogMeasurement, Slower
from bot.domain.service import CanaryGate
from bot.domain.verdict import Verdict
from bot.gates import limits_of
from bot.gates.sequential_null import Counts
from bot.views.findings import FINDINGS
from tests.gates.facts import (
    NEW,
    canary_gate,
    check_gate,
    codes,
    failure,
    measurement,
    slo_gate,
)
from tests.gates.sequential_facts import BAD, EQUAL, GOOD, SLO, SLOW_MS, gate, judged, row
from tests.gates.traffic import Traffic


def test_a_good_canary_passes_early_and_a_bad_one_fails_early() -> None:
    """Each looked at after every window: inconclusive until it is decided, well before the hour."""
    for facts, verdict in ((GOOD, Verdict.PASS), (BAD, Verdict.FAIL)):
        said = [judged(*facts[:n], now=facts[n - 1].observed_at).verdict for n in range(1, len(facts) + 1)]
        decided = said.index(verdict)
        assert set(said[:decided]) <= {Verdict.INCONCLUSIVE}
        assert decided < 15


def test_a_failure_says_how_much_by_what_evidence_and_in_which_form() -> None:
    """Two reasons: the ratio over the margin, and the evidence over what alpha, shared by the metrics, asks for."""
    judgement = judged(*BAD)
    ratio, proof = judgement.reasons[-2:]
    assert (ratio.code, ratio.limit, ratio.detail) == ("statistics.errors_over", 1.2, "errors")
    assert ratio.observed is not None
    assert 5 < ratio.observed < 7
    assert (proof.code, proof.limit, proof.samples) == ("statistics.sign", 2 / 0.01, 12_000)
    assert proof.observed is not None
    assert proof.observed >= 200
    errors, slow = judgement.statistics
    assert (errors.metric, errors.form, errors.windows, errors.worse) == ("errors", "sign", 20, proof.observed)
    assert (slow.metric, slow.worse_limit, slow.good_limit) == ("slow:250", 200, 20)
    assert errors.canary_events == sum(one.canary.errors for one in BAD if one.canary)
    assert errors.stable_requests == 48_000


def test_rare_events_are_counted_and_tempered() -> None:
    """Below five expected in a window the form is `count`, and the dispersion is written beside it."""
    rare = Traffic(times=8)
    judgement = judged(*row(rare.windows(3, 6), Traffic().windows(4, 6)))
    assert judgement.verdict is Verdict.FAIL
    errors = judgement.statistics[0]
    assert errors.form == "count"
    assert errors.dispersion > 1
    assert "statistics.count" in codes(judgement)


def test_slow_requests_alone_fail_the_canary() -> None:
    """Latency is judged by the requests over the limit, on both tracks."""
    slower = row(EQUAL.windows(1, 12), replace(EQUAL, times=6).windows(2, 12))
    judgement = judged(*slower)
    assert judgement.verdict is Verdict.FAIL
    assert "statistics.slow_over" in codes(judgement)
    assert "statistics.errors_over" not in codes(judgement)


def test_an_absolute_limit_of_the_document_holds_beside_the_comparison() -> None:
    """As bad as stable is no excuse: five in a hundred may be slower than a p95 limit, and eleven are."""
    slo = {"canary": {"min_sample_count": 1}, "latency": {"max_p95_ms": SLOW_MS}}
    both = Traffic(base=0.11)
    judgement = judged(*row(EQUAL.windows(1, 14), both.windows(2, 14)), spec=gate(slo, slow_ms=[]))
    assert judgement.verdict is Verdict.FAIL
    assert judgement.reasons[0].code == "statistics.share_over"
    assert (judgement.reasons[0].limit, judgement.reasons[0].detail) == (0.05, "latency.p95")


@pytest.mark.parametrize(
    ("slo", "metric"),
    [
        ({"error": {"max_error_rate": 0.01}}, "error_rate"),
        ({"judge_infra": {"availability": {"min_availability": 0.99}}}, "unavailable"),
    ],
)
def test_every_limit_that_counts_can_answer_is_judged(slo: dict[str, object], metric: str) -> None:
    """Errors and availability, too, at 6 % where 1 % is allowed."""
    both = Traffic(base=0.06)
    spec = gate({"canary": {"min_sample_count": 1}} | slo)
    judgement = judged(*row(both.windows(1, 14), EQUAL.windows(2, 14)), spec=spec)
    assert judgement.verdict is Verdict.FAIL
    assert metric in {reason.detail for reason in judgement.reasons}


def test_one_window_alone_may_stop_it() -> None:
    """Ten times stable's share, at least 50 requests and ten failures: at once, by default."""
    calm, awful = Counts(0, 600, 5, 2400), Counts(15, 600, 5, 2400)
    judgement = judged(*row([awful], [calm]))
    assert judgement.verdict is Verdict.FAIL
    assert judgement.reasons[0].code == "statistics.hard_stop"
    assert judgement.reasons[0].observed == pytest.approx(15 / 600 / (6 / 2400))
    for less in (Counts(14, 600, 5, 2400), Counts(9, 600, 0, 2400), Counts(20, 49, 5, 2400)):
        assert "statistics.hard_stop" not in codes(judged(*row([less], [calm])))
    strict = gate(hard_stop={"ratio": 3, "requests": 40, "events": 5})
    for less in (Counts(8, 600, 5, 2400), Counts(20, 40, 5, 2400)):
        assert judged(*row([less], [calm]), spec=strict).reasons[0].code == "statistics.hard_stop"


def test_proven_harm_stands() -> None:
    """Whatever is measured later, and also when the log falls silent or breaks."""
    bad = row(replace(EQUAL, times=6).windows(1, 12), EQUAL.windows(2, 12))
    moments = ("start", "end", "observed_at", "newest_at")
    back = timedelta(minutes=20)
    later = [one.model_copy(update={name: getattr(one, name) - back for name in moments}) for one in bad]
    assert judged(*later).verdict is Verdict.FAIL
    assert judged(*later, *GOOD[8:]).verdict is Verdict.FAIL
    assert judged(*later, failure("bad_row")).verdict is Verdict.FAIL


def test_alpha_is_shared_by_the_metrics_and_beta_is_not() -> None:
    """Two compared, two limits of latency: each needs four times the evidence to fail; all have to prove a pass."""
    slo = {"canary": {"min_sample_count": 1}, "latency": {"max_p95_ms": 250, "max_p99_ms": 500}}
    spec = gate(slo, slow_ms=[], alpha=0.02, beta=0.1)
    facts = [
        one.model_copy(
            update={
                name: part.model_copy(update={"slower": (*part.slower, Slower(limit_ms=500, count=0))})
                for name, part in (("canary", one.canary), ("stable", one.stable))
                if part
            }
        )
        for one in GOOD
    ]
    judgement = judged(*facts, spec=spec)
    assert [one.metric for one in judgement.statistics] == ["errors", "slow:250", "latency.p95", "latency.p99"]
    assert {one.worse_limit for one in judgement.statistics} == {4 / 0.02}
    assert {one.good_limit for one in judgement.statistics} == {1 / 0.1}
    assert judgement.opens


def test_a_service_that_never_fails_can_pass() -> None:
    """No failure on either track: the ratio stays unknown, and the share is proven to lie below `floor`."""
    silent = [Counts(0, 600, 0, 2400)] * 20
    assert judged(*row(silent)).opens
    assert judged(*row(silent), spec=gate(floor=0)).verdict is Verdict.INCONCLUSIVE


def test_the_power_line_stands_on_the_traffic_so_far() -> None:
    """The rise is what the document calls too much; one that an hour of windows cannot show is not promised."""
    power = judged(*GOOD[:5]).power
    assert power is not None
    assert power.rise == 0.01
    assert power.seconds is not None
    assert 60 <= power.seconds <= 1200
    small = {"canary": {"thresholds": {"max_error_abs_delta": 0.0001}}}
    assert judged(*GOOD[:5], spec=gate(small)).power == power.model_copy(update={"rise": 0.0001, "seconds": None})
    assert judged().power is None


def test_without_a_latency_limit_it_is_an_error() -> None:
    """Nothing says which requests are slow, and none is not an answer."""
    judgement = judged(*GOOD, spec=gate(slow_ms=[]))
    assert (judgement.verdict, codes(judgement)) == (Verdict.ERROR, ("statistics.no_latency_limit",))


def test_fixed_thresholds_stay_the_default() -> None:
    """Without the setting, and with `mode: fixed`, nothing changes; neither does what is written of a gate."""
    plain, fixed = canary_gate(SLO), canary_gate(SLO, statistics={})
    for spec in (plain, fixed):
        judgement = judged(*GOOD, spec=spec)
        assert judgement == judged(*GOOD, spec=plain)
        assert judgement.statistics == ()
        assert limits_of(spec) == ()
    assert "statistics" not in plain.model_dump(mode="json")
    assert CanaryGate.model_validate_json(gate().model_dump_json()) == gate()


def test_the_source_is_told_what_to_count() -> None:
    """The limits of the setting and of the document, latency with its burst tolerance, each once."""
    latency = {"max_p95_ms": 100, "max_p99_ms": 400}
    slo = {"canary": {}, "latency": latency, "judge_infra": {"latency": latency, "grace_burst": 0.5}}
    assert limits_of(gate(slo)) == (100, 150, 250, 400, 600)
    assert limits_of(gate(slo, slow_ms=[])) == (100, 150, 400, 600)
    assert limits_of(check_gate()) == limits_of(slo_gate()) == ()


def test_facts_from_before_the_counts_still_parse() -> None:
    """And a sample without them is written as it was then."""
    old = measurement()
    assert "slower" not in old.model_dump_json()
    assert LogMeasurement.model_validate_json(old.model_dump_json()) == old
    assert LogMeasurement.model_validate_json(GOOD[0].model_dump_json()) == GOOD[0]
    assert old.version != NEW


def test_every_code_is_explained() -> None:
    """Those that statistics add."""
    forms = {f"statistics.{code}" for code in ("count", "sign", "undecided", "uncounted", "no_latency_limit")}
    over = {f"statistics.{code}_over" for code in ("errors", "slow", "share")}
    assert forms | over | {"statistics.hard_stop"} <= FINDINGS.keys()


@pytest.mark.parametrize(
    "wrong",
    [{"margin": 2}, {"worse": 1}, {"alpha": 0}, {"beta": 0.5}, {"slow_ms": [1, 1]}, {"slow_ms": [0]}, {"mode": "auto"}],
)
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    """A margin that reaches what has to be ruled out, chances out of range, limits twice, unknown modes."""
    with pytest.raises(ValueError, match="statistics"):
        gate(**wrong)
