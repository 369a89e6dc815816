"""The slo gate: limits with their reason codes, and everything that is never a pass."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.evidence import Fact, LogFile, TrackSample
from bot.domain.service import When
from bot.domain.verdict import Judgement, Verdict
from bot.gates import judge
from tests.gates.facts import (
    BASIS,
    NEW,
    NOW,
    OLD,
    SEALED,
    STEP,
    ago,
    codes,
    failure,
    measurement,
    release,
    result,
    sample,
    slo_gate,
)

INFRA = {
    "judge_infra": {
        "latency": {"max_p95_ms": 100, "max_p99_ms": 200, "min_samples": 100},
        "availability": {"min_availability": 0.995},
        "grace_burst": 0.05,
    }
}
ERROR = {"error": {"max_error_rate": 0.01, "min_samples": 100}}


def judged(slo: Mapping[str, object], stable: TrackSample | None = None, **fields: object) -> Judgement:
    return judge(slo_gate(slo), release(measurement(stable, **fields)), NOW)


LIMITS = {
    "all well": (BASIS, sample(), Verdict.PASS, ()),
    "p95 at its limit": (BASIS, sample(p95_ms=100), Verdict.PASS, ()),
    "p95 over": (BASIS, sample(p95_ms=100.1), Verdict.FAIL, ("latency.p95_over",)),
    "p99 at its limit": (BASIS, sample(p99_ms=200), Verdict.PASS, ()),
    "both over": (BASIS, sample(p95_ms=101, p99_ms=201), Verdict.FAIL, ("latency.p95_over", "latency.p99_over")),
    "just enough requests": (BASIS, sample(100), Verdict.PASS, ()),
    "one too few": (BASIS, sample(99, p95_ms=999), Verdict.INCONCLUSIVE, ("perf.samples_insufficient_latency",)),
    "none": (BASIS, TrackSample(count=0, errors=0, unavailable=0), Verdict.NO_DATA, ("perf.missing",)),
    "no p95": (BASIS, sample(p95_ms=None), Verdict.NO_DATA, ("perf.missing",)),
    "no p99": (BASIS, sample(p99_ms=None), Verdict.NO_DATA, ("perf.missing",)),
    "no p50": (BASIS, sample(p50_ms=None), Verdict.PASS, ()),
    "no p99, p95 over": (BASIS, sample(p95_ms=101, p99_ms=None), Verdict.FAIL, ("latency.p95_over", "perf.missing")),
    "only p99 limited": ({"latency": {"max_p99_ms": 200}}, sample(p95_ms=None), Verdict.PASS, ()),
    "errors at the limit": (ERROR, sample(1000, 10), Verdict.PASS, ()),
    "one error more": (ERROR, sample(1000, 11), Verdict.FAIL, ("error.rate_over",)),
    "429 counts": (ERROR, sample(1000, 11, unavailable=0), Verdict.FAIL, ("error.rate_over",)),
    "too few for errors": (ERROR, sample(99, 99), Verdict.INCONCLUSIVE, ("perf.samples_insufficient_error",)),
    "no error allowed": ({"error": {"max_error_rate": 0}}, sample(10**6, 1), Verdict.FAIL, ("error.rate_over",)),
    "infra well": (INFRA, sample(), Verdict.PASS, ()),
    "infra p95 within grace": (INFRA, sample(p95_ms=105), Verdict.PASS, ()),
    "infra p95 over grace": (INFRA, sample(p95_ms=105.1), Verdict.FAIL, ("infra.latency_p95_over",)),
    "infra p99 over grace": (INFRA, sample(p99_ms=210.1), Verdict.FAIL, ("infra.latency_p99_over",)),
    "infra available enough": (INFRA, sample(1000, 5), Verdict.PASS, ()),
    "infra one 5xx more": (INFRA, sample(1000, 6), Verdict.FAIL, ("infra.availability_low",)),
    "429 is available": (INFRA, sample(1000, 500, unavailable=0), Verdict.PASS, ()),
    "infra few": (INFRA, sample(99, 99), Verdict.INCONCLUSIVE, ("infra.samples_insufficient_latency",)),
    "infra none": (INFRA, TrackSample(count=0, errors=0, unavailable=0), Verdict.NO_DATA, ("infra.perf_missing",)),
    "infra no p95": (INFRA, sample(p95_ms=None), Verdict.NO_DATA, ("infra.perf_missing",)),
    "availability alone": (
        {"judge_infra": {"availability": {"min_availability": 0.9}}}, sample(10, 1), Verdict.PASS, (),
    ),
    "availability alone, none": (
        {"judge_infra": {"availability": {"min_availability": 0}}},
        TrackSample(count=0, errors=0, unavailable=0), Verdict.NO_DATA, ("infra.perf_missing",),
    ),
    "harm is not hidden by thin data": (
        BASIS | {"error": {"max_error_rate": 0.5, "min_samples": 1}}, sample(50, 26),
        Verdict.FAIL, ("error.rate_over", "perf.samples_insufficient_latency"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", LIMITS)
def test_limits(case: str) -> None:
    """Each limit, exactly at it and just beyond, with the codes of the source system."""
    slo, stable, verdict, expected = LIMITS[case]
    judgement = judged(slo, stable)
    assert (judgement.verdict, codes(judgement)) == (verdict, expected)


@pytest.mark.parametrize(("total", "bad"), [(1000, 5), (100_000, 500), (1400, 7), (3_000_000, 15_000)])
def test_rounding_does_not_decide(total: int, bad: int) -> None:
    """A share that equals its limit keeps it, whatever floats make of it."""
    limits = {"error": {"max_error_rate": 0.005}, "judge_infra": {"availability": {"min_availability": 0.995}}}
    assert judged(limits, sample(total, bad)).verdict is Verdict.PASS
    assert judged(limits, sample(total, bad + 1)).verdict is Verdict.FAIL


def test_a_reason_carries_the_limit_that_was_applied() -> None:
    """Grace included: the source system printed the limit without it."""
    reason = judged(INFRA, sample(p95_ms=106)).reasons[0]
    assert (reason.observed, reason.limit, reason.samples) == (106, 105, 1000)


BLOCKS: dict[str, object] = {
    "budget": {},
    "quota": {"forbid_actions": {"tokens": ["deny", "throttle"]}},
    "anomaly": {},
    "integrity": {},
    "quorum": {},
    "drift": {},
    "saturation": {},
}


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_without_evidence_keeps_the_gate_shut(block: str) -> None:
    """Whatever the numbers of the other blocks are."""
    judgement = judged(BASIS | {block: BLOCKS[block]})
    assert (judgement.verdict, codes(judgement)) == (Verdict.NO_DATA, (f"evidence.missing:{block}",))


UNANSWERED = {
    "sig": {"judge_infra": {"sig": {"max_sig_error_rate": 0.001, "min_samples": 100}}},
    "signature": {"witness": {}},
}


@pytest.mark.parametrize("part", UNANSWERED)
def test_a_part_of_a_block_without_evidence_keeps_the_gate_shut(part: str) -> None:
    """Request logs hold no signatures."""
    judgement = judged(BASIS | UNANSWERED[part])
    assert (judgement.verdict, codes(judgement)) == (Verdict.NO_DATA, (f"evidence.missing:{part}",))


SIG = {"judge_infra": {"sig": {"max_sig_error_rate": 0.001, "min_samples": 100}}}


@pytest.mark.parametrize(
    ("count", "wrong", "found"),
    [
        (1000, 1, ()),
        (1000, 2, ("infra.sig_error_rate_over",)),
        (99, 99, ("infra.samples_insufficient_signature",)),
        (0, 0, ("evidence.missing:sig",)),
    ],
)
def test_a_judge_log_answers_for_signatures(count: int, wrong: int, found: tuple[str, ...]) -> None:
    """At the limit and just beyond; too few; and no answer at all."""
    judge_log = TrackSample(count=count, errors=0, unavailable=0, p95_ms=1, p99_ms=1, signature_errors=wrong)
    assert codes(judged(SIG, stable_judged=judge_log)) == found


def test_judge_infra_is_about_the_judge_log_where_one_was_read() -> None:
    """Its slowness is its own, and a reason names its file."""
    files = (*SEALED, LogFile(path="judge.csv", sha256="cd" * 32, size=10, rows=1000))
    judgement = judged(INFRA, sample(p95_ms=20), stable_judged=sample(p95_ms=106), files=files)
    assert [(one.code, one.source) for one in judgement.reasons] == [("infra.latency_p95_over", "judge.csv")]
    assert judged(INFRA, sample(p95_ms=106), stable_judged=sample(p95_ms=20), files=files).opens


def test_a_warn_band_warns_and_opens() -> None:
    """Warnings stand apart from reasons."""
    slo = {"objectives": [{"indicator": "latency.p95_ms", "max": 100, "warn_max": 50}]}
    judgement = judged(slo, sample(p95_ms=60))
    assert (judgement.opens, judgement.reasons, [one.code for one in judgement.warnings]) == (
        True, (), ["objective.warn_over"],
    )  # fmt: skip


def test_one_track_cannot_answer_a_canary_block() -> None:
    """The block belongs to a gate of kind canary."""
    judgement = judged(BASIS | {"canary": {}})
    assert (judgement.verdict, codes(judgement)) == (Verdict.NO_DATA, ("canary.block_missing",))


WITNESS = BASIS | {"witness": {"require_signature": False, "min_rows": 10}}
SHORT = LogFile(path="a", sha256="ab", size=4096, rows=9)
FILES = {
    "proven": (SEALED, Verdict.PASS, ()),
    "just enough rows": ((LogFile(path="a", sha256="ab", size=4096, rows=10),), Verdict.PASS, ()),
    "no file": ((), Verdict.NO_DATA, ("evidence.missing:witness",)),
    "no hash": ((LogFile(path="a", sha256="", size=4096, rows=99),), Verdict.NO_DATA, ("witness.no_csv_sha256",)),
    "few rows": ((SHORT,), Verdict.INCONCLUSIVE, ("witness.rows_insufficient",)),
    "one of two": ((*SEALED, SHORT), Verdict.INCONCLUSIVE, ("witness.rows_insufficient",)),
}


@pytest.mark.parametrize("case", FILES)
def test_witness(case: str) -> None:
    """min_rows and the hash are enforced for every file; the source system declared them and looked away."""
    files, verdict, expected = FILES[case]
    judgement = judged(WITNESS, files=files)
    assert (judgement.verdict, codes(judgement)) == (verdict, expected)


UNFIT: dict[str, tuple[Fact | None, Verdict, str]] = {
    "nothing": (None, Verdict.NO_DATA, "evidence.missing:reqlog"),
    "check result": (result(), Verdict.ERROR, "evidence.wrong_kind"),
    "log missing": (failure("missing"), Verdict.NO_DATA, "source.missing"),
    "log unreadable": (failure("unreadable"), Verdict.ERROR, "source.unreadable"),
    "bad row": (failure("bad_row"), Verdict.ERROR, "source.bad_row"),
    "new version on stable": (measurement(version=NEW), Verdict.ERROR, "evidence.wrong_version"),
    "no version": (measurement(version=""), Verdict.ERROR, "evidence.wrong_version"),
    "measured long ago": (measurement(observed_at=ago(minutes=2)), Verdict.NO_DATA, "evidence.stale"),
    "no request lately": (measurement(newest_at=ago(minutes=2)), Verdict.NO_DATA, "evidence.stale"),
    "window long over": (measurement(end=ago(minutes=2)), Verdict.NO_DATA, "evidence.stale"),
    "observed in the future": (measurement(observed_at=ago(seconds=-61)), Verdict.ERROR, "evidence.from_future"),
    "requests of the future": (measurement(newest_at=ago(seconds=-61)), Verdict.ERROR, "evidence.from_future"),
    "window of the future": (measurement(end=ago(seconds=-61)), Verdict.ERROR, "evidence.from_future"),
    "no such track": (measurement(stable=None).model_copy(update={"stable": None}), Verdict.NO_DATA, "perf.missing"),
}


@pytest.mark.parametrize("case", UNFIT)
def test_evidence_that_cannot_be_judged_is_never_a_pass(case: str) -> None:
    """Missing, unreadable, foreign, stale and impossible evidence, each by its name."""
    fact, verdict, code = UNFIT[case]
    judgement = judge(slo_gate(), release(*([fact] if fact else [])), NOW)
    assert (judgement.verdict, codes(judgement)) == (verdict, (code,))


def test_a_clock_may_run_a_minute_ahead() -> None:
    """Exactly a minute of skew is still believed."""
    ahead = ago(seconds=-60)
    assert judge(slo_gate(), release(measurement(observed_at=ahead, end=ahead, newest_at=ahead)), NOW).opens


def test_a_failure_says_where() -> None:
    """File, line and flaw reach the person who can repair it."""
    assert judge(slo_gate(), release(failure("bad_row")), NOW).reasons[0].detail == "stable.csv:3 ts"


def test_a_failure_after_a_measurement_counts() -> None:
    """Yesterday's good numbers do not stand in for a log that is broken now."""
    facts = (measurement(observed_at=ago(seconds=30)), failure("bad_row"))
    assert judge(slo_gate(), release(*facts), NOW).verdict is Verdict.ERROR


def test_a_document_that_was_not_read_is_an_error() -> None:
    """No file, no limits, no pass."""
    judgement = judge(slo_gate(slo=None).model_copy(update={"slo": None}), release(measurement()), NOW)
    assert (judgement.verdict, codes(judgement)) == (Verdict.ERROR, ("slo-parse",))


SUBJECTS = [
    ({"track": "stable"}, {"previous": OLD}, OLD),
    ({"track": "stable", "when": "open"}, {"previous": OLD}, OLD),
    ({"track": "canary", "when": "bake"}, {"previous": OLD}, NEW),
    ({"track": "stable", "when": "verify"}, {"previous": OLD}, NEW),
]


@pytest.mark.parametrize(("gate", "fields", "version"), SUBJECTS)
def test_the_measurement_must_name_the_version_on_its_track(
    gate: dict[str, object], fields: dict[str, object], version: str
) -> None:
    """The canary track is the new version; the stable track the one before, until the new one has all traffic."""
    for named in (OLD, NEW):
        fact = measurement(version=named, canary=sample(), start=STEP)
        judgement = judge(slo_gate(**gate), release(fact, **fields), NOW)
        assert judgement.opens is (named == version), named


def test_without_anything_live_stable_has_no_subject() -> None:
    """The first release of a service names no version before it, and the plan no baseline."""
    judgement = judge(slo_gate(), release(measurement(version=""), previous=None), NOW)
    assert (judgement.verdict, codes(judgement)) == (Verdict.NO_DATA, ("evidence.missing:baseline",))


def test_the_baseline_stands_in_for_the_version_before() -> None:
    """For the first release it is the plan's baseline that is measured on stable."""
    first = release(measurement(version="v1.0.0"), previous=None)
    first = first.model_copy(update={"plan": first.plan.model_copy(update={"baseline": "v1.0.0"})})
    assert judge(slo_gate(), first, NOW).opens


def test_verifying_does_not_count_requests_of_the_version_before() -> None:
    """A stable window that began before all traffic had moved mixes two versions."""
    gate = slo_gate(when=When.VERIFY)
    early, late = (measurement(version=NEW, start=STEP + timedelta(seconds=by)) for by in (-1, 0))
    assert codes(judge(gate, release(early), NOW)) == ("evidence.before_step",)
    assert judge(gate, release(late), NOW).opens


def test_a_judgement_ages_from_the_newest_request() -> None:
    """`stale_at` is when it stops counting, and from then on it does."""
    fact = measurement(newest_at=ago(seconds=30))
    judgement = judge(slo_gate(), release(fact), NOW)
    assert judgement.as_of == NOW
    assert judgement.stale_at == ago(seconds=30) + timedelta(minutes=2)
    assert judge(slo_gate(), release(fact), judgement.stale_at - timedelta(microseconds=1)).opens
    assert judge(slo_gate(), release(fact), judgement.stale_at).verdict is Verdict.NO_DATA


def test_an_empty_log_ages_from_its_reading() -> None:
    """No request ever is no data now, not staleness."""
    empty = TrackSample(count=0, errors=0, unavailable=0)
    assert codes(judge(slo_gate(), release(measurement(empty, newest_at=None)), NOW)) == ("perf.missing",)


FULL = BASIS | ERROR | INFRA | WITNESS
_COUNT = st.integers(min_value=0, max_value=3000)


@given(count=_COUNT, errors=_COUNT, more=_COUNT)
def test_more_errors_never_help(count: int, errors: int, more: int) -> None:
    """Of two samples of one size, the one with more errors is never the better one."""
    few, many = min(errors, count), min(errors + more, count)
    if judged(FULL, sample(count, many)).opens:
        assert judged(FULL, sample(count, few)).opens
    if judged(FULL, sample(count, few)).verdict is Verdict.FAIL:
        assert judged(FULL, sample(count, many)).verdict is Verdict.FAIL


@given(low=st.floats(0, 500), more=st.floats(0, 500), count=_COUNT)
def test_slower_never_helps(low: float, more: float, count: int) -> None:
    """Of two samples of one size, the slower one is never the better one."""
    quick, slow = (judged(FULL, sample(count, p95_ms=ms, p99_ms=ms)) for ms in (low, low + more))
    assert quick.opens or not slow.opens
    assert slow.verdict is Verdict.FAIL or quick.verdict is not Verdict.FAIL


@given(
    numbers=st.sets(st.sampled_from(["p95_ms", "p99_ms"]), min_size=0),
    sealed=st.booleans(),
    there=st.booleans(),
    count=_COUNT,
    errors=_COUNT,
)
def test_what_is_taken_away_never_opens(numbers: set[str], sealed: bool, there: bool, count: int, errors: int) -> None:
    """Whatever number, file or track is removed from evidence, the gate is no more open than before."""
    whole = sample(count, min(errors, count))
    fact = measurement(
        whole.model_copy(update=dict.fromkeys(numbers)),
        files=SEALED if sealed else (),
    ).model_copy(update={} if there else {"stable": None})
    less = judge(slo_gate(FULL), release(fact), NOW)
    removed = bool(numbers) or not sealed or not there
    assert less.opens is (not removed and judged(FULL, whole).opens)
