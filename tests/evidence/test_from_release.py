"""The evidence document of a release."""

from datetime import timedelta

import pytest

from bot.domain.evidence import LogFile, TrackSample
from bot.domain.slo import SloDocument
from bot.evidence.document import flaws_of, read_document, write_document
from bot.evidence.from_release import snapshot_of
from bot.evidence.harvest import source_file, written
from bot.gates import judge
from bot.gates.document import judge_document
from tests.gates.facts import NEW, NOW, canary_gate, failure, measurement, release, sample, slo_gate, window

FILES = (
    LogFile(path="stable.csv", sha256="ab" * 32, size=4096, rows=5000),
    LogFile(path="canary.csv", sha256="cd" * 32, size=1024, rows=900),
)
MINUTE = timedelta(minutes=1)


def test_it_is_bound_to_the_release() -> None:
    """Release, service, environment, version, artifact, time and producer; and it reads as it was written."""
    found = release(measurement(sample()), spec=slo_gate())
    made = snapshot_of(found, NOW)
    assert flaws_of(made) == ()
    assert read_document(write_document(made)) == made
    bound = made.binding
    assert bound is not None
    assert (bound.release, bound.service, bound.environment) == (found.id, found.service, found.environment)
    assert (bound.version, bound.artifact, bound.producer) == (NEW, found.artifact or None, "interlock")
    assert (bound.number, bound.previous, made.generated_at) == (1, None, NOW)


def test_perf_is_the_newest_measurement_of_the_track_that_is_judged() -> None:
    """With its window, its file, and counts that shares can be computed from again."""
    facts = [measurement(sample(1000, 1), observed_at=NOW - MINUTE), measurement(sample(2000, 4), files=FILES[:1])]
    perf = snapshot_of(release(*facts, spec=slo_gate()), NOW).perf
    assert perf is not None
    assert (perf.count, perf.errors, perf.error_rate) == (2000, 4, 0.002)
    assert perf.source is not None
    assert perf.source.path == "stable.csv"
    assert perf.window is not None
    assert perf.window.duration_sec == (facts[-1].end - facts[-1].start).total_seconds()


SIG = {"judge_infra": {"latency": {"max_p95_ms": 50}, "sig": {"max_sig_error_rate": 0.001}}}


def test_perf_judge_is_what_the_judge_log_showed() -> None:
    """Where a file asks for it. Without a judge log it is the request log, which knows no signatures."""
    judge_log = LogFile(path="judge.csv", sha256="ef" * 32, size=10, rows=500)
    seen = measurement(sample(), files=(FILES[0], judge_log), stable_judged=sample(500, p95_ms=40, signature_errors=2))
    made = snapshot_of(release(seen, spec=slo_gate(SIG)), NOW).perf_judge
    assert made is not None
    assert (made.count, made.signature_error_rate, made.availability) == (500, 0.004, 1)
    assert made.source == source_file(judge_log)
    alone = snapshot_of(release(measurement(sample()), spec=slo_gate(SIG)), NOW).perf_judge
    assert alone is not None
    assert (alone.count, alone.signature_error_rate) == (1000, None)
    assert snapshot_of(release(seen, spec=slo_gate()), NOW).perf_judge is None


@pytest.mark.parametrize("p95", [20, 51])
@pytest.mark.parametrize("wrong", [None, 0, 2])
def test_a_judge_of_the_document_sees_what_the_gate_saw(p95: float, wrong: int | None) -> None:
    """The same codes, whether the log is judged or the document that was made of it."""
    judge_log = None if wrong is None else sample(1000, p95_ms=p95, p99_ms=60, signature_errors=wrong)
    fact = measurement(sample(1000, p95_ms=p95, p99_ms=60), stable_judged=judge_log)
    found = release(fact, spec=slo_gate(SIG))
    gate = judge(slo_gate(SIG), found, NOW)
    document = judge_document(SloDocument.model_validate(SIG), snapshot_of(found, NOW), NOW)
    assert document.verdict is gate.verdict
    assert [one.code for one in document.reasons] == [one.code for one in gate.reasons]


def test_signature_deltas_are_those_of_the_judge_logs() -> None:
    """In the newest comparison and in its window."""
    spec = canary_gate({"canary": {"min_sample_count": 1, "thresholds": {"max_sig_error_delta": 0.001}}})
    old, new = (sample(500, signature_errors=wrong) for wrong in (0, 5))
    made = snapshot_of(release(window(0, stable_judged=old, canary_judged=new), spec=spec), NOW).canary
    assert made is not None
    assert made.deltas is not None
    assert made.deltas.sig_error_delta == 0.01
    assert [(one.passed, one.burst) for one in made.windows] == [(False, 1)]


def test_every_canary_window_is_there_with_its_marks() -> None:
    """Judged by the gate's own document; control and canary are the newest window's tracks."""
    spec = canary_gate()
    bad = TrackSample(count=1000, errors=200, unavailable=200, p50_ms=10, p95_ms=50, p99_ms=90)
    facts = [window(0, canary=bad, files=FILES), window(1)]
    made = snapshot_of(release(*facts, spec=spec), NOW)
    assert made.canary is not None
    assert [(one.passed, one.burst) for one in made.canary.windows] == [(True, 0), (False, 2)]
    control, canary = made.canary.control_perf, made.canary.canary_perf
    assert control is not None
    assert canary is not None
    assert (control.errors, canary.errors) == (0, 200)
    assert (control.source, canary.source) == (source_file(FILES[0]), source_file(FILES[1]))
    assert made.witness.csv_path == "canary.csv"
    assert made.canary.windows[1].end == written(NOW)


def test_nothing_measured_is_nothing_claimed() -> None:
    """Without a measurement, or with a source that failed: no perf, no canary, a witness without a hash."""
    for facts in ((), (failure("source.missing"),)):
        made = snapshot_of(release(*facts, spec=slo_gate()), NOW)
        assert flaws_of(made) == ()
        assert (made.perf, made.canary, made.witness.csv_sha256) == (None, None, None)
