"""Logs that cannot be trusted: each becomes a failure that names file, line and flaw."""

import os
import socket
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.sources.rows import flaw_of
from bot.domain.evidence import LogMeasurement, SourceFailure
from tests.adapters.sources.logs import HEADER, NOON, line, measure, ts

GOOD = line(-9)
T = ts(-60)

BAD_ROWS = {
    "short": (T + b",200\n", "columns"),
    "cut in the middle": (T[:12] + b"\n", "columns"),
    "long": (T + b",200,1.0,GET\n", "columns"),
    "empty fourth column": (T + b",200,1.0,\n", "columns"),
    "semicolons": (T + b";200;1.0\n", "columns"),
    "spaces only": (b"   \n", "columns"),
    "words": (b"oops\n", "columns"),
    "nan": (T + b",200,NaN\n", "latency_ms"),
    "inf": (T + b",200,inf\n", "latency_ms"),
    "infinity": (T + b",200,-Infinity\n", "latency_ms"),
    "overflow": (T + b",200,1e999\n", "latency_ms"),
    "negative": (T + b",200,-0.001\n", "latency_ms_negative"),
    "no latency": (T + b",200,\n", "latency_ms"),
    "latency with unit": (T + b",200,12ms\n", "latency_ms"),
    "hexadecimal": (T + b",200,0x1F\n", "latency_ms"),
    "underscore": (T + b",200,1_000\n", "latency_ms"),
    "padded": (T + b",200, 12\n", "latency_ms"),
    "stray CR": (T + b",200,1\r2\n", "latency_ms"),
    "status 99": (T + b",099,1.0\n", "status"),
    "status 600": (T + b",600,1.0\n", "status"),
    "status 20": (T + b",20,1.0\n", "status"),
    "status 2000": (T + b",2000,1.0\n", "status"),
    "status as decimal": (T + b",200.0,1.0\n", "status"),
    "status 5e2": (T + b",5e2,1.0\n", "status"),
    "no status": (T + b",,1.0\n", "status"),
    "status word": (T + b",OK,1.0\n", "status"),
    "quoted": (b'"' + T + b'","200","1.0"\n', "ts"),
    "open quote": (b'"' + T + b",200,1.0\n", "ts"),
    "date only": (T[:10] + b",200,1.0\n", "ts"),
    "30 February": (b"2026-02-30T10:00:00Z,200,1.0\n", "ts"),
    "hour 24": (T[:11] + b"24:00:00Z,200,1.0\n", "ts"),
    "second 60": (T[:17] + b"60Z,200,1.0\n", "ts"),
    "zone 99:99": (T[:-1] + b"+99:99,200,1.0\n", "ts"),
    "zone name": (T[:-1] + b" Europe/Berlin,200,1.0\n", "ts"),
    "epoch seconds": (b"1795255200,200,1.0\n", "ts"),
    "epoch word": (b"epoch,200,1.0\n", "ts"),
    "infinite ts": (b"infinity,200,1.0\n", "ts"),
    "padded ts": (b" " + T + b",200,1.0\n", "ts"),
    "junk without ts": (b",x,y\n", "ts"),
    "future": (ts(61) + b",200,1.0\n", "ts_future"),
    "far future": (b"2999-01-01T00:00:00Z,200,1.0\n", "ts_future"),
    "NUL": (T + b",200,1.0\0\n", "nul_byte"),
    "NUL row": (b"\0" * 40 + b"\n", "nul_byte"),
    "not UTF-8": (T + b",200,1.0\xff\n", "not_utf8"),
    "other digits": (T + ",٢٠٠,1.0\n".encode(), "status"),
    "bidi": (T + ",200,1.0\u202e\n".encode(), "latency_ms"),
    "endless": (T + b",200,1" + b"0" * 3_000_000 + b"\n", "too_long"),
}


def failure(folder: Path, **options: object) -> tuple[str, str]:
    fact = measure(folder, **options)  # type: ignore[arg-type]  # passed through
    assert isinstance(fact, SourceFailure), fact
    return fact.code, fact.detail


@pytest.mark.parametrize("case", BAD_ROWS)
def test_one_bad_row_makes_the_log_unusable(tmp_path: Path, case: str) -> None:
    """Wherever it stands, also outside the window, the answer names file, line number and flaw."""
    row, flaw = BAD_ROWS[case]
    (tmp_path / "stable.csv").write_bytes(HEADER + GOOD * 3 + row + GOOD)
    assert failure(tmp_path) == ("bad_row", f"stable.csv:5 {flaw}")


def test_the_first_of_several_bad_rows_is_named(tmp_path: Path) -> None:
    """Line numbers count every line of the file, blank ones and the header included."""
    (tmp_path / "stable.csv").write_bytes(HEADER + GOOD + b"\n\r\n,200,1\n" + T + b",700,1\n" + T + b",200,-1\n")
    assert failure(tmp_path) == ("bad_row", "stable.csv:6 status")


@pytest.mark.parametrize("seconds", [0, 30, 60])
def test_a_clock_may_run_a_minute_ahead(tmp_path: Path, seconds: int) -> None:
    """Up to a minute beyond now is skew, not the future."""
    (tmp_path / "stable.csv").write_bytes(HEADER + line(seconds))
    assert isinstance(measure(tmp_path), LogMeasurement)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"ts,status\n" + T + b",200\n",
        b"ts,status,latency\n" + GOOD,
        b"ts,latency_ms,status\n" + GOOD,
        b"ts;status;latency_ms\n" + GOOD,
        b"TS,STATUS,LATENCY_MS\n" + GOOD,
        b'"ts","status","latency_ms"\n' + GOOD,
        b"\xef\xbb\xbf" + HEADER + GOOD,
        b"\xff\xfe" + HEADER.decode().encode("utf-16-le"),
        GOOD,
        b"ts,status,lat",
        b"\0" * 5000,
        HEADER[:-1],
    ],
    ids=["0 bytes", "blank", "missing column", "other name", "other order", "semicolons", "capitals", "quoted", "BOM",
         "UTF-16", "no header", "cut header", "NULs", "header without end"],
)  # fmt: skip
def test_a_wrong_header_is_refused(tmp_path: Path, content: bytes) -> None:
    """The columns are exactly ts,status,latency_ms; an empty file says nothing, not zero requests."""
    (tmp_path / "stable.csv").write_bytes(content)
    assert failure(tmp_path) == ("bad_header", "stable.csv:1")


def test_a_missing_log_is_missing(tmp_path: Path) -> None:
    """Also when one of two tracks is there, and when a folder on the way is a file."""
    assert failure(tmp_path) == ("missing", "stable.csv")
    (tmp_path / "stable.csv").write_bytes(HEADER + GOOD)
    assert failure(tmp_path, tracks=("stable", "canary")) == ("missing", "canary.csv")
    assert failure(tmp_path / "stable.csv") == ("missing", "stable.csv")


def _folder(path: Path) -> None:
    path.mkdir()


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _socket(path: Path) -> None:
    socket.socket(socket.AF_UNIX).bind(os.path.relpath(path))


def _loop(path: Path) -> None:
    path.symlink_to(path.name)


@pytest.mark.parametrize(
    ("make", "why"), [(_folder, "not_a_file"), (_pipe, "not_a_file"), (_socket, "ENXIO"), (_loop, "ELOOP")]
)
def test_what_is_no_regular_file_is_unreadable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], None], why: str
) -> None:
    """Nothing is waited for: a named pipe without a writer answers at once."""
    monkeypatch.chdir(tmp_path)
    make(tmp_path / "stable.csv")
    assert failure(tmp_path) == ("unreadable", f"stable.csv {why}")


def test_a_last_line_that_stays_cut_is_bad(tmp_path: Path) -> None:
    """A minute after the last write nobody will finish the line any more."""
    log = tmp_path / "stable.csv"
    log.write_bytes(HEADER + GOOD + GOOD[:-1])
    os.utime(log, (time.time(), (NOON - timedelta(seconds=61)).timestamp()))
    assert failure(tmp_path) == ("bad_row", "stable.csv:3 cut")
    log.write_bytes(HEADER + GOOD + GOOD[:-1] + b"\n")
    assert isinstance(measure(tmp_path), LogMeasurement)


def test_an_early_flaw_in_a_large_log_is_found_at_once(tmp_path: Path) -> None:
    """The reader stops at the flaw, and whoever feeds it stops too."""
    (tmp_path / "stable.csv").write_bytes(HEADER + T + b",200\n" + GOOD * 400_000)
    assert failure(tmp_path) == ("bad_row", "stable.csv:2 columns")


_FIELDS = {
    "ts": st.sampled_from([T, b"", b" ", T[:10], T[:-1], ts(61), b"2026-02-30T00:00:00Z", b"-" + T, T + b"Z", b"1"]),
    "status": st.sampled_from([b"200", b"599", b"100", b"", b"99", b"600", b"+20", b"2e2", b" 20", b"429"]),
    "latency": st.sampled_from(
        [
            b"1",
            b"0",
            b"-0",
            b"1.5",
            b"1.",
            b".5",
            b"+1",
            b"-1",
            b"1e3",
            b"1E-3",
            b"1e",
            b"1e400",
            b"",
            b" 1",
            b"1-1",
            b"1Z",
        ]
    ),
}
_ROW = st.builds(lambda t, s, m: b"%s,%s,%s" % (t, s, m), _FIELDS["ts"], _FIELDS["status"], _FIELDS["latency"])
_JUNK = st.text("0123456789-:.,+ TZeE\r\0x\"'é", max_size=12).map(str.encode)


@settings(max_examples=120, deadline=None)
@given(rows=st.lists(st.one_of(st.just(GOOD[:-1]), _ROW, _JUNK), max_size=4), end=st.sampled_from([b"\n", b"\r\n"]))
def test_the_fast_reader_and_the_rules_agree(
    tmp_path_factory: pytest.TempPathFactory, rows: list[bytes], end: bytes
) -> None:
    """DuckDB accepts a log exactly when every line is a row by the written rules, so no flaw goes unnamed."""
    folder = tmp_path_factory.mktemp("log")
    (folder / "stable.csv").write_bytes(HEADER + b"".join(row + end for row in rows))
    lines = [row.removesuffix(b"\r") if end == b"\n" else row for row in rows]
    flaws = [flaw_of(one, NOON + timedelta(minutes=1)) for one in lines]
    fact = measure(folder)
    first = next(((number, flaw) for number, flaw in enumerate(flaws, 2) if flaw), None)
    if first is None:
        assert isinstance(fact, LogMeasurement)
    else:
        assert isinstance(fact, SourceFailure)
        assert fact.detail == f"stable.csv:{first[0]} {first[1]}"
