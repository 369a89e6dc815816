"""Judging a document: every block that a file may hold, and nothing that is missing passes (contracts 1.11)."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.slo import SloDocument
from bot.domain.slo.objectives import Indicator
from bot.domain.verdict import Verdict
from bot.evidence.blocks import Integrity
from bot.evidence.document import DocumentFlawed, read_document
from bot.evidence.hashes import with_integrity
from bot.evidence.snapshot import Snapshot
from bot.gates.document import DocumentJudgement, judge_document
from bot.gates.document_itself import Sealed
from bot.gates.indicators import INDICATORS
from tests.evidence.documents import plain

NOW = datetime(2026, 3, 2, 10, 5, tzinfo=UTC)
WINDOW = {"start": "2026-03-02T09:55:00Z", "end": "2026-03-02T10:00:00Z", "duration_sec": 300}
LATENCY = {"p50": 12.0, "p95": 40.5, "p99": 80}
TRACK = {"count": 1000, "p50": 12.0, "p95": 40.0, "p99": 80.0, "error_rate": 0.001}
BLOCKS: dict[str, Any] = {
    "perf": {"count": 1000, "latency_ms": LATENCY, "error_rate": 0.002, "window": WINDOW},
    "perf_judge": {
        "count": 1000,
        "latency_ms": LATENCY,
        "availability": 0.999,
        "error_rate": 0.001,
        "signature_error_rate": 0.0001,
        "window": WINDOW,
    },
    "canary": {
        "control_perf": TRACK,
        "canary_perf": TRACK,
        "deltas": {"p95_rel": 0.01, "error_delta": 0.0, "sig_error_delta": 0.0},
        "window": {"start": "2026-03-02T09:45:00Z", "end": "2026-03-02T10:00:00Z"},
    },
    "drift": {"source": "nightly", "abs_diff": 0.1, "kl": 0.2, "severity": "low"},
    "saturation": {"cpu_percent": 50, "mem_percent": 50, "qps": 10},
}
SLO: dict[str, Any] = {
    "latency": {"max_p95_ms": 100, "max_p99_ms": 200, "min_samples": 100},
    "error": {"max_error_rate": 0.01, "min_samples": 100},
    "judge_infra": {
        "latency": {"max_p95_ms": 100, "max_p99_ms": 200, "min_samples": 100},
        "availability": {"min_availability": 0.995},
        "sig": {"max_sig_error_rate": 0.001, "min_samples": 100},
        "grace_burst": 0.05,
    },
    "canary": {"thresholds": {"max_sig_error_delta": 0.0005}},
    "witness": {},
    "integrity": {},
    "budget": {"max_spent": 0.5},
    "quota": {"forbid_actions": {"tokens": ["deny", "throttle"]}},
    "anomaly": {},
    "drift": {"source": "nightly"},
    "saturation": {"max_qps": 100},
}


def evidence(**blocks: Any) -> Snapshot:
    """A document with every block, these ones changed; None takes one out."""
    whole = plain() | BLOCKS | blocks
    kept = {name: block for name, block in whole.items() if block is not None}
    return with_integrity(read_document(json.dumps(kept).encode()))


def judged(slo: Any = None, snapshot: Snapshot | None = None, **more: Any) -> DocumentJudgement:
    more.setdefault("sealed", Sealed.SOUND)
    return judge_document(SloDocument.model_validate(SLO if slo is None else slo), snapshot or evidence(), NOW, **more)


def codes(judgement: DocumentJudgement) -> list[str]:
    return [reason.code for reason in judgement.reasons]


def test_a_whole_document_within_every_limit_passes() -> None:
    assert judged() == DocumentJudgement(Verdict.PASS, ())


def changed(block: str, **fields: Any) -> dict[str, Any]:
    return {block: (plain() | BLOCKS)[block] | fields}


BROKEN = {
    "latency.p95_over": changed("perf", latency_ms=LATENCY | {"p95": 100.1}),
    "latency.p99_over": changed("perf", latency_ms=LATENCY | {"p99": 200.1}),
    "error.rate_over": changed("perf", error_rate=0.0101),
    "perf.missing": {"perf": None},
    "perf.samples_insufficient_latency": changed("perf", count=99),
    "infra.latency_p95_over": changed("perf_judge", latency_ms=LATENCY | {"p95": 105.1}),
    "infra.availability_low": changed("perf_judge", availability=0.99),
    "infra.sig_error_rate_over": changed("perf_judge", signature_error_rate=0.0011),
    "infra.perf_missing": {"perf_judge": None},
    "infra.window_too_long": changed("perf_judge", window=WINDOW | {"start": "2026-03-02T09:54:59Z"}),
    "canary.block_missing": {"canary": None},
    "canary.sample_insufficient": changed("canary", canary_perf=TRACK | {"count": 999}),
    "canary.p95_rel_over": changed("canary", deltas={"p95_rel": 0.151, "error_delta": 0, "sig_error_delta": 0}),
    "canary.error_delta_over": changed("canary", deltas={"p95_rel": 0, "error_delta": 0.011, "sig_error_delta": 0}),
    "canary.sig_error_delta_over": changed("canary", deltas={"p95_rel": 0, "error_delta": 0, "sig_error_delta": 0.1}),
    "canary.figure_missing": changed("canary", deltas={"p95_rel": 0, "error_delta": 0}),
    "canary.guardband": changed("canary", window={"start": "2026-03-02T09:51:00Z", "end": "2026-03-02T10:00:00Z"}),
    "witness.no_csv_sha256": changed("witness", csv_sha256=""),
    "witness.rows_insufficient": changed("witness", rows=0),
    "budget.level_forbidden": changed("budget", level="exceeded"),
    "budget.spent_over": changed("budget", spent=0.51),
    "evidence.missing:budget": changed("budget", level=None),
    "quota.forbid": {"quota": {"decisions": {"tokens": {"action": "deny", "used": 31, "soft": 20, "hard": 30}}}},
    "evidence.missing:quota": {"quota": {"decisions": {}}},
    "anomaly.spike_forbidden": changed("anomaly", is_spike=True),
    "evidence.missing:anomaly": changed("anomaly", is_spike=None),
    "drift.abs_diff_over": changed("drift", abs_diff=0.151),
    "drift.kl_over": changed("drift", kl=1.1),
    "drift.severity_forbidden": changed("drift", severity="critical"),
    "evidence.missing:drift": changed("drift", source="weekly"),
    "infra.saturation.cpu": changed("saturation", cpu_percent=90.1),
    "infra.saturation.mem": changed("saturation", mem_percent=85.1),
    "infra.saturation.qps": changed("saturation", qps=100.1),
    "evidence.missing:saturation": {"saturation": None},
}


@pytest.mark.parametrize("code", BROKEN)
def test_each_block_is_enforced(code: str) -> None:
    """Just beyond its limit, or without what it needs; also where the source system looked away."""
    judgement = judged(snapshot=evidence(**BROKEN[code]))
    assert judgement.verdict is not Verdict.PASS
    assert code in codes(judgement)


def test_a_reason_says_where_its_number_comes_from() -> None:
    """The limit is the one that was applied, grace included; the source system printed the one without."""
    source = {"path": "var/log/judgelog.csv", "sha256": "ab" * 32, "size": 10, "rows": 1000}
    block = changed("perf_judge", latency_ms=LATENCY | {"p95": 106}, source=source)
    reason = judged(snapshot=evidence(**block)).reasons[0]
    assert (reason.observed, reason.limit, reason.samples, reason.source) == (106, 105, 1000, "var/log/judgelog.csv")
    assert reason.window == (datetime(2026, 3, 2, 9, 55, tzinfo=UTC), datetime(2026, 3, 2, 10, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("sealed", "code"),
    [
        (Sealed.NO, "evidence.unsealed"),
        (Sealed.UNCHECKED, "evidence.seal_unchecked"),
        (Sealed.BROKEN, "evidence.seal_broken"),
    ],
)
def test_the_witness_asks_for_a_seal_that_holds(sealed: Sealed, code: str) -> None:
    assert code in codes(judged(sealed=sealed))


def test_a_document_that_speaks_against_itself_fails_whatever_the_file_asks() -> None:
    """A changed number under an old checksum, and a document that somebody marked."""
    slo = {"error": {"max_error_rate": 1}}
    forged = evidence().model_copy(update={"budget": evidence(**changed("budget", spent=0.2)).budget})
    assert codes(judged(slo, forged)) == ["integrity.signature_mismatch"]
    assert codes(judged(slo, evidence(**changed("meta", tampered=True)))) == ["evidence.tampered"]


def test_old_evidence_and_evidence_from_the_future() -> None:
    slo = {"anomaly": {}, "max_age_sec": 300}
    at = "generated_at"
    assert codes(judged(slo, evidence(**changed("meta", **{at: "2026-03-02T10:00:01Z"})))) == []
    assert codes(judged(slo, evidence(**changed("meta", **{at: "2026-03-02T10:00:00Z"})))) == ["evidence.stale"]
    assert codes(judged(slo, evidence(**changed("meta", **{at: "2026-03-02T10:06:01Z"})))) == ["evidence.from_future"]


def test_evidence_gets_old_by_itself() -> None:
    """In the source system it passed forever. A merge makes a document young, not the figures that it left alone."""
    late = changed("meta", generated_at="2026-03-02T10:04:00Z")
    slo = {"error": {"max_error_rate": 1}}
    hours = {"window": {"start": "2026-03-02T08:55:00Z", "end": "2026-03-02T09:00:00Z"}}
    judgement = judged(slo, evidence(**late, **changed("perf", **hours)))
    assert [(one.code, one.detail) for one in judgement.reasons] == [("evidence.stale", "perf")]
    assert codes(judged({"anomaly": {}}, evidence(**late, **changed("perf", **hours)))) == []
    assert codes(judged(slo | {"max_age_sec": 7200}, evidence(**late, **changed("perf", **hours)))) == []
    assert codes(judged({"anomaly": {}}, evidence(**changed("meta", generated_at="2026-03-02T09:05:00Z")))) == [
        "evidence.stale"
    ]


CONTRADICTORY = {
    "more errors than the share says": changed("perf", errors=500),
    "more errors than requests": changed("perf", errors=2000, error_rate=1),
    "p95 above p99": changed("perf", latency_ms={"p50": 1, "p95": 90, "p99": 80}),
    "more unavailable than the share says": changed("perf_judge", unavailable=500),
    "more wrong signatures than the share says": changed("perf_judge", signature_errors=500),
    "a track's errors": changed("canary", canary_perf=TRACK | {"errors": 500}),
}


@pytest.mark.parametrize("case", CONTRADICTORY)
def test_figures_that_cannot_both_be_true_are_no_evidence(case: str) -> None:
    """A share that was painted over leaves its counts behind."""
    judgement = judged(snapshot=evidence(**CONTRADICTORY[case]))
    assert judgement.verdict in (Verdict.ERROR, Verdict.FAIL)
    assert "evidence.contradictory" in codes(judgement)


def test_the_counts_decide_where_the_share_is_rounded() -> None:
    """One error in a million over the limit; the share beside it was rounded to the limit."""
    slo = {"error": {"max_error_rate": 0.01}}
    row = {"count": 10**7, "error_rate": 0.01}
    assert codes(judged(slo, evidence(**changed("perf", **row, errors=100_000)))) == []
    assert codes(judged(slo, evidence(**changed("perf", **row, errors=100_001)))) == ["error.rate_over"]


def test_a_document_without_checksum_passes_only_where_that_is_waived() -> None:
    """A wrong one never does."""
    bare = evidence().model_copy(update={"integrity": Integrity(signature_sha256="")})
    wrong = evidence().model_copy(update={"integrity": Integrity(signature_sha256="0" * 64)})
    waived = {"anomaly": {}, "integrity": {"require_signature": False}}
    assert codes(judged({"anomaly": {}}, bare)) == ["evidence.missing:integrity"]
    assert codes(judged(waived, bare)) == []
    assert codes(judged(waived, wrong)) == ["integrity.signature_mismatch"]


def test_a_file_that_only_names_a_quorum_judges_nothing() -> None:
    assert codes(judged({"quorum": {}})) == ["slo-parse"]


def test_load_may_stand_in_usage_and_be_waived_openly() -> None:
    """`fail_closed: false` is the one way to let figures be missing, and a figure that is there still counts."""
    in_usage = changed("usage", cpu_percent=95, mem_percent=1) | {"saturation": None}
    slo = {"saturation": {"fail_closed": False}}
    assert codes(judged(slo, evidence(**in_usage))) == ["infra.saturation.cpu"]
    assert codes(judged(slo, evidence(saturation=None))) == []


def numbers(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of every figure that a limit of SLO reads."""
    if isinstance(tree, dict):
        for name, value in tree.items():
            yield from numbers(value, (*path, name))
    elif path[-1] not in ("p50", "duration_sec", "qps", "generated_at", "version", "tenant", "end", "start"):
        yield path


READ = [path for name in BLOCKS for path in numbers(BLOCKS[name], (name,)) if "canary_perf" not in path[:2]]


@given(st.sampled_from(READ))
def test_taking_any_figure_away_never_leaves_more_than_before(path: tuple[Any, ...]) -> None:
    """The source system read an absent number as 0. Here the document is refused, or does not pass; only a figure that
    no limit reads may go."""
    tree = json.loads(json.dumps(plain() | BLOCKS))
    place = tree
    for step in path[:-1]:
        place = place[step]
    del place[path[-1]]
    unread = {("perf_judge", "error_rate"), *(("canary", "control_perf", one) for one in ("p95", "p99", "error_rate"))}
    try:
        judgement = judged(snapshot=with_integrity(read_document(json.dumps(tree).encode())))
    except DocumentFlawed:
        return
    assert (judgement.verdict is Verdict.PASS) is (path in unread), path


OBJECTIVES = [
    {"indicator": "error_rate", "max": 0.001, "weight": 1},
    {"indicator": "latency.p95_ms", "max": 100, "weight": 3},
]


def test_a_broken_objective_fails_unless_a_score_decides() -> None:
    """The error rate is 0.002. With scoring, three quarters of the weight are kept: enough for a warning."""
    assert codes(judged({"objectives": OBJECTIVES})) == ["objective.over"]
    scored = judged({"objectives": OBJECTIVES, "scoring": {"pass": 0.9, "warn": 0.75}})
    assert (scored.verdict, scored.score, [one.code for one in scored.warnings]) == (
        Verdict.PASS, 0.75, ["objective.over", "score.scarce"],
    )  # fmt: skip
    low = judged({"objectives": OBJECTIVES, "scoring": {"pass": 0.9, "warn": 0.8}})
    assert codes(low) == ["score.low"]


def test_a_critical_objective_fails_whatever_the_score() -> None:
    rows = [OBJECTIVES[0] | {"critical": True}, OBJECTIVES[1] | {"weight": 1000}]
    assert codes(judged({"objectives": rows, "scoring": {}})) == ["objective.over"]


def test_the_warn_band_warns_and_counts_half() -> None:
    row = {"indicator": "error_rate", "max": 0.01, "warn_max": 0.001}
    judgement = judged({"objectives": [row]})
    assert (judgement.verdict, [one.code for one in judgement.warnings]) == (Verdict.PASS, ["objective.warn_over"])
    assert judged({"objectives": [row], "scoring": {"warn": 0.5}}).score == 0.5


@pytest.mark.parametrize("on_missing", ["no_data", "inconclusive", "fail"])
def test_a_missing_figure_is_not_made_up_for_by_a_score(on_missing: str) -> None:
    rows = [
        {"indicator": "drift.kl", "max": 1, "weight": 0, "on_missing": on_missing},
        {"indicator": "error_rate", "max": 1},
    ]
    judgement = judged({"objectives": rows, "scoring": {}}, evidence(drift=None))
    assert (judgement.verdict, codes(judgement)) == (Verdict(on_missing), ["objective.missing"])


def test_the_first_release_has_nothing_to_be_compared_with() -> None:
    """Keptn let it pass."""
    slo = {"objectives": [{"indicator": "latency.p95_ms", "compare": {"max_ratio": 1.1}}]}
    assert codes(judged(slo)) == ["objective.no_last_good"]
    before = evidence(**changed("perf", latency_ms=LATENCY | {"p95": 37}))
    assert codes(judged(slo, last_good=before)) == []
    faster = evidence(**changed("perf", latency_ms=LATENCY | {"p95": 36}))
    assert codes(judged(slo, last_good=faster)) == ["objective.worse_than_last_good"]


def test_worse_is_the_other_way_where_more_is_better() -> None:
    """An availability that rose is no harm, and the reason names the limit that follows from the last one."""
    row = {"indicator": "infra.availability", "compare": {"max_delta": 0.001}}
    better, worse = (evidence(**changed("perf_judge", availability=share)) for share in (0.9, 1))
    assert codes(judged({"objectives": [row]}, last_good=better)) == []
    assert codes(judged({"objectives": [row]}, last_good=worse)) == []
    strict = row | {"compare": {"max_delta": 0.0001}}
    reason = judged({"objectives": [strict]}, last_good=worse).reasons[0]
    assert (reason.code, reason.observed, reason.limit) == ("objective.worse_than_last_good", 0.999, 0.9999)


def test_too_few_requests_in_the_last_good_release_are_nothing_to_compare_with() -> None:
    row = {"indicator": "latency.p95_ms", "min_samples": 100, "compare": {"max_ratio": 1.1}}
    thin = evidence(**changed("perf", count=99))
    assert codes(judged({"objectives": [row]}, last_good=thin)) == ["objective.no_last_good"]


def test_the_burn_rate_is_the_error_rate_by_what_the_target_leaves() -> None:
    row = {"indicator": "error_budget.burn", "target": 0.999, "max": 2}
    assert codes(judged({"objectives": [row]})) == []
    assert codes(judged({"objectives": [row | {"max": 1.9}]})) == ["objective.over"]


def test_every_indicator_that_a_file_may_name_can_be_read() -> None:
    assert set(get_args(Indicator)) == set(INDICATORS)
