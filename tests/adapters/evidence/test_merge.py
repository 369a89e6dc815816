"""Merging into one evidence file from many sides."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.adapters.evidence.files import EvidenceMissing, put_snapshot, read_snapshot
from bot.adapters.evidence.merge import EvidenceLocked, EvidenceMoved, merge
from bot.adapters.lock import LockHeld, locked
from bot.evidence.compose import new_document, with_blocks
from bot.evidence.document import DocumentFlawed, flaws_of, write_document
from bot.evidence.hashes import content_hash
from bot.evidence.measured import Drift
from bot.evidence.snapshot import Snapshot
from tests.adapters.evidence.merging import AT
from tests.evidence.documents import document, perf, plain, witness

EACH = 12


def drifted(snapshot: Snapshot) -> Snapshot:
    return with_blocks(snapshot, {"drift": Drift(abs_diff=0.1)}, AT)


def test_processes_that_merge_at_once_lose_nothing(tmp_path: Path) -> None:
    """Four processes add windows to one file; every window of every one is there at the end, and the hash fits."""
    path = tmp_path / "latest.json"
    put_snapshot(path, document(perf=perf()))
    command = [sys.executable, "-m", "tests.adapters.evidence.merging", str(path)]
    writers = [subprocess.Popen([*command, str(name), str(EACH)]) for name in range(1, 5)]
    assert [writer.wait(timeout=60) for writer in writers] == [0] * 4
    merged = read_snapshot(path)
    assert flaws_of(merged) == ()
    assert merged.perf == document(perf=perf()).perf
    assert merged.canary is not None
    found = sorted(window.timestamp_unix or 0 for window in merged.canary.windows)
    assert found == [name * 1000 + number for name in range(1, 5) for number in range(EACH)]


def test_a_writer_that_takes_no_lock_is_noticed(tmp_path: Path) -> None:
    """Its block, written between our reading and our writing, is in the result."""
    path = tmp_path / "latest.json"
    put_snapshot(path, document())
    seen = []

    def change(old: Snapshot) -> Snapshot:
        if not seen:
            path.write_bytes(write_document(document(perf=perf())))
        seen.append(old.perf)
        return drifted(old)

    merged = merge(path, change)
    assert len(seen) == 2
    assert merged.perf is not None
    assert merged.drift is not None
    assert read_snapshot(path) == merged


def test_a_file_that_never_holds_still_is_left_alone(tmp_path: Path) -> None:
    """After some tries it says so, and what the others wrote stands."""
    path = tmp_path / "latest.json"
    put_snapshot(path, document())
    numbers = iter(range(1000))

    def change(old: Snapshot) -> Snapshot:
        path.write_bytes(write_document(document(perf=perf() | {"count": next(numbers)})))
        return drifted(old)

    with pytest.raises(EvidenceMoved):
        merge(path, change)
    assert read_snapshot(path).drift is None


def test_a_stale_view_is_refused(tmp_path: Path) -> None:
    """Compare and swap: who expects another document changes nothing."""
    path = tmp_path / "latest.json"
    put_snapshot(path, document())
    seen = content_hash(document())
    after = merge(path, drifted, expected=seen)
    with pytest.raises(EvidenceMoved):
        merge(path, drifted, expected=seen)
    assert read_snapshot(path) == after


def test_a_merge_blesses_nothing_that_was_tampered_with(tmp_path: Path) -> None:
    """Neither a figure that does not fit the hash nor a document marked as tampered (contracts 1.7, 1.8)."""
    path = tmp_path / "latest.json"
    forged = write_document(document(perf=perf())).replace(b"0.002", b"0.001")
    marked = write_document(document(meta=plain()["meta"] | {"tampered": True}))
    for raw, code in ((forged, "integrity.signature_mismatch"), (marked, "evidence.tampered"), (b"{}", "evidence.mis")):
        path.write_bytes(raw)
        with pytest.raises(DocumentFlawed, match=code):
            merge(path, drifted)
        assert path.read_bytes() == raw


@pytest.mark.parametrize(
    ("name", "seal"), [("evidence-1.locked.json", ""), ("evidence-1.json", "evidence-1.dsse.json")]
)
def test_a_locked_or_sealed_document_takes_no_more(tmp_path: Path, name: str, seal: str) -> None:
    """Locked by its name, as the source system has it (contracts 1.9), or with a seal beside it."""
    put_snapshot(tmp_path / name, document())
    if seal:
        (tmp_path / seal).write_bytes(b"{}")
    with pytest.raises(EvidenceLocked):
        merge(tmp_path / name, drifted)
    assert read_snapshot(tmp_path / name) == document()


def test_the_first_merge_makes_the_document(tmp_path: Path) -> None:
    """Where the caller says how; the folder is made as well. Otherwise there is nothing to merge into."""
    path = tmp_path / "var" / "latest.json"
    with pytest.raises(DocumentFlawed, match=r"evidence\.not_there"):
        merge(path, drifted)
    merge(path, drifted, create=lambda: new_document(witness(), "acme", AT))
    assert read_snapshot(path).drift == Drift(abs_diff=0.1)
    with pytest.raises(EvidenceMissing):
        read_snapshot(tmp_path / "other.json")


def test_a_merge_that_breaks_leaves_the_old_document(tmp_path: Path) -> None:
    """And gives the lock back."""
    path = tmp_path / "latest.json"
    put_snapshot(path, document())
    with pytest.raises(ZeroDivisionError):
        merge(path, lambda _: document(perf={"count": 1 // 0}))
    assert read_snapshot(path) == document()
    merge(path, drifted)


def test_a_holder_that_never_lets_go_is_named(tmp_path: Path) -> None:
    """Waiting ends; nothing is changed without the lock."""
    with locked(tmp_path / "lock"), pytest.raises(LockHeld), locked(tmp_path / "lock", within=0.05):
        pass


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo])
def test_what_is_no_file_is_refused(tmp_path: Path, make: object) -> None:
    """A folder or a pipe at the path is an answer, not a wait."""
    assert callable(make)
    make(tmp_path / "latest.json")
    with pytest.raises(DocumentFlawed, match="not_a_file"):
        read_snapshot(tmp_path / "latest.json")
