"""`evidence harvest-…`: what logs are measured to be, and what happens to logs that cannot be trusted."""

import errno
import hashlib
import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.adapters.evidence.files import read_snapshot
from bot.evidence.document import flaws_of, write_document
from bot.evidence.measure import sample_of
from handlers.cli.log_reading import bar
from tests.evidence.documents import document
from tests.handlers.cli_house import CliHouse

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def house(tmp_path: Path) -> CliHouse:
    """A house whose configuration nobody needs here."""
    return CliHouse(tmp_path, f"sqlite:///{tmp_path / 'interlock.db'}")


def log(house: CliHouse, name: str, rows: list[tuple[float, int, float]], flags: list[str] | None = None) -> Path:
    """A log of (seconds after NOON, status, latency), with a flag a row where it is a judge log."""
    head = "ts,status,latency_ms" + (",verify_error" if flags else "")
    lines = [f"{(NOON + timedelta(seconds=at)).isoformat()},{status},{ms}" for at, status, ms in rows]
    lines = [f"{line},{flag}" for line, flag in zip(lines, flags, strict=True)] if flags else lines
    path = house.folder / name
    path.write_text("\n".join([head, *lines, ""]))
    return path


def track(house: CliHouse, name: str, minutes: dict[int, int], each: int = 1200) -> Path:
    """A log with so many failures in each of these minutes."""
    rows = [
        (60 * minute + number * 60 / each, 500 if number < failed else 200, 10.0)
        for minute, failed in minutes.items()
        for number in range(each)
    ]
    return log(house, name, rows)


ROWS = [(0.0, 200, 10.111), (30.0, 429, 20.2), (10.0, 503, 30.3), (90.0, 404, 40.4)]


@pytest.mark.parametrize(("given", "wanted"), [("--csv", "--out"), ("--reqlog", "--out-json")])
def test_a_request_log_is_measured(house: CliHouse, given: str, wanted: str) -> None:
    """Under both names of each option; the block's file, its SHA-256, and the log's in the answer."""
    path = log(house, "req.csv", ROWS)
    came = house.run("evidence", "harvest-reqlog", given, "req.csv", wanted, "out/perf.json", "--sha-out", "sha")
    assert came.code == 0, came
    perf = json.loads((house.folder / "out/perf.json").read_bytes())
    sample = sample_of([(status, ms) for _, status, ms in ROWS])
    assert (perf["count"], perf["error_rate"], perf["errors"]) == (4, 0.5, 2)
    assert perf["latency_ms"]["p95"] == round(sample.p95_ms or 0, 2)
    assert (perf["window"]["start"], perf["window"]["duration_sec"]) == ("2026-03-02T12:00:00Z", 90.0)
    assert perf["source"]["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest() in came.out
    assert (house.folder / "sha").read_text().strip() == hashlib.sha256(
        (house.folder / "out/perf.json").read_bytes()
    ).hexdigest()


def test_a_judge_log_is_measured(house: CliHouse) -> None:
    """Availability is not the error rate; signatures under their other name."""
    log(house, "judge.csv", ROWS, ["0", "1", "false", "True"])
    perf = house.run("evidence", "harvest-judgelog", "--judgelog", "judge.csv", "--json").json["perf_judge"]
    assert (perf["availability"], perf["error_rate"], perf["signature_error_rate"]) == (0.75, 0.5, 0.5)


def test_only_the_window_counts(house: CliHouse) -> None:
    """The last minute before a moment; the whole log when nobody asks for one (contracts 1.10)."""
    log(house, "req.csv", ROWS)
    words = ("evidence", "harvest-reqlog", "--csv", "req.csv", "--json")
    until = (NOON + timedelta(seconds=70)).isoformat()
    assert house.run(*words).json["perf"]["count"] == 4
    perf = house.run(*words, "--window", "1m", "--until", until).json["perf"]
    assert (perf["count"], perf["window"]["duration_sec"]) == (2, 60.0)
    assert house.run(*words, "--window", "1m").json["perf"]["count"] == 0


def test_an_empty_log_is_no_figure(house: CliHouse) -> None:
    """It says how many: none."""
    log(house, "req.csv", [])
    came = house.run("evidence", "harvest-reqlog", "--csv", "req.csv", "--json")
    assert came.code == 0
    assert came.json["perf"].keys() == {"count", "source"}


def test_harvests_meet_in_one_document(house: CliHouse) -> None:
    """Requests, judge and canary one after the other; the first makes the document, and its hash fits at the end."""
    log(house, "req.csv", ROWS)
    log(house, "judge.csv", ROWS, ["0"] * 4)
    into = ("--evidence", "var/latest.json", "--tenant", "acme")
    assert house.run("evidence", "harvest-reqlog", "--csv", "req.csv", *into).code == 0
    assert house.run("evidence", "harvest-judgelog", "--csv", "judge.csv", *into).code == 0
    found = read_snapshot(house.folder / "var/latest.json")
    assert flaws_of(found) == ()
    assert found.perf is not None
    assert found.perf_judge is not None
    assert (found.witness.csv_path, found.witness.rows, found.meta.tenant) == ("req.csv", 4, "acme")
    assert found.budget.level is None


def test_a_comparison_adds_windows_and_wipes_none(house: CliHouse) -> None:
    """Whole minutes of both logs become windows with burst marks; later the old ones stand, none is doubled."""
    track(house, "stable.csv", {0: 0, 1: 0, 2: 0})
    track(house, "canary.csv", {0: 0, 1: 60, 2: 0})
    words = ("--canary-control", "stable.csv", "--canary-canary", "canary.csv", "--slice", "1m", "--window", "2m")
    ends = [(NOON + timedelta(minutes=minute)).isoformat() for minute in (2, 3, 3)]
    house.run("evidence", "harvest-reqlog", "--csv", "stable.csv", "--evidence", "latest.json")
    for end in ends:
        came = house.run("evidence", "harvest-judgelog", *words, "--until", end, "--evidence", "latest.json", "--json")
        assert came.code == 0, came
    canary = read_snapshot(house.folder / "latest.json").canary
    assert canary is not None
    assert [(one.passed, one.burst) for one in canary.windows] == [(True, 0), (False, 1), (True, 0)]
    assert canary.deltas is not None
    assert canary.deltas.error_delta == 0.025
    assert read_snapshot(house.folder / "latest.json").perf is not None


def test_windows_are_held_against_the_slo_file(house: CliHouse) -> None:
    """A looser limit lets the same window pass; a file without canary limits is refused."""
    track(house, "stable.csv", {0: 0})
    track(house, "canary.csv", {0: 60})
    words = ("evidence", "harvest-reqlog", "--canary-control", "stable.csv", "--canary-canary", "canary.csv", "--json")
    slo = house.folder / "slo.json"
    slo.write_text('{"canary": {"thresholds": {"max_error_abs_delta": 0.2}}}')
    for more, passed in (((), False), (("--slo", "slo.json"), True)):
        windows = house.run(*words, *more).json["canary"]["windows"]
        assert [one["pass"] for one in windows] == [passed]
    slo.write_text('{"latency": {"max_p95_ms": 5}}')
    assert house.run(*words, "--slo", "slo.json").code == 4


def test_shadow_logs_and_comparisons_made_elsewhere_are_taken(house: CliHouse) -> None:
    """The source system's files: tracks without times, a canary block, a list of windows."""
    (house.folder / "control.csv").write_text("status,latency_ms,signature_error\n" + "200,10,0\n" * 50)
    (house.folder / "canary.csv").write_text("status,latency_ms,signature_error\n" + "200,20,0\n" * 49 + "500,20,1\n")
    pair = ("--canary-control", "control.csv", "--canary-canary", "canary.csv")
    came = house.run("evidence", "harvest-judgelog", *pair, "--canary-out", "compared.json", "--json")
    assert came.json["canary"]["deltas"] == {"p95_rel": 1.0, "error_delta": 0.02, "sig_error_delta": 0.02}
    assert house.run("evidence", "harvest-judgelog", *pair, "--window", "5m").code == 4
    (house.folder / "windows.json").write_text('[{"pass": true, "burst": 0, "timestamp_unix": 1.5}]')
    (house.folder / "latest.json").write_bytes(write_document(document()))
    more = ("--canary-json", "compared.json", "--windows-json", "windows.json", "--evidence", "latest.json")
    assert house.run("evidence", "harvest-judgelog", *more).code == 0
    canary = read_snapshot(house.folder / "latest.json").canary
    assert canary is not None
    assert [one.timestamp_unix for one in canary.windows][1:] == [1.5]


BAD = {
    "missing": ("evidence harvest-reqlog --csv gone.csv", "log_missing", "gone.csv"),
    "bad row": ("evidence harvest-reqlog --csv bad.csv", "log_bad_row", "bad.csv:3"),
    "other kind": ("evidence harvest-judgelog --csv req.csv", "log_bad_header", "req.csv:1"),
    "nothing": ("evidence harvest-reqlog", "invalid_input", "--csv"),
    "one track": ("evidence harvest-reqlog --canary-control req.csv", "invalid_input", "--canary-canary"),
    "until alone": ("evidence harvest-reqlog --csv req.csv --until 2026-03-02", "invalid_input", "--window"),
    "no duration": ("evidence harvest-reqlog --csv req.csv --window 5", "invalid_input", "10m"),
    "no time": ("evidence harvest-reqlog --csv req.csv --window 5m --until noon", "invalid_input", "--until"),
    "sha of nothing": ("evidence harvest-reqlog --csv req.csv --sha-out s", "invalid_input", "--out"),
    "slice of nothing": ("evidence harvest-reqlog --csv req.csv --slice 1m", "invalid_input", "--slice"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_measured_is_named(house: CliHouse, case: str) -> None:
    """Exit code 4, a code for machines, and the place; nothing is written."""
    log(house, "req.csv", ROWS)
    log(house, "bad.csv", [*ROWS[:1], (1.0, 200, float("nan"))])
    words, code, said = BAD[case]
    came = house.run(*words.split(), "--json")
    assert (came.code, came.json["error"]["code"]) == (4, code), came
    assert said in came.json["error"]["message"]


@pytest.mark.parametrize(
    ("raw", "code", "exit_code"),
    [
        (write_document(document(drift={"abs_diff": 0.5})).replace(b"0.5", b"0.1"), "integrity.signature_mismatch", 2),
        (b"{}", "evidence.missing:meta", 4),
        (b"not json", "evidence.not_json", 4),
    ],
    ids=["forged", "no evidence", "no json"],
)
def test_nothing_is_merged_into_what_is_no_sound_evidence(
    house: CliHouse, raw: bytes, code: str, exit_code: int
) -> None:
    """A document that was changed is not blessed by the next harvest (contracts 1.7)."""
    log(house, "req.csv", ROWS)
    (house.folder / "latest.json").write_bytes(raw)
    came = house.run("evidence", "harvest-reqlog", "--csv", "req.csv", "--evidence", "latest.json", "--json")
    assert (came.code, came.json["error"]["code"]) == (exit_code, code)
    assert (house.folder / "latest.json").read_bytes() == raw


def test_a_terminal_gets_the_answer_without_a_bar_for_what_is_quick(house: CliHouse) -> None:
    """Nothing is drawn in the first two seconds, so a small log leaves the terminal as it was."""
    log(house, "req.csv", ROWS)
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "handlers.cli", "evidence", "harvest-reqlog", "--csv", "req.csv"]
    done = subprocess.run(
        command, cwd=house.folder, env=house.environ, stderr=slave, stdout=subprocess.PIPE, timeout=60, check=False
    )
    assert done.returncode == 0
    assert b"4 requests" in done.stdout
    os.set_blocking(master, False)
    with pytest.raises(BlockingIOError):
        os.read(master, 1)


def drawn_on(master: int) -> Iterator[bytes]:
    """Everything that a terminal was shown, once its other end is closed: the kernel hands it over piece by piece."""
    while True:
        try:
            yield os.read(master, 65536)
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            return


@pytest.mark.parametrize(("quiet", "drawn"), [(0.0, True), (60.0, False)])
def test_what_takes_long_shows_how_far_it_is(monkeypatch: pytest.MonkeyPatch, quiet: float, drawn: bool) -> None:
    """Once the quiet seconds are over, the bar stands on the terminal with what has been read."""
    master, slave = pty.openpty()
    with open(slave, "w", encoding="utf-8") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        with bar("Measuring req.csv", 2_000_000, quiet) as tell:
            assert tell is not None
            tell(1_000_000)
    shown = b"".join(drawn_on(master))
    assert (b"Measuring req.csv" in shown and b"1.0" in shown) is drawn
    assert bool(shown) is drawn
    os.close(master)
