"""Folders of sealed evidence."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.adapters.evidence.files import EvidenceMissing
from bot.adapters.evidence.keys import PairSeal, RingSeal
from bot.adapters.evidence.sealed import check_file, check_folder, newest, seal_path, seals_in, write_sealed
from bot.adapters.keys.audit import AuditKey
from bot.evidence.chain import chain_flaws
from bot.evidence.document import DocumentFlawed
from bot.evidence.seal import NotBound, SealSigner
from tests.evidence.documents import binding, document, perf
from tests.evidence.keys import Ring

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
KEYS: tuple[SealSigner, ...] = (RingSeal(Ring({"k1": b"one"}, "k1")), PairSeal(AuditKey(b"\x07" * 32)))
BOUND = document(perf=perf(), binding=binding())


def test_each_document_follows_the_one_before(tmp_path: Path) -> None:
    """Numbered, linked by content hash, named after its moment; all seals hold, and the chain is whole."""
    folder = tmp_path / "R-7"
    written = [write_sealed(folder, BOUND, KEYS, AT + timedelta(seconds=step)) for step in (0, 0, 60)]
    assert [one.document.name for one in written] == [
        "evidence-20260302T100000Z.json", "evidence-20260302T100000Z-2.json", "evidence-20260302T100100Z.json",
    ]  # fmt: skip
    numbers = [one.snapshot.binding.number for one in written if one.snapshot.binding]
    assert numbers == [1, 2, 3]
    assert seals_in(folder) == [one.seal for one in written]
    checked = list(check_folder(folder, KEYS))
    assert [check.flaws for _, check in checked] == [(), (), ()]
    assert chain_flaws(check.snapshot for _, check in checked if check.snapshot) == []
    assert newest(folder) == written[-1].snapshot
    assert (written[0].document.stat().st_mode & 0o777, written[0].seal.stat().st_mode & 0o777) == (0o600, 0o600)


def test_sealers_take_turns(tmp_path: Path) -> None:
    """Many at once make one chain without forks or gaps."""
    with ThreadPoolExecutor(6) as many:
        list(many.map(lambda _: write_sealed(tmp_path, BOUND, KEYS, AT), range(12)))
    checks = [check for _, check in check_folder(tmp_path, KEYS)]
    assert chain_flaws(check.snapshot for check in checks if check.snapshot) == []
    assert len(checks) == 12


def test_either_file_finds_the_other(tmp_path: Path) -> None:
    """Asked about the document or about its seal, both are compared; locked under its other name as well."""
    one = write_sealed(tmp_path, BOUND, KEYS, AT)
    assert check_file(one.document, KEYS).sound
    assert check_file(one.seal, KEYS).sound
    locked = one.document.with_suffix(".locked.json")
    os.rename(one.document, locked)
    assert seal_path(locked) == one.seal
    assert check_file(locked, KEYS).sound
    locked.write_bytes(locked.read_bytes().replace(b"0.002", b"0.001"))
    for path in (locked, one.seal):
        assert [flaw.code for flaw in check_file(path, KEYS).flaws] == ["seal.changed:perf"]


def test_a_seal_alone_is_enough(tmp_path: Path) -> None:
    """It holds the document itself; a document alone proves nothing."""
    one = write_sealed(tmp_path, BOUND, KEYS, AT)
    content = one.document.read_bytes()
    one.document.unlink()
    check = check_file(one.seal, KEYS)
    assert check.sound
    assert check.snapshot == one.snapshot
    one.document.write_bytes(content)
    one.seal.unlink()
    with pytest.raises(EvidenceMissing):
        check_file(one.document, KEYS)


def test_no_chain_goes_on_after_a_broken_seal(tmp_path: Path) -> None:
    """The newest seal cannot be read: somebody has to look, and nothing is written."""
    one = write_sealed(tmp_path, BOUND, KEYS, AT)
    one.seal.write_bytes(one.seal.read_bytes()[:-40])
    with pytest.raises(DocumentFlawed):
        write_sealed(tmp_path, BOUND, KEYS, AT)
    assert len(list(tmp_path.glob("evidence-*.json"))) == 2


def test_an_unbound_document_is_not_written(tmp_path: Path) -> None:
    """Nothing without a service and a version is anybody's evidence."""
    with pytest.raises(NotBound):
        write_sealed(tmp_path, document(), KEYS, AT)
    assert list(tmp_path.glob("evidence-*")) == []
    with pytest.raises(EvidenceMissing):
        list(check_folder(tmp_path, KEYS))
