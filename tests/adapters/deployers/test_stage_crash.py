"""kill -9 of a writer at every point between the files: the next read finishes what was begun, or nothing had begun."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.adapters.deployers.stage_examine import Fault
from bot.adapters.deployers.stage_file import StageReading, read_stage, verify_stage, write_stage
from bot.adapters.deployers.stage_files import StagePaths
from bot.adapters.deployers.stage_publish import StageUnfinished
from bot.adapters.deployers.stage_words import Stage
from tests.adapters.deployers import crash_writer
from tests.adapters.deployers.conftest import by_hand, snapshot

BEGUN = (
    "journal:placed",
    "epoch:staged",
    "epoch:placed",
    "manifest:staged",
    "manifest:placed",
    "token:staged",
    "token:placed",
)
"""Points after which the write has to happen."""

ALL = ("journal:staged", *BEGUN, "journal:removed")


def crash(folder: Path, scenario: str, points: tuple[str, ...]) -> None:
    """Leave one folder a point as a killed writer leaves it."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.adapters.deployers.crash_writer", str(folder), scenario, *points],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=Path(__file__).parents[3],
    )
    assert done.stdout.strip() == "ok", done.stderr


def read(folder: Path, point: str) -> StageReading:
    """Read after the crash, and see that what stands is sound, clean, and stays as it is."""
    path = folder / point / "desired_stage.txt"
    reading = read_stage(path, crash_writer.KEYS, now=crash_writer.later)
    assert verify_stage(path, crash_writer.KEYS, now=crash_writer.later).sound
    assert set(snapshot(path.parent)) == {
        "desired_stage.txt",
        "desired_stage.manifest.json",
        "desired_stage.epoch.json",
    }
    again = read_stage(path, crash_writer.KEYS, now=crash_writer.later)
    assert (again.stage, again.manifest, again.repaired) == (reading.stage, reading.manifest, False)
    return reading


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("write")
    crash(folder, "write", ALL)
    return folder


@pytest.mark.parametrize("point", BEGUN)
def test_a_write_that_was_cut_off_is_carried_to_its_end(point, written):
    """Forward to what was intended, with its binding; no fallback, no alarm."""
    reading = read(written, point)
    assert (reading.stage, reading.repaired, reading.fell_back) == (Stage.PROMOTE, True, "")
    assert reading.binding == crash_writer.AFTER


def test_before_the_journal_stands_nothing_has_begun(written):
    """The old stage still holds, untouched."""
    reading = read(written, "journal:staged")
    assert (reading.stage, reading.repaired, reading.fell_back) == (Stage.CANARY, False, "")
    assert reading.binding == crash_writer.BEFORE


def test_after_the_journal_is_gone_nothing_is_left_to_do(written):
    """The write had ended."""
    reading = read(written, "journal:removed")
    assert (reading.stage, reading.repaired, reading.fell_back) == (Stage.PROMOTE, False, "")


def test_a_fallback_that_was_cut_off_is_carried_to_its_end(tmp_path):
    """Setting back is a write like any other, and its reason survives."""
    crash(tmp_path, "fall_back", BEGUN)
    for point in BEGUN:
        reading = read(tmp_path, point)
        assert (reading.stage, reading.repaired, reading.fell_back) == (Stage.STABLE, True, Fault.TOKEN_UNKNOWN)


def test_a_repair_that_was_cut_off_is_repaired(tmp_path):
    """A second crash during the repair changes nothing about the outcome."""
    points = ALL[2:-1]
    crash(tmp_path, "repair", points)
    for point in points:
        reading = read(tmp_path, point)
        assert (reading.stage, reading.repaired, reading.fell_back) == (Stage.PROMOTE, True, "")


def test_the_next_writer_finishes_the_cut_off_write_before_its_own(tmp_path):
    """Its deployment is remembered, and the epochs go on."""
    crash(tmp_path, "write", ("manifest:placed",))
    path = tmp_path / "manifest:placed" / "desired_stage.txt"
    back = crash_writer.AFTER.model_copy(update={"deployment": "R-7-back", "percentage": 0})
    reading = write_stage(path, "stable", back, crash_writer.KEYS, now=crash_writer.later)
    assert reading.repaired
    assert reading.manifest is not None
    assert reading.manifest.earlier == ("R-7-2", "R-7-1")


def test_verify_tells_an_unfinished_write_from_a_forgery(tmp_path):
    """And leaves the finishing to a read."""
    crash(tmp_path, "write", ("epoch:placed",))
    path = tmp_path / "epoch:placed" / "desired_stage.txt"
    before = snapshot(path.parent)
    check = verify_stage(path, crash_writer.KEYS, now=crash_writer.later)
    assert (check.sound, check.unfinished, check.fault) == (False, True, None)
    assert snapshot(path.parent) == before


def test_a_token_changed_during_the_crash_is_overwritten_by_what_was_intended(tmp_path):
    """A reader of the source system finds two files that do not fit and writes `stable`; we go on forward."""
    crash(tmp_path, "write", ("manifest:placed",))
    path = tmp_path / "manifest:placed" / "desired_stage.txt"
    path.write_text("stable\n")
    StagePaths(path).manifest.write_text("{}\n")
    reading = read(tmp_path, "manifest:placed")
    assert (reading.stage, reading.repaired) == (Stage.PROMOTE, True)


def test_an_error_after_the_journal_says_that_the_write_will_happen(path, keys, clock):
    """A disk that fails in the middle is reported as unfinished, and the next read finishes."""
    write_stage(path, "canary", by_hand(), keys, now=clock)

    def fail(point: str) -> None:
        if point == "manifest:staged":
            raise OSError(28, "No space left on device")

    with pytest.raises(StageUnfinished, match="No space left"):
        write_stage(path, "promote", by_hand(), keys, now=clock, checkpoint=fail)
    reading = read_stage(path, keys, now=clock)
    assert (reading.stage, reading.repaired) == (Stage.PROMOTE, True)


def test_an_error_before_the_journal_says_that_nothing_was_written(path, keys, clock):
    """The plain error of the file system, and the old stage."""
    write_stage(path, "canary", by_hand(), keys, now=clock)

    def fail(point: str) -> None:
        if point == "journal:staged":
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        write_stage(path, "promote", by_hand(), keys, now=clock, checkpoint=fail)
    assert read_stage(path, keys, now=clock).stage is Stage.CANARY
