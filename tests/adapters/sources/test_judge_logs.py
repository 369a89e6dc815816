"""Judge logs beside request logs: read where an SLO file asks for what they hold, and never mixed up with others."""

import asyncio
from datetime import timedelta
from pathlib import Path

from bot.adapters.sources.csv_log import build_source
from bot.adapters.sources.table import Reading, source_for
from bot.domain.evidence import Fact, LogMeasurement, SourceFailure
from bot.domain.service import CsvSource
from bot.gates import tracks_of
from bot.ports import Asked
from tests.adapters.sources.logs import HEADER, NOON, line, ts
from tests.gates.facts import NEW, release, slo_gate

SPEC = CsvSource(
    kind="csv", stable="stable.csv", canary="canary.csv", judgelog="judge.csv", canary_judgelog="new-judge.csv"
)
FIVE = timedelta(minutes=5)


def write(folder: Path) -> None:
    """100 requests of each track; the judges answered 50 of the live version, two of them with a wrong signature."""
    for name in ("stable.csv", "canary.csv"):
        (folder / name).write_bytes(HEADER + b"".join(line(-1 - i) for i in range(100)))
    judged = b"ts,status,latency_ms,verify_error\n"
    rows = [b"%s,200,%d.5,%d\n" % (ts(-1 - i), i, i < 2) for i in range(50)]
    (folder / "judge.csv").write_bytes(judged + b"".join(rows))
    (folder / "new-judge.csv").write_bytes(judged)


def measured(folder: Path, judges: bool, *tracks: str) -> LogMeasurement:
    source = build_source(SPEC, tracks, folder, judges=judges)  # type: ignore[arg-type]  # tests name tracks as text
    fact = source.measure("infra", "v1.0.0", NOON - FIVE, NOON, NOON)
    assert isinstance(fact, LogMeasurement), fact
    return fact


def test_signatures_are_counted_and_every_file_keeps_its_name(tmp_path: Path) -> None:
    """Requests and answers of judges stand apart, each with its own file."""
    write(tmp_path)
    fact = measured(tmp_path, True, "stable", "canary")
    assert fact.stable is not None
    assert fact.stable_judged is not None
    assert (fact.stable.count, fact.stable.signature_error_rate) == (100, None)
    assert (fact.stable_judged.count, fact.stable_judged.signature_error_rate) == (50, 0.04)
    assert fact.canary_judged is not None
    assert (fact.canary_judged.count, fact.canary_judged.signature_errors) == (0, 0)
    assert fact.canary_judged.signature_error_rate is None, "no requests have no share"
    requests, judges = ([fact.file_of("stable", judged), fact.file_of("canary", judged)] for judged in (False, True))
    files = [*requests, *judges]
    assert [file.path for file in files if file] == ["stable.csv", "canary.csv", "judge.csv", "new-judge.csv"]


def test_a_judge_log_that_nobody_asks_for_is_not_read(tmp_path: Path) -> None:
    """Nor missed."""
    write(tmp_path)
    (tmp_path / "judge.csv").unlink()
    assert measured(tmp_path, False, "stable").stable_judged is None


def gate_reads(folder: Path, slo: dict[str, object]) -> Fact:
    gate = slo_gate(slo)
    asking = release(spec=gate)
    plan = asking.plan.model_copy(update={"sources": {"log": SPEC}})
    source = source_for(plan, gate, Reading(folder, tracks_of(gate)))
    return asyncio.run(source.measure(Asked("g", NEW, NOON - FIVE, NOON, NOON, asking)))


def test_a_gate_reads_judge_logs_when_its_file_asks(tmp_path: Path) -> None:
    """And when the log is not there, that is a failure by its name, not a gate without signatures."""
    write(tmp_path)
    plain: dict[str, object] = {"latency": {"max_p95_ms": 1000}}
    signed: dict[str, object] = {"judge_infra": {"sig": {"max_sig_error_rate": 0.1}}}
    without, with_them = gate_reads(tmp_path, plain), gate_reads(tmp_path, signed)
    assert isinstance(without, LogMeasurement)
    assert isinstance(with_them, LogMeasurement)
    assert without.stable_judged is None
    assert with_them.stable_judged is not None
    (tmp_path / "judge.csv").unlink()
    missing = gate_reads(tmp_path, signed)
    assert isinstance(missing, SourceFailure)
    assert (missing.code, missing.detail) == ("missing", "judge.csv")
