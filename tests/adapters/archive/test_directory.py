"""The archive in a directory."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.adapters.archive.directory import MANIFEST, DirectoryKeeps, archive_flaws, archived
from bot.adapters.durable import create_file
from bot.ports import ArchiveAway, ArchiveRefused, Parcel

UNTIL = datetime(2026, 6, 1, tzinfo=UTC)
PARCEL = Parcel("R-1/evidence-1.locked.json", b"content", UNTIL)
DAY = timedelta(days=1)


def test_a_file_is_kept_once_and_only_read(tmp_path: Path) -> None:
    """A repeat finds it; a later date counts from then on, an earlier one never does."""
    archive = DirectoryKeeps(tmp_path / "archive")
    first = archive.put(PARCEL)
    path = tmp_path / "archive" / PARCEL.name
    assert (first.was_there, path.read_bytes(), path.stat().st_mode & 0o777) == (False, b"content", 0o400)
    assert archive.put(PARCEL).was_there
    assert archive.put(Parcel(PARCEL.name, PARCEL.content, UNTIL + DAY)).keep_until == UNTIL + DAY
    assert archive.put(Parcel(PARCEL.name, PARCEL.content, UNTIL - DAY)).keep_until == UNTIL + DAY
    assert archive_flaws(tmp_path / "archive") == []


def test_nothing_is_replaced_or_deleted_before_its_date(tmp_path: Path) -> None:
    """Other bytes under the name are refused; so is deleting a second too early, or what is not there."""
    archive = DirectoryKeeps(tmp_path)
    archive.put(PARCEL)
    with pytest.raises(ArchiveRefused, match="replaces nothing"):
        archive.put(Parcel(PARCEL.name, b"other", UNTIL))
    with pytest.raises(ArchiveRefused, match="kept until 2026-06-01"):
        archive.discard(PARCEL.name, UNTIL - timedelta(seconds=1))
    with pytest.raises(ArchiveRefused, match="is not in the archive"):
        archive.discard("R-2/x.json", UNTIL)
    assert (tmp_path / PARCEL.name).read_bytes() == b"content"
    archive.discard(PARCEL.name, UNTIL)
    assert (archived(tmp_path), (tmp_path / PARCEL.name).exists()) == ({}, False)


def test_a_power_cut_between_file_and_manifest_is_made_good(tmp_path: Path) -> None:
    """The file lies there without a line: the next put takes it for its own, since it is."""
    (tmp_path / "R-1").mkdir()
    assert create_file(tmp_path / PARCEL.name, PARCEL.content)
    assert not DirectoryKeeps(tmp_path).put(PARCEL).was_there
    assert archived(tmp_path)[PARCEL.name].keep_until == UNTIL


def test_a_change_is_found(tmp_path: Path) -> None:
    """A byte, a file that is gone, a manifest that says something else."""
    archive = DirectoryKeeps(tmp_path)
    archive.put(PARCEL)
    archive.put(Parcel("R-1/b.json", b"b", UNTIL))
    (tmp_path / PARCEL.name).chmod(0o600)
    (tmp_path / PARCEL.name).write_bytes(b"c0ntent")
    (tmp_path / "R-1/b.json").unlink()
    assert archive_flaws(tmp_path) == [(PARCEL.name, "changed"), ("R-1/b.json", "gone")]
    (tmp_path / MANIFEST).write_text("nonsense\n")
    with pytest.raises(ArchiveRefused, match="not as Interlock wrote it"):
        archive.check()


def test_names_stay_inside(tmp_path: Path) -> None:
    """No parcel is written beside the archive, or over its manifest."""
    for name in ("../x.json", "/x.json", MANIFEST, ""):
        with pytest.raises(ArchiveRefused, match="no name for a file"):
            DirectoryKeeps(tmp_path / "archive").put(Parcel(name, b"x", UNTIL))


def test_many_at_once_lose_no_line(tmp_path: Path) -> None:
    """The manifest has every file that was put there side by side."""
    parcels = [Parcel(f"R-{number}/x.json", b"x", UNTIL) for number in range(12)]
    with ThreadPoolExecutor(6) as many:
        list(many.map(DirectoryKeeps(tmp_path).put, parcels))
    assert set(archived(tmp_path)) == {parcel.name for parcel in parcels}


def test_a_place_that_cannot_be_written_is_away(tmp_path: Path) -> None:
    """A file stands where the directory ought to be."""
    (tmp_path / "archive").write_text("a file")
    with pytest.raises(ArchiveAway):
        DirectoryKeeps(tmp_path / "archive").put(PARCEL)
