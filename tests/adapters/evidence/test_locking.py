"""Sealing and locking under kill -9 at each write, and by many at once."""

import multiprocessing
import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.evidence.files import LOCKED
from bot.adapters.evidence.keys import PairSeal, RingSeal
from bot.adapters.evidence.locking import manifest_flaws, read_manifest
from bot.adapters.evidence.scan import scan
from bot.adapters.evidence.sealed import check_folder, document_path, seals_in, write_sealed
from bot.adapters.evidence.vault import FolderVault
from bot.adapters.keys.audit import AuditKey
from bot.domain.events import QuorumReached
from bot.domain.journal import GENESIS, write
from bot.evidence.chain import chain_flaws
from bot.ports import Deposit, Point, VaultFlawed
from bot.settings.installation import Installation
from tests.evidence.documents import binding, document
from tests.evidence.keys import Ring
from tests.gates.facts import NOW, measurement, release, sample, slo_gate

KEYS = (PairSeal(AuditKey(b"\x07" * 32)),)
_WRITES = ("link", "unlink", "replace", "rename", "chmod", "fsync")
_FORK = multiprocessing.get_context("fork")


class Still:
    """A clock that stands still."""

    def now(self) -> datetime:
        return NOW


def points() -> list[Point]:
    """Three decisions of one release."""
    before = release(measurement(sample()), spec=slo_gate())
    return [
        Point(before, write(before.id, seq, NOW, "dana", "test", QuorumReached(), GENESIS)) for seq in (3, 5, 8)
    ]  # fmt: skip


def seal(root: Path) -> Deposit:
    """Everything that the vault does at a release's end."""
    return FolderVault(root, lambda: KEYS, Still(), Installation).seal(points(), lock=True)


def killed_at(root: Path, number: int) -> bool:
    """Seal in a process that is killed right before its n-th write to the disk; False when it came to its end."""
    child = _FORK.Process(target=_die, args=(root, number))
    child.start()
    child.join()
    return child.exitcode == -signal.SIGKILL


def _die(root: Path, number: int) -> None:
    left = [number]

    def doomed(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*given, **named)

        return call

    for name in _WRITES:
        setattr(os, name, doomed(getattr(os, name)))
    seal(root)
    os._exit(0)


def test_killed_at_any_write_the_next_one_ends_it(tmp_path: Path) -> None:
    """Each decision sealed once, all locked, the manifest whole: as if nothing had been."""
    number = 1
    while killed_at(root := tmp_path / str(number), number):
        deposit = seal(root)
        folder = root / "R-1"
        checks = [check for _, check in check_folder(folder, KEYS)]
        assert all(check.sound for check in checks), number
        snapshots = [check.snapshot for check in checks if check.snapshot is not None]
        assert [one.binding.entry for one in snapshots if one.binding is not None] == [3, 5, 8], number
        assert chain_flaws(snapshots) == []
        documents = sorted(path.name for path in folder.glob("evidence-*.json") if "dsse" not in path.name)
        assert len(documents) == 3, (number, documents)
        assert all(name.endswith(LOCKED) for name in documents)
        assert manifest_flaws(folder) == []
        assert {line.path for line in read_manifest(folder)} == set(documents)
        assert deposit.number == 3
        number += 1
    assert number > 30, "it has that many writes at least"


def test_many_sealers_at_once_make_one_chain(tmp_path: Path) -> None:
    """Workers that carry out the same effect twice, side by side, seal each decision once."""
    with ThreadPoolExecutor(6) as many:
        deposits = list(many.map(lambda _: seal(tmp_path), range(6)))
    assert len(set(deposits)) == 1
    assert len(seals_in(tmp_path / "R-1")) == 3


def test_what_was_changed_is_not_locked(tmp_path: Path) -> None:
    """A document that was changed, or taken away, before the release ended: nothing gets its last name."""
    for change in (lambda path: path.write_bytes(path.read_bytes() + b" "), Path.unlink):
        root = tmp_path / change.__name__
        FolderVault(root, lambda: KEYS, Still(), Installation).seal(points(), lock=False)
        path = document_path(seals_in(root / "R-1")[0])
        assert path is not None
        change(path)
        with pytest.raises(VaultFlawed):
            seal(root)
        assert list((root / "R-1").glob(f"*{LOCKED}")) == []


@pytest.mark.parametrize("later", [Ring({"k1": b"one"}, "k1", retired=frozenset({"k1"})), Ring({"k2": b"two"}, "k2")])
def test_keys_that_change_under_way_do_not_make_evidence_tampered(tmp_path: Path, later: Ring) -> None:
    """Retired or gone since: while the other signature holds, the documents are locked; alone, nobody vouches."""
    ring, pair = RingSeal(Ring({"k1": b"one"}, "k1")), KEYS[0]
    FolderVault(tmp_path, lambda: (ring, pair), Still(), Installation).seal(points(), lock=False)
    assert [file.tampered for file in scan(tmp_path, (RingSeal(later), pair))] == [False] * 3
    assert [file.tampered for file in scan(tmp_path, (RingSeal(later),))] == [True] * 3
    with pytest.raises(VaultFlawed):
        FolderVault(tmp_path, lambda: (RingSeal(later),), Still(), Installation).seal(points(), lock=True)
    assert FolderVault(tmp_path, lambda: (RingSeal(later), pair), Still(), Installation).seal(points(), lock=True)


def test_a_clock_that_was_set_back_does_not_break_the_chain(tmp_path: Path) -> None:
    """Names are given in the chain's order, whatever the clock says."""
    bound = document(binding=binding())
    for hour in (10, 9, 11):
        write_sealed(tmp_path, bound, KEYS, datetime(2026, 3, 2, hour, tzinfo=UTC))
    checks = [check for _, check in check_folder(tmp_path, KEYS)]
    assert chain_flaws(check.snapshot for check in checks if check.snapshot is not None) == []
    assert [path.name[9:25] for path in seals_in(tmp_path)] == ["20260302T100000Z"] * 2 + ["20260302T110000Z"]
