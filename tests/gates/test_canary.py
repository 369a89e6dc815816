"""The canary gate: clean windows in a row pass, bad ones beyond the burst fail, everything else waits."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.evidence import Fact, LogMeasurement, TrackSample
from bot.domain.service import CanaryGate
from bot.domain.verdict import Judgement, Verdict
from bot.gates import judge
from tests.gates.facts import (
    NOW,
    OLD,
    SEALED,
    STEP,
    ago,
    canary_gate,
    codes,
    failure,
    release,
    result,
    sample,
    slo_gate,
    window,
)

BAD = sample(1000, 50)
SLOW = sample(p95_ms=40)
THIN = sample(99)
NONE = TrackSample(count=0, errors=0, unavailable=0)


def judged(*facts: Fact, spec: CanaryGate | None = None) -> Judgement:
    return judge(spec or canary_gate(), release(*facts), NOW)


def row(*canaries: TrackSample) -> tuple[LogMeasurement, ...]:
    """Windows one after the other, the last one ending NOW."""
    return tuple(window(len(canaries) - 1 - i, canary) for i, canary in enumerate(canaries))


GOOD = sample()

SEQUENCES = {
    "nothing yet": ((), 0, Verdict.NO_DATA, ("canary.block_missing",)),
    "one clean": ((GOOD,), 0, Verdict.PENDING, ("canary.windows_clean",)),
    "two clean": ((GOOD, GOOD), 0, Verdict.PENDING, ("canary.windows_clean",)),
    "three clean": ((GOOD,) * 3, 0, Verdict.PASS, ()),
    "many clean": ((GOOD,) * 9, 0, Verdict.PASS, ()),
    "bad at once": ((BAD,), 0, Verdict.FAIL, ("canary.error_delta_over",)),
    "bad after three clean": ((GOOD, GOOD, GOOD, BAD), 0, Verdict.FAIL, ("canary.error_delta_over",)),
    "clean after bad": ((BAD, GOOD, GOOD, GOOD), 0, Verdict.FAIL, ("canary.error_delta_over",)),
    "slow": ((GOOD, GOOD, SLOW), 0, Verdict.FAIL, ("canary.p95_rel_over",)),
    "one bad tolerated, three clean since": ((BAD, GOOD, GOOD, GOOD), 1, Verdict.PASS, ()),
    "one bad tolerated, two clean since": ((BAD, GOOD, GOOD), 1, Verdict.PENDING, ("canary.windows_clean",)),
    "one bad tolerated, just now": (
        (GOOD, GOOD, GOOD, BAD), 1, Verdict.PENDING, ("canary.windows_clean", "canary.error_delta_over"),
    ),
    "two bad with one tolerated": ((BAD, GOOD, BAD, GOOD), 1, Verdict.FAIL, ("canary.error_delta_over",)),
    "thin at last": (
        (GOOD, GOOD, GOOD, THIN), 0, Verdict.INCONCLUSIVE, ("canary.sample_insufficient", "canary.windows_clean"),
    ),
    "thin breaks the row": ((GOOD, GOOD, THIN, GOOD), 0, Verdict.PENDING, ("canary.windows_clean",)),
    "all thin": ((THIN,) * 9, 0, Verdict.INCONCLUSIVE, ("canary.sample_insufficient", "canary.windows_clean")),
    "no canary traffic": ((NONE,), 0, Verdict.INCONCLUSIVE, ("canary.sample_insufficient", "canary.windows_clean")),
}  # fmt: skip


@pytest.mark.parametrize("case", SEQUENCES)
def test_windows_of_a_step(case: str) -> None:
    """What a sequence of windows amounts to, three in a row needed."""
    canaries, burst, verdict, expected = SEQUENCES[case]
    judgement = judged(*row(*canaries), spec=canary_gate(burst=burst))
    assert (judgement.verdict, codes(judgement)) == (verdict, expected)


def test_progress_is_counted() -> None:
    """The card says "2 of 3"."""
    reason = judged(*row(BAD, GOOD, GOOD), spec=canary_gate(burst=1)).reasons[0]
    assert (reason.observed, reason.limit) == (2, 3)


LIMITS = [
    (sample(p95_ms=100), sample(p95_ms=115), Verdict.PENDING),
    (sample(p95_ms=100), sample(p95_ms=115.01), Verdict.FAIL),
    (sample(p95_ms=0.2), sample(p95_ms=0.35), Verdict.PENDING),
    (sample(p95_ms=0.2), sample(p95_ms=0.36), Verdict.FAIL),
    (sample(p95_ms=0), sample(p95_ms=0), Verdict.PENDING),
    (sample(p95_ms=100), sample(p95_ms=1), Verdict.PENDING),
    (sample(1000, 60), sample(1000, 70), Verdict.PENDING),
    (sample(1000, 60), sample(1000, 71), Verdict.FAIL),
    (sample(1000, 20), sample(1000, 30, unavailable=0), Verdict.PENDING),
    (sample(1000, 20), sample(1000, 31, unavailable=0), Verdict.FAIL),
    (sample(1000, 500), sample(1000, 0), Verdict.PENDING),
]


@pytest.mark.parametrize(("stable", "canary", "verdict"), LIMITS)
def test_relative_limits(stable: TrackSample, canary: TrackSample, verdict: Verdict) -> None:
    """p95 +15 % over at least 1 ms, errors (5xx and 429) +1 point: exactly at the limit is clean, beyond is bad."""
    assert judged(window(0, canary, stable)).verdict is verdict


def test_the_reason_holds_the_numbers() -> None:
    """Observed rise, its limit, and the canary's requests."""
    slow, wrong = judged(window(0, sample(800, 40, p95_ms=30))).reasons
    assert (slow.code, slow.observed, slow.limit, slow.samples) == ("canary.p95_rel_over", 0.5, 0.15, 800)
    assert (wrong.code, wrong.observed, wrong.limit, wrong.samples) == ("canary.error_delta_over", 0.05, 0.01, 800)


def test_the_worst_bad_window_gives_the_reasons() -> None:
    """Not the latest: the one furthest beyond its limit."""
    reasons = judged(*row(sample(1000, 300), BAD, SLOW, GOOD)).reasons
    assert [reason.observed for reason in reasons] == [0.3]


@pytest.mark.parametrize("track", ["stable", "canary"])
def test_both_tracks_need_enough_requests(track: str) -> None:
    """A canary is not compared with five requests of stable, nor judged by five of its own."""
    judgement = judged(window(0, **{track: sample(99, 99)}))
    assert judgement.verdict is Verdict.INCONCLUSIVE
    reason = judgement.reasons[0]
    assert (reason.code, reason.observed, reason.limit, reason.detail) == ("canary.sample_insufficient", 99, 100, track)
    assert judged(window(0, **{track: sample(100)})).verdict is Verdict.PENDING


BLIND = {
    "no stable": window(0).model_copy(update={"stable": None}),
    "stable without requests": window(0, stable=NONE),
    "no canary": window(0).model_copy(update={"canary": None}),
    "no p95 of the canary": window(0, sample(p95_ms=None)),
    "no p95 of stable": window(0, stable=sample(p95_ms=None)),
}


@pytest.mark.parametrize("case", BLIND)
def test_a_window_without_something_to_compare_is_no_data(case: str) -> None:
    """It ends the row of clean ones, and the gate says what is missing."""
    judgement = judged(*(window(i) for i in (3, 2, 1)), BLIND[case])
    assert judgement.verdict is Verdict.NO_DATA
    assert codes(judgement)[0] in ("canary.block_missing", "canary.figure_missing")


MINUTE = timedelta(minutes=1)
ROWS = {
    "contiguous": ((2, 1, 0), Verdict.PASS),
    "recorded in another order": ((0, 2, 1), Verdict.PASS),
    "the same one three times": ((0, 0, 0), Verdict.PENDING),
    "a gap": ((4, 3, 1, 0), Verdict.PENDING),
    "a hair's gap": ((2.09, 1.05, 0), Verdict.PASS),
    "overlapping": ((1, 0.5, 0), Verdict.PENDING),
    "overlap further back": ((3, 2.5, 2, 1, 0), Verdict.PASS),
}


@pytest.mark.parametrize("case", ROWS)
def test_clean_windows_must_follow_each_other(case: str) -> None:
    """Distinct, contiguous, not overlapping: nobody passes by being measured three times in one minute."""
    ends, verdict = ROWS[case]
    assert judged(*(window(end) for end in ends)).verdict is verdict


def test_only_windows_of_this_step_count() -> None:
    """One that began before the traffic moved says nothing about this share of it, good or bad."""
    late = release().model_copy(update={"step_at": ago(minutes=2)})
    assert (
        judge(canary_gate(), late.model_copy(update={"facts": row(GOOD, GOOD, GOOD)}), NOW).verdict is Verdict.PENDING
    )
    assert judge(canary_gate(), late.model_copy(update={"facts": row(BAD, GOOD, GOOD)}), NOW).verdict is Verdict.PENDING
    edge = late.model_copy(update={"step_at": ago(minutes=3), "facts": row(GOOD, GOOD, GOOD)})
    assert judge(canary_gate(), edge, NOW).verdict is Verdict.PASS


def test_before_any_step_there_is_nothing_to_judge() -> None:
    """Windows cannot belong to a step that has not begun."""
    judgement = judge(canary_gate(), release(*row(GOOD, GOOD, GOOD), step_at=None), NOW)
    assert (judgement.verdict, codes(judgement)) == (Verdict.NO_DATA, ("canary.block_missing",))


def test_of_two_readings_of_one_window_the_worse_counts() -> None:
    """Measuring again does not wash a bad window clean, in whatever order they came."""
    clean, bad = window(0), window(0, BAD)
    assert judged(clean, bad).verdict is judged(bad, clean).verdict is Verdict.FAIL


@pytest.mark.parametrize(
    "short",
    [window(0, start=ago(seconds=53)), window(0, observed_at=ago(seconds=7))],
    ids=["short", "read before its end"],
)
def test_a_window_that_is_too_short_is_never_clean(short: LogMeasurement) -> None:
    """A second of traffic is not a minute of it."""
    judgement = judged(window(2), window(1), short)
    assert judgement.verdict is Verdict.INCONCLUSIVE
    assert codes(judgement)[0] == "canary.window_short"


def test_a_pass_fades_when_no_window_follows() -> None:
    """`stale_at` is the newest window's end plus `fresh`, and from then on it is no data."""
    facts = row(GOOD, GOOD, GOOD)
    judgement = judged(*facts)
    assert judgement.as_of == NOW
    assert judgement.stale_at == NOW + timedelta(minutes=2)
    assert judge(canary_gate(), release(*facts), judgement.stale_at - timedelta(seconds=1)).opens
    later = judge(canary_gate(), release(*facts), judgement.stale_at)
    assert (later.verdict, codes(later)) == (Verdict.NO_DATA, ("evidence.stale",))


def test_a_bad_window_does_not_fade() -> None:
    """Harm that was measured in this step stands, also when the log falls silent or breaks."""
    bad = (window(10, BAD),)
    assert judged(*bad).verdict is Verdict.FAIL
    assert judged(*bad, failure("bad_row")).verdict is Verdict.FAIL


UNFIT: dict[str, tuple[Fact, Verdict, str]] = {
    "log missing": (failure("missing"), Verdict.NO_DATA, "source.missing"),
    "bad row": (failure("bad_row"), Verdict.ERROR, "source.bad_row"),
    "check result": (result(observed_at=NOW), Verdict.ERROR, "evidence.wrong_kind"),
    "other version": (window(0, version=OLD), Verdict.ERROR, "evidence.wrong_version"),
    "other version, bad": (window(0, BAD, version=OLD), Verdict.ERROR, "evidence.wrong_version"),
    "from the future": (window(-1.1), Verdict.ERROR, "evidence.from_future"),
}


@pytest.mark.parametrize("case", UNFIT)
def test_clean_windows_do_not_outweigh_unfit_evidence_after_them(case: str) -> None:
    """The newest fact must be fit to be judged."""
    fact, verdict, code = UNFIT[case]
    judgement = judged(window(3), window(2), window(1), fact)
    assert (judgement.verdict, codes(judgement)) == (verdict, (code,))


@pytest.mark.parametrize(
    ("extra", "code"),
    [
        ({"budget": {}}, "evidence.missing:budget"),
        ({"witness": {}}, "evidence.missing:signature"),
    ],
)
def test_blocks_without_evidence_keep_the_gate_shut(extra: dict[str, object], code: str) -> None:
    """Also beside three clean windows."""
    judgement = judged(*row(GOOD, GOOD, GOOD), spec=canary_gate({"canary": {"min_sample_count": 1}} | extra))
    assert (judgement.verdict, codes(judgement)) == (Verdict.NO_DATA, (code,))


SIG = {"judge_infra": {"sig": {"max_sig_error_rate": 0.001}}}
SIG_DELTA = {"canary": {"min_sample_count": 1, "thresholds": {"max_sig_error_delta": 0.0005}}}


@pytest.mark.parametrize(("extra", "code"), [(SIG, "evidence.missing:sig"), (SIG_DELTA, "canary.figure_missing")])
def test_without_judge_logs_no_window_is_clean_that_is_asked_for_signatures(
    extra: dict[str, object], code: str
) -> None:
    """A missing delta passed in the source system."""
    judgement = judged(*row(GOOD, GOOD, GOOD), spec=canary_gate({"canary": {"min_sample_count": 1}} | extra))
    assert (judgement.verdict, codes(judgement)) == (Verdict.NO_DATA, (code, "canary.windows_clean"))


@pytest.mark.parametrize(
    ("extra", "code"), [(SIG, "infra.sig_error_rate_over"), (SIG_DELTA, "canary.sig_error_delta_over")]
)
def test_judge_logs_answer_for_signatures(extra: dict[str, object], code: str) -> None:
    """Every limit is held against the judge logs of the tracks, in every window."""
    spec = canary_gate({"canary": {"min_sample_count": 1}} | extra)
    kept, broken = (sample(1000, signature_errors=wrong) for wrong in (0, 2))
    fine = [window(ago, stable_judged=kept, canary_judged=kept) for ago in (2, 1, 0)]
    assert judged(*fine, spec=spec).opens
    wrong = window(0, stable_judged=kept, canary_judged=broken)
    assert codes(judged(*fine[:2], wrong, spec=spec)) == (code,)


def test_the_newest_windows_warn_band_is_told_with_a_pass() -> None:
    """A warning keeps nothing from passing."""
    slo = {"canary": {"min_sample_count": 1}, "objectives": [{"indicator": "error_rate", "max": 1, "warn_max": 0}]}
    warned = sample(1000, 1)
    judgement = judged(*(window(ago, warned, warned) for ago in (2, 1, 0)), spec=canary_gate(slo))
    assert (judgement.opens, [one.code for one in judgement.warnings]) == (True, ["objective.warn_over"])


def test_absolute_limits_of_the_document_hold_for_the_canary() -> None:
    """As slow as stable is no excuse where the file also names a limit."""
    slo = {"canary": {"min_sample_count": 1}, "latency": {"max_p95_ms": 100, "min_samples": 100}}
    slow = sample(p95_ms=101)
    judgement = judged(window(0, slow, slow), spec=canary_gate(slo))
    assert (judgement.verdict, codes(judgement)) == (Verdict.FAIL, ("latency.p95_over",))


def test_the_witness_is_asked_in_every_window() -> None:
    """A window whose file proves nothing is not clean."""
    slo = {"canary": {"min_sample_count": 1}, "witness": {"require_signature": False}}
    spec = canary_gate(slo)
    bare = window(1, files=())
    assert judged(window(2), window(1), window(0), spec=spec).opens
    assert judged(window(2), bare, window(0), spec=spec).verdict is Verdict.PENDING
    unhashed = window(0, files=(SEALED[0].model_copy(update={"sha256": ""}),))
    assert judged(window(2), window(1), unhashed, spec=spec).verdict is Verdict.NO_DATA


@pytest.mark.parametrize("slo", [None, slo_gate().slo], ids=["no document", "no canary block"])
def test_a_gate_without_canary_limits_is_an_error(slo: object) -> None:
    """There is nothing that a window could be held against."""
    judgement = judged(*row(GOOD, GOOD, GOOD), spec=canary_gate().model_copy(update={"slo": slo}))
    assert (judgement.verdict, codes(judgement)) == (Verdict.ERROR, ("slo-parse",))


_KINDS = st.sampled_from([GOOD, BAD, SLOW, THIN, NONE])
_ROWS = st.lists(_KINDS, min_size=0, max_size=8)
_BURST = st.integers(0, 3)


@given(canaries=_ROWS, burst=_BURST, at=st.integers(0, 7), more=st.integers(1, 1000))
def test_more_errors_never_turn_fail_into_pass(canaries: list[TrackSample], burst: int, at: int, more: int) -> None:
    """Errors added to any window never open the gate, and never take back a failure."""
    spec = canary_gate(burst=burst)
    before = judged(*row(*canaries), spec=spec)
    if at < len(canaries):
        old = canaries[at]
        canaries[at] = old.model_copy(update={"errors": min(old.errors + more, old.count)})
    after = judged(*row(*canaries), spec=spec)
    assert before.opens or not after.opens
    assert before.verdict is not Verdict.FAIL or after.verdict is Verdict.FAIL


@given(canaries=_ROWS, burst=_BURST, gone=st.sets(st.integers(0, 7)))
def test_clean_windows_taken_away_never_open(canaries: list[TrackSample], burst: int, gone: set[int]) -> None:
    """Removing clean windows from the evidence leaves the gate at most as open as it was."""
    spec, windows = canary_gate(burst=burst), row(*canaries)
    kept = [one for i, one in enumerate(windows) if i not in gone or canaries[i] is not GOOD]
    if judged(*kept, spec=spec).opens:
        assert judged(*windows, spec=spec).opens


@given(canaries=_ROWS, burst=_BURST, number=st.sampled_from(["stable", "canary", "p95_ms"]))
def test_numbers_taken_away_never_open(canaries: list[TrackSample], burst: int, number: str) -> None:
    """Without a track, or its p95, in the newest window the gate is shut."""
    *others, last = (*row(*canaries), window(-0.0))
    if number == "p95_ms":
        less = last.model_copy(update={"canary": sample(p95_ms=None)})
    else:
        less = last.model_copy(update={number: None})
    assert not judged(*others, less, spec=canary_gate(burst=burst)).opens


@given(canaries=st.lists(_KINDS, min_size=3, max_size=8), burst=_BURST)
def test_a_pass_is_what_it_says(canaries: list[TrackSample], burst: int) -> None:
    """Open means: the last three windows clean, and no more bad ones in the step than tolerated."""
    bad = sum(one in (BAD, SLOW) for one in canaries)
    expected = all(one is GOOD for one in canaries[-3:]) and bad <= burst
    assert judged(*row(*canaries), spec=canary_gate(burst=burst)).opens is expected


def test_the_step_began_before_the_windows_of_these_tests() -> None:
    """Guards the builders above: all windows lie within the step."""
    assert all(one.start >= STEP for one in row(*(GOOD,) * 9))
