"""`evidence seal|verify`: offline, with an exit code, and with the place of every change."""

import json
import shutil
from pathlib import Path

import pytest

from bot.evidence.document import write_document
from tests.evidence.documents import binding, document, perf, plain
from tests.handlers.cli_house import Came, CliHouse

WHOSE = ("--service", "checkout", "--version", "v2.1.0", "--environment", "prod", "--release", "R-7")


@pytest.fixture
def house(tmp_path: Path) -> CliHouse:
    """A house with a document in it."""
    found = CliHouse(tmp_path, f"sqlite:///{tmp_path / 'interlock.db'}")
    (tmp_path / "latest.json").write_bytes(write_document(document(perf=perf())))
    return found


def sealed(house: CliHouse, *more: str) -> dict[str, str]:
    came = house.run("evidence", "seal", "latest.json", "--out", "ev", *WHOSE, *more, "--json")
    assert came.code == 0, came
    return came.json


def away(house: CliHouse, what: str, *more: str) -> Came:
    """Verified as by an auditor elsewhere: the files and the public key, no configuration, no database, no environment
    but the search path."""
    folder = house.folder / "elsewhere"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(house.folder / "ev", folder / "ev")
    shutil.copy(house.folder / "var/keys/audit.ed25519.pub", folder / "audit.pub")
    auditor = CliHouse.__new__(CliHouse)
    auditor.folder, auditor.environ = folder, {"PATH": house.environ["PATH"]}
    return auditor.run("evidence", "verify", what, "--public", "audit.pub", *more, "--json")


def flaws(came: Came) -> set[str]:
    return {one["code"] for one in came.json["flaws"]}


def test_evidence_is_checked_elsewhere_with_the_public_key_alone(house: CliHouse) -> None:
    """The document, its seal, the seal alone, and the folder as a chain."""
    first, second = sealed(house), sealed(house)
    assert (first["number"], second["number"], second["previous"]) == (1, 2, first["content_sha256"])
    for what in (first["document"], first["seal"], "ev"):
        came = away(house, what)
        assert (came.code, came.json["intact"]) == (0, True), came
    assert away(house, first["seal"]).json["binding"]["release"] == "R-7"
    (house.folder / first["document"]).unlink()
    assert away(house, first["seal"]).code == 0


def test_a_changed_byte_is_found_and_placed(house: CliHouse) -> None:
    """In the document by its block; in the seal; and a folder says which of its files it is."""
    one = sealed(house)
    path = house.folder / one["document"]
    path.write_bytes(path.read_bytes().replace(b"0.002", b"0.001"))
    came = away(house, one["document"])
    assert (came.code, flaws(came)) == (2, {"seal.changed:perf"})
    whole = away(house, "ev")
    assert (whole.code, whole.json["intact"]) == (2, False)
    assert "perf" in house.run("evidence", "verify", one["document"]).out
    seal = house.folder / one["seal"]
    seal.write_bytes(seal.read_bytes().replace(b"c", b"d", 1))
    assert away(house, one["seal"]).code == 2


def test_another_key_is_no_key_of_ours(house: CliHouse) -> None:
    """Sealed again by somebody else, the seal is refused."""
    one = sealed(house)
    other = CliHouse(house.folder / "other", house.database)
    (other.folder / "latest.json").write_bytes((house.folder / "latest.json").read_bytes())
    theirs = sealed(other)
    shutil.copy(other.folder / theirs["seal"], house.folder / one["seal"])
    shutil.copy(other.folder / theirs["document"], house.folder / one["document"])
    assert {"seal.key_missing", "seal.unsigned"} <= flaws(away(house, one["seal"]))


def test_old_evidence_is_not_taken_for_new(house: CliHouse) -> None:
    """Against a file, against the hash of the one before, and by age."""
    first, second = sealed(house), sealed(house)
    assert away(house, second["seal"], "--after", first["seal"], "--max-age", "1h").code == 0
    assert away(house, second["seal"], "--after", first["content_sha256"]).code == 0
    assert flaws(away(house, first["seal"], "--after", second["seal"])) == {"seal.old"}
    assert flaws(away(house, first["seal"], "--after", second["content_sha256"])) == {"seal.unlinked"}
    assert flaws(away(house, second["seal"], "--after", second["content_sha256"])) == {"seal.old"}
    (house.folder / first["seal"]).unlink()
    gone = away(house, "ev")
    assert (gone.code, [one["code"] for one in gone.json["chain"]]) == (2, ["seal.gap"])


def test_evidence_of_another_release_is_refused(house: CliHouse) -> None:
    """Whatever of the binding was asked for has to be so."""
    one = sealed(house, "--artifact", "sha256:" + "ab" * 32)
    assert away(house, one["seal"], *WHOSE).code == 0
    came = away(house, one["seal"], "--version", "v2.1.1", "--artifact", "sha256:" + "cd" * 32)
    assert (came.code, flaws(came)) == (2, {"seal.other_subject"})
    assert [flaw["place"] for flaw in came.json["flaws"]] == ["binding.version", "binding.artifact"]


def test_a_release_is_sealed_from_the_ledger(house: CliHouse) -> None:
    """By its id; below var, where it is verified as a chain. Who may not read releases may not seal them."""
    assert house.run("release", "open", "checkout", "v2.1.0", "prod").code == 0
    came = house.run("evidence", "seal", "R-1", "--json")
    assert came.code == 0, came
    folder = house.folder / "var/evidence/R-1"
    assert Path(came.json["document"]).parent == folder
    content = json.loads(Path(came.json["document"]).read_bytes())
    assert (content["binding"]["release"], content["binding"]["version"]) == ("R-1", "v2.1.0")
    assert house.run("evidence", "seal", "checkout@prod").code == 0
    assert house.run("evidence", "verify", str(folder)).code == 0
    assert house.run("evidence", "seal", "R-1", INTERLOCK_ALLOW_SCOPES="").code == 3
    assert house.run("evidence", "seal", "R-9").code == 4
    assert house.run("evidence", "seal", "R-1", "--version", "v9").code == 4


def test_what_cannot_be_sealed_is_said(house: CliHouse) -> None:
    """Bound to nothing: 4. Bound to something else: 4. Changed or marked as tampered: 2. No document: 4."""
    write = (house.folder / "latest.json").write_bytes
    assert house.run("evidence", "seal", "latest.json").code == 4
    write(write_document(document(binding=binding())))
    assert house.run("evidence", "seal", "latest.json", "--out", "ev").code == 0
    assert house.run("evidence", "seal", "latest.json", "--service", "billing").code == 4
    write(write_document(document(meta=plain()["meta"] | {"tampered": True})))
    assert house.run("evidence", "seal", "latest.json", *WHOSE).code == 2
    write(write_document(document(perf=perf())).replace(b"0.002", b"0.001"))
    assert house.run("evidence", "seal", "latest.json", *WHOSE).code == 2
    write(b"{}")
    assert house.run("evidence", "seal", "latest.json", *WHOSE).code == 4
    assert house.run("evidence", "seal", "gone.json", *WHOSE).code == 4


def test_a_document_without_seal_has_a_checksum_and_no_proof(house: CliHouse) -> None:
    """Files of the source system: 4 without the word for it, then 0 or 2; the answer says that it is not sealed."""
    sealed(house)
    assert house.run("evidence", "verify", "latest.json").code == 4
    came = house.run("evidence", "verify", "latest.json", "--unsealed", "--json")
    assert (came.code, came.json["intact"], came.json["sealed"]) == (0, True, False)
    (house.folder / "latest.json").write_bytes((house.folder / "latest.json").read_bytes().replace(b"0.002", b"0"))
    came = house.run("evidence", "verify", "latest.json", "--unsealed", "--json")
    assert (came.code, flaws(came)) == (2, {"integrity.signature_mismatch"})


def test_a_document_without_a_block_or_marked_as_tampered_is_refused(house: CliHouse) -> None:
    """Each block that has to be there is missed by its name; a mark of tampering counts however the hash fits; what
    nobody knows is no evidence (contracts 1.8)."""
    path = house.folder / "latest.json"
    whole = json.loads(path.read_bytes())

    def codes(tree: dict[str, object]) -> set[str]:
        path.write_text(json.dumps(tree))
        came = house.run("evidence", "verify", "latest.json", "--unsealed", "--json")
        assert (came.code, came.json["intact"]) == (2, False), came
        return flaws(came)

    for block in ("meta", "witness", "usage", "rating", "quota", "budget", "anomaly", "integrity"):
        assert codes({name: one for name, one in whole.items() if name != block}) == {f"evidence.missing:{block}"}
    marked = json.loads(write_document(document(meta=plain()["meta"] | {"tampered": True})))
    assert codes(marked) == {"evidence.tampered"}
    assert codes(whole | {"verdict": "pass"}) == {"evidence.unknown:verdict"}


def test_nothing_to_check_with_is_no_yes(house: CliHouse) -> None:
    """Without any key, with a key that is not there, and with one that is none: 4."""
    one = sealed(house)
    shutil.rmtree(house.folder / "var")
    assert house.run("evidence", "verify", one["seal"]).code == 4
    assert house.run("evidence", "verify", one["seal"], "--public", "gone.pub").code == 4
    (house.folder / "bad.pub").write_text("none")
    assert house.run("evidence", "verify", one["seal"], "--public", "bad.pub").code == 4
    assert house.run("evidence", "verify", "ev/gone.dsse.json").code == 4


def test_the_ring_signs_beside_the_pair_and_evidence_outlives_its_keys(house: CliHouse) -> None:
    """HMAC by the ring's active key, Ed25519 beside it. Once the ring's key is retired the pair still vouches; a secret
    that is not the ring's own does not fit; a ring that cannot be read is said, and checks nothing by half."""
    house.environ["DECISIONOS_JUDGE_KEYS"] = '[{"key_id": "k1", "secret": "one-for-tests"}]'
    one = sealed(house)
    came = house.run("evidence", "verify", one["document"], "--json")
    assert [item["standing"] for item in came.json["signatures"]] == ["ok", "ok"]
    assert came.json["signatures"][0]["key_id"] == "k1"
    second = '{"key_id": "k2", "secret": "two-for-tests"}'
    retired = '{"key_id": "k1", "secret": "one-for-tests", "state": "retired"}'
    house.environ["DECISIONOS_JUDGE_KEYS"] = f"[{second}, {retired}]"
    came = house.run("evidence", "verify", one["document"], "--json")
    assert (came.code, came.json["signatures"][0]["standing"]) == (0, "retired")
    house.environ["DECISIONOS_JUDGE_KEYS"] = f'[{second}, {{"key_id": "k1", "secret": "other-for-tests"}}]'
    came = house.run("evidence", "verify", one["document"], "--json")
    assert (came.code, flaws(came)) == (2, {"seal.signature", "seal.unsigned"})
    del house.environ["DECISIONOS_JUDGE_KEYS"]
    for words in (("seal", "latest.json", *WHOSE), ("verify", one["document"])):
        came = house.run("evidence", *words, "--json", INTERLOCK_JUDGE_KEYS_FILE="not-there.json")
        assert (came.code, came.json["error"]["code"]) == (5, "keys.load_failed:not_there"), came
