"""What the csv source measures in a readable log."""

import hashlib
import os
import random
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.sources.csv_log import build_source
from bot.domain.evidence import LogMeasurement, SourceFailure, TrackSample
from bot.domain.service import CsvSource
from bot.evidence.measure import sample_of
from tests.adapters.sources.logs import HEADER, NOON, line, measure, ts


def measured(folder: Path, *tracks: str) -> LogMeasurement:
    fact = measure(folder, tracks or ("stable",))
    assert isinstance(fact, LogMeasurement), fact
    return fact


def same(one: TrackSample | None, other: TrackSample) -> bool:
    """Equal counts, and percentiles equal but for the rounding of floats."""
    assert one is not None
    numbers = ("p50_ms", "p95_ms", "p99_ms")
    counts = one.model_dump(exclude=set(numbers)) == other.model_dump(exclude=set(numbers))
    return counts and all(getattr(one, name) == pytest.approx(getattr(other, name), rel=1e-12) for name in numbers)


def test_figures_are_those_of_the_definitions(tmp_path: Path) -> None:
    """Counts, both error figures and all percentiles equal what bot.evidence.measure says about the same requests."""
    chance = random.Random(7)
    statuses = chance.choices((200, 302, 404, 429, 500, 503), (90, 3, 3, 2, 1, 1), k=3000)
    latencies = [round(chance.lognormvariate(3, 1), 3) for _ in statuses]
    rows = [line(-i * 0.05 - 1, s, m) for i, (s, m) in enumerate(zip(statuses, latencies, strict=True))]
    chance.shuffle(rows)
    (tmp_path / "stable.csv").write_bytes(HEADER + b"".join(rows))

    fact = measured(tmp_path)

    assert same(fact.stable, sample_of(zip(statuses, latencies, strict=True)))
    assert fact.canary is None


def test_the_window_is_half_open(tmp_path: Path) -> None:
    """A request at the start counts, one at the end does not: windows that follow each other share no request."""
    rows = (line(-300.001, latency=1), line(-300, latency=2), line(-0.001, latency=4), line(0, latency=8))
    (tmp_path / "stable.csv").write_bytes(HEADER + b"".join(rows))
    fact = measured(tmp_path)
    assert same(fact.stable, sample_of([(200, 2.0), (200, 4.0)]))
    assert fact.newest_at == NOON
    assert fact.files[0].rows == 4


def test_evidence_names_each_file_with_the_hash_of_its_bytes(tmp_path: Path) -> None:
    """Both tracks are read over the same window; path as configured, SHA-256 and rows are kept for each."""
    (tmp_path / "stable.csv").write_bytes(HEADER + line(-9) + line(-8))
    (tmp_path / "canary.csv").write_bytes(HEADER + line(-7, 500))
    fact = measured(tmp_path, "stable", "canary")
    assert [(one.path, one.rows) for one in fact.files] == [("stable.csv", 2), ("canary.csv", 1)]
    for file in fact.files:
        assert file.sha256 == hashlib.sha256((tmp_path / file.path).read_bytes()).hexdigest()
    assert fact.stable is not None
    assert fact.canary is not None
    assert (fact.stable.count, fact.canary.count, fact.canary.errors) == (2, 1, 1)
    assert fact.newest_at == NOON - timedelta(seconds=7)
    assert (fact.gate, fact.version, fact.observed_at, fact.start, fact.end, fact.producer) == (
        "infra", "v1.0.0", NOON, NOON - timedelta(minutes=5), NOON, "csv",
    )  # fmt: skip


def test_only_the_tracks_that_are_needed_are_read(tmp_path: Path) -> None:
    """A gate on stable is measured while no canary log exists, and the other way round."""
    (tmp_path / "stable.csv").write_bytes(HEADER + line(-9))
    assert measured(tmp_path).canary is None
    (tmp_path / "stable.csv").rename(tmp_path / "canary.csv")
    fact = measured(tmp_path, "canary")
    assert fact.stable is None
    assert fact.canary is not None


@pytest.mark.parametrize(
    "content",
    [HEADER, HEADER.replace(b"\n", b"\r\n"), HEADER + b"\n\n", HEADER + b",200,1.0\n"],
    ids=["header", "crlf", "blank lines", "blank ts"],
)
def test_a_log_without_requests_is_an_empty_sample(tmp_path: Path, content: bytes) -> None:
    """No rows, blank lines and rows without a time are no requests, and no failure either."""
    (tmp_path / "stable.csv").write_bytes(content)
    fact = measured(tmp_path)
    assert fact.stable == TrackSample(count=0, errors=0, unavailable=0)
    assert fact.newest_at is None
    assert fact.files[0].rows == 0


@pytest.mark.parametrize(
    "row",
    [
        ts(-60)[:-1] + b",200,7\n",
        ts(-60).replace(b"T", b" ") + b",200,7\n",
        ts(-60)[:-1] + b"+00:00,200,7\n",
        ts(7140)[:-1] + b"+02:00,200,7\n",
        ts(-60)[:-1] + b"456Z,200,7\n",
        ts(-60) + b",200,7.\n",
        ts(-60) + b",200,0.7e1\n",
        ts(-60) + b",200,7.000\r\n",
        b"\n" + ts(-60) + b",200,7\n\n",
        b",500,9000\n" + ts(-60) + b",200,7\n",
    ],
    ids=["naive", "space", "utc", "zone", "micros", "dot", "exponent", "crlf", "blank lines", "blank ts"],
)
def test_every_accepted_spelling_means_the_same(tmp_path: Path, row: bytes) -> None:
    """ISO-8601 with or without zone, decimals as programs write them, both line ends; blank ts rows are skipped."""
    (tmp_path / "stable.csv").write_bytes(HEADER + row)
    assert same(measured(tmp_path).stable, sample_of([(200, 7.0)]))


def test_a_line_that_is_being_written_is_left_for_later(tmp_path: Path) -> None:
    """While the file is growing its unfinished last line is neither judged nor hashed."""
    whole = HEADER + line(-9)
    (tmp_path / "stable.csv").write_bytes(whole + line(-8)[:-6])
    fact = measured(tmp_path)
    assert fact.files[0].rows == 1
    assert fact.files[0].sha256 == hashlib.sha256(whole).hexdigest()


def test_blocks_are_cut_at_line_ends(tmp_path: Path) -> None:
    """A log of many blocks is counted whole, wherever a block boundary falls."""
    rows = b"".join(line(-i / 1000, 429 if i % 10 == 0 else 200, i % 17) for i in range(1, 100_001))
    (tmp_path / "stable.csv").write_bytes(HEADER + rows)
    fact = measured(tmp_path)
    assert fact.stable is not None
    assert (fact.stable.count, fact.stable.errors, fact.stable.unavailable) == (100_000, 10_000, 0)
    assert fact.files[0].sha256 == hashlib.sha256(HEADER + rows).hexdigest()


def test_a_log_that_grows_during_the_reading_is_read_consistently(tmp_path: Path) -> None:
    """Against a writer that appends torn lines all the time, every reading is a whole prefix with a fitting hash."""
    log = tmp_path / "stable.csv"
    log.write_bytes(HEADER)
    append = (
        "import sys\n"
        f"row = {line(-30)!r}\n"
        "with open(sys.argv[1], 'ab', buffering=0) as log:\n"
        "    for _ in range(200_000):\n"
        "        log.write(row[:17]); log.write(row[17:])\n"
    )
    writer = subprocess.Popen([sys.executable, "-c", append, str(log)])
    try:
        readings = [measured(tmp_path) for _ in range(6)]
    finally:
        writer.kill()
        writer.wait()
    content = log.read_bytes()
    for fact in readings:
        whole = len(HEADER) + fact.files[0].rows * len(line(-30))
        assert fact.files[0].sha256 == hashlib.sha256(content[:whole]).hexdigest()
    assert readings[-1].files[0].rows > 0


def test_relative_paths_start_at_the_working_folder(tmp_path: Path) -> None:
    """A log elsewhere is named by an absolute path; everything else lies below the folder that was handed in."""
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "a.csv").write_bytes(HEADER + line(-9))
    for path in ("logs/a.csv", str(tmp_path / "logs" / "a.csv")):
        source = build_source(CsvSource(kind="csv", stable=path), ("stable",), tmp_path)
        fact = source.measure("infra", "v1.0.0", NOON - timedelta(minutes=1), NOON, NOON)
        assert isinstance(fact, LogMeasurement)
        assert fact.files[0].path == path


def test_a_source_without_canary_log_has_no_canary(tmp_path: Path) -> None:
    """A gate that asks for a track which is not configured gets a failure, not an empty sample."""
    (tmp_path / "stable.csv").write_bytes(HEADER)
    source = build_source(CsvSource(kind="csv", stable="stable.csv"), ("stable", "canary"), tmp_path)
    fact = source.measure("infra", "v1.0.0", NOON - timedelta(minutes=1), NOON, NOON)
    assert isinstance(fact, SourceFailure)
    assert (fact.code, fact.detail) == ("missing", "canary")


def test_nothing_is_left_open(tmp_path: Path) -> None:
    """Good and bad readings alike close every file descriptor."""
    before = len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").is_dir() else None
    if before is None:
        pytest.skip("descriptors are counted in /proc, which is missing here")
    (tmp_path / "stable.csv").write_bytes(HEADER + line(-9))
    (tmp_path / "canary.csv").write_bytes(HEADER + b"oops\n")
    for _ in range(5):
        measure(tmp_path, ("stable", "canary"))
    assert len(os.listdir("/proc/self/fd")) <= before


def test_duckdb_is_loaded_with_the_first_reading_only() -> None:
    """A process that never measures does not pay for it."""
    check = "import sys, bot.adapters.sources.csv_log; sys.exit('duckdb' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
