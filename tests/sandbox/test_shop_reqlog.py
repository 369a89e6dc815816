"""The shop's request log: whole lines for every reader, and a bounded size."""

import os
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.shop.reqlog import HEADER, LONGEST_ROW, PAGE, RequestLog

AT = datetime(2025, 1, 2, 3, 4, 5, 6_700, tzinfo=UTC)

WRITER = """
import pathlib, sys
from bot.sandbox.shop.reqlog import RequestLog
log = RequestLog(pathlib.Path(sys.argv[1]), max_bytes=400_000)
print("ready", flush=True)
while True:
    for number in range(15):
        log.add(200, number * 1.5)
    log.flush()
"""


def test_a_row_is_a_time_in_utc_a_status_and_milliseconds(tmp_path: Path) -> None:
    log = RequestLog(tmp_path / "stable.csv")
    log.add(502, 12.34, AT)
    log.close()
    assert (tmp_path / "stable.csv").read_bytes() == HEADER + b"2025-01-02T03:04:05.006Z,502,12.340\n"


BATCHES = st.lists(st.lists(st.floats(0, 99_999_999), min_size=1, max_size=60), min_size=1, max_size=12)


@given(BATCHES, st.integers(400, 9000))
def test_no_line_that_is_written_to_the_open_file_crosses_a_page(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[float]], max_bytes: int
) -> None:
    """However requests arrive, whatever was trimmed: each write ends pages where lines end, and keeps the numbers."""
    path = tmp_path_factory.mktemp("log") / "stable.csv"
    log = RequestLog(path, max_bytes)
    for batch in batches:
        before = path.stat()
        for latency in batch:
            log.add(200, latency, AT)
        log.flush()
        content = path.read_bytes()
        assert content.startswith(HEADER)
        assert len(content) <= max_bytes
        if path.stat().st_ino == before.st_ino:
            boundaries = range(PAGE * -(-before.st_size // PAGE), len(content) + 1, PAGE)
            assert all(content[at - 1 : at] == b"\n" for at in boundaries if at)
            written = [float(line.split(b",")[2]) for line in content[before.st_size :].splitlines()]
            assert written == [round(latency, 3) for latency in batch]
    log.close()


def test_a_reader_never_sees_a_cut_line(tmp_path: Path) -> None:
    """Another process writes and trims as fast as it can while this one looks."""
    path = tmp_path / "stable.csv"
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE)
    try:
        assert writer.stdout is not None
        writer.stdout.readline()
        looks = trims = inode = 0
        deadline = time.monotonic() + 60
        while looks < 3000 or trims < 3:
            assert time.monotonic() < deadline
            with path.open("rb") as file:
                seen = os.fstat(file.fileno()).st_ino
                content = file.read()
            assert content.startswith(HEADER)
            assert content.endswith(b"\n")
            looks, trims, inode = looks + 1, trims + (seen != inode), seen
    finally:
        writer.kill()
        writer.wait()


def test_a_long_log_keeps_its_newer_half_under_its_header(tmp_path: Path) -> None:
    path = tmp_path / "stable.csv"
    log = RequestLog(path, max_bytes=10_000)
    for number in range(1000):
        log.add(200, number, AT)
        log.flush()
        assert path.stat().st_size <= 10_000
    log.close()
    lines = path.read_bytes().splitlines(keepends=True)
    assert lines[0] == HEADER
    assert all(line.startswith(b"2025-01-02T03:04:05.006Z,200,") for line in lines[1:])
    kept = [float(line.split(b",")[2]) for line in lines[1:]]
    assert kept == [float(number) for number in range(1000 - len(kept), 1000)]
    assert len(kept) > 100


@pytest.mark.parametrize("max_bytes", range(8000, 8300, 20))
def test_after_a_trim_the_next_line_has_room_on_its_page(tmp_path: Path, max_bytes: int) -> None:
    path = tmp_path / "stable.csv"
    log = RequestLog(path, max_bytes)
    for _ in range(300):
        log.add(200, 1.0, AT)
    log.flush()
    trimmed = path.stat().st_size
    assert trimmed < max_bytes
    assert -trimmed % PAGE >= LONGEST_ROW or trimmed % PAGE == 0
    log.close()


def test_a_log_that_begins_again_has_only_its_header(tmp_path: Path) -> None:
    path = tmp_path / "canary.csv"
    log = RequestLog(path)
    log.add(200, 1.0)
    log.flush()
    log.add(200, 2.0)
    log.begin_again()
    log.add(500, 3.0, AT)
    log.close()
    assert path.read_bytes() == HEADER + b"2025-01-02T03:04:05.006Z,500,3.000\n"


def test_a_strict_reader_takes_a_padded_log(tmp_path: Path) -> None:
    """The zeros at the end of a page are read as the same number."""
    path = tmp_path / "stable.csv"
    log = RequestLog(path)
    for _ in range(500):
        log.add(200, 12.34)
    log.close()
    assert b"12.3400000" in path.read_bytes()
    columns = "{'ts': 'TIMESTAMPTZ', 'status': 'INTEGER', 'latency_ms': 'DOUBLE'}"
    query = f"select count(*), min(latency_ms), max(latency_ms) from read_csv(?, columns={columns}, header=true)"
    assert duckdb.execute(query, [str(path)]).fetchone() == (500, 12.34, 12.34)


def test_a_write_that_does_not_fit_leaves_no_half_line(tmp_path: Path) -> None:
    """The system takes ten bytes of the line and no more: they are taken back."""
    path = tmp_path / "stable.csv"
    log = RequestLog(path)
    log.add(200, 1.0)
    log.flush()
    before = path.read_bytes()
    log.add(200, 2.0)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 10, hard))
    try:
        with pytest.raises(OSError, match="only 10 of"):
            log.flush()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert path.read_bytes() == before
