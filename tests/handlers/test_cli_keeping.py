"""`evidence index|lock|gc|upload`, and `evidence verify` of what they leave: from the outside."""

import json
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.evidence.document import write_document
from tests.evidence.documents import binding, document, perf, plain
from tests.handlers.cli_house import Came, CliHouse

DAY = 86400.0


@pytest.fixture
def house(tmp_path: Path) -> CliHouse:
    return CliHouse(tmp_path, f"sqlite:///{tmp_path / 'interlock.db'}")


def chain(house: CliHouse, folder: str = "R-7", documents: int = 2, service: str = "checkout") -> Path:
    """A sealed chain in the folder of evidence."""
    place = house.folder / "var/evidence" / folder
    made = document(perf=perf(), binding=binding() | {"release": "", "service": service})
    (house.folder / "one.json").write_bytes(write_document(made))
    for _ in range(documents):
        assert house.run("evidence", "seal", "one.json", "--out", str(place)).code == 0
    return place


def locked(house: CliHouse, folder: str = "R-7", documents: int = 2, service: str = "checkout") -> Path:
    """The same, locked."""
    place = chain(house, folder, documents, service)
    came = house.run("evidence", "lock", str(place), "--json")
    assert (came.code, len(came.json["locked"])) == (0, documents), came
    return place


def aged(place: Path, days: float) -> None:
    """As if it had been written, and locked, so many days ago."""
    then = datetime.now(UTC) - timedelta(days=days)
    for path in place.glob("*.json"):
        os.utime(path, (then.timestamp(), then.timestamp()))
    manifest = place / "manifest.jsonl"
    if manifest.exists():
        lines = [json.loads(line) | {"locked_at": then.isoformat()} for line in manifest.read_text().splitlines()]
        manifest.write_text("".join(f"{json.dumps(line)}\n" for line in lines))


def rows(came: Came) -> dict[str, dict[str, object]]:
    return {row["path"]: row for row in came.json["files"]}


def settings(house: CliHouse, text: str) -> None:
    (house.folder / "configs/interlock.yaml").write_text(f"work: {{poll: 0.2s, lease: 3s}}\n{text}\n")


def names(place: Path) -> list[str]:
    return sorted(path.name for path in place.glob("evidence-*.json"))


def changed(path: Path, old: bytes = b"0.002", new: bytes = b"0.001") -> None:
    path.chmod(0o600)
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new, 1))


def test_the_index_holds_documents_alone(house: CliHouse) -> None:
    """What was measured beside them, seals, manifests and reports are no documents, and no tampered ones (1.9)."""
    place = locked(house)
    root = place.parent
    (root / "perf-latest.json").write_text('{"count": 3, "latency_ms": {"p50": 1}}')
    (root / "canary-latest.json").write_text('{"control_perf": {"count": 1}}')
    (root / "latest.json").write_bytes(write_document(document()))
    (root / "other.json").write_bytes(write_document(document(meta=plain()["meta"] | {"tampered": True})))
    assert house.run("evidence", "index").code == 0
    came = house.run("evidence", "index", "--json")
    found = rows(came)
    assert len(found) == 4
    assert {name for name, row in found.items() if row["tampered"]} == {"other.json"}
    assert found["other.json"]["error"] == "evidence.tampered"
    tiers = {name: row["tier"] for name, row in found.items()}
    assert sorted(tiers.values()) == ["LOCKED", "LOCKED", "WIP", "WIP"]
    assert all((row["locked_at"] is not None) == (row["tier"] == "LOCKED") for row in found.values())
    summary = {"count": 4, "tampered": 1, "wip": 2, "locked": 2, "by_tenant": {"acme": 4}}
    assert came.json["summary"] == summary
    assert json.loads((root / "index.json").read_text())["summary"] == summary
    assert came.json["last_updated"] == max(str(row["mtime"]) for row in found.values())


def test_the_index_says_what_is_wrong(house: CliHouse) -> None:
    """A changed byte in a locked file, a missing block, a seal that is none, an unreadable file."""
    place = locked(house, documents=2)
    first, second = sorted(place.glob("*.locked.json"), key=lambda path: len(path.name))
    changed(first)
    seal = second.with_name(second.name.replace(".locked.json", ".dsse.json"))
    seal.chmod(0o600)
    seal.write_text("{}")
    without = plain()
    del without["budget"]
    (place.parent / "evidence-20260101T000000Z.json").write_text(json.dumps(without))
    (place.parent / "evidence-20260101T000001Z.json").write_text("{")
    found = rows(house.run("evidence", "index", "--json"))
    assert "seal.changed:perf" in str(found[f"R-7/{first.name}"]["error"])
    assert "manifest.changed" in str(found[f"R-7/{first.name}"]["error"])
    assert "seal.malformed" in str(found[f"R-7/{second.name}"]["error"])
    assert found["evidence-20260101T000000Z.json"]["error"] == "evidence.missing:budget"
    assert found["evidence-20260101T000001Z.json"]["error"] == "evidence.not_json"


@pytest.mark.parametrize(
    ("what", "code"),
    [("document", "seal.changed:perf"), ("gone", "manifest.gone"), ("manifest", "manifest.changed"),
     ("signed", "seal.signature"), ("index", "index.changed"), ("archive", "archive.changed")],
)  # fmt: skip
def test_verify_finds_a_changed_byte_wherever_it_lies(house: CliHouse, what: str, code: str) -> None:
    """In a locked file, its seal, the manifest, the index, the archive; whole, each of them says yes."""
    place = locked(house)
    document_file = min(place.glob("*.locked.json"))
    assert house.run("evidence", "index").code == 0
    assert house.run("evidence", "upload").code == 0
    asked = {"index": place.parent / "index.json", "archive": house.folder / "var/archive"}.get(what, place.parent)
    for where in (asked, place / "manifest.jsonl", document_file):
        assert house.run("evidence", "verify", str(where)).code == 0
    assert house.run("evidence", "verify", "R-7").code == 0
    match what:
        case "document" | "index":
            changed(document_file)
        case "gone":
            document_file.unlink()
        case "manifest":
            line = (place / "manifest.jsonl").read_text()
            digest = json.loads(line.splitlines()[0])["sha256"]
            (place / "manifest.jsonl").write_text(line.replace(digest, "0" * 64))
        case "signed":
            seal = document_file.with_name(document_file.name.replace(".locked.json", ".dsse.json"))
            envelope = json.loads(seal.read_text())
            sig = envelope["signatures"][0]["sig"]
            changed(seal, sig.encode(), (("B" if sig[0] == "A" else "A") + sig[1:]).encode())
        case "archive":
            changed(house.folder / "var/archive/R-7" / document_file.name)
    came = house.run("evidence", "verify", str(asked), "--json")
    assert came.code == 2
    flaws = [flaw for key in ("flaws", "chain", "manifest", "archive") for flaw in came.json.get(key, [])]
    flaws += [flaw for file in came.json["files"] for flaw in file["flaws"]] if what != "index" else []
    assert code in {flaw["code"] for flaw in flaws}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b'"budget"', b'"bugdet"', "evidence.missing:budget"),
        (b'"tampered": false', b'"tampered": true', "seal.changed:meta"),
    ],
)
def test_verify_refuses_a_missing_block_and_a_mark_of_tampering(
    house: CliHouse, old: bytes, new: bytes, code: str
) -> None:
    """In a locked file, against its seal; and in a document that was never sealed, by itself."""
    document_file = min(locked(house).glob("*.locked.json"))
    changed(document_file, old, new)
    came = house.run("evidence", "verify", str(document_file), "--json")
    assert (came.code, code in {flaw["code"] for flaw in came.json["flaws"]}) == (2, True), came
    bare = house.folder / "bare.json"
    bare.write_bytes(write_document(document()))
    assert house.run("evidence", "verify", "bare.json", "--unsealed").code == 0
    changed(bare, old, new)
    assert house.run("evidence", "verify", "bare.json", "--unsealed").code == 2


def test_verify_refuses_what_was_tampered_with_in_the_index(house: CliHouse) -> None:
    """An index that lists a tampered file fails, as does one that names a file that is gone, and one that is none."""
    place = locked(house)
    changed(max(place.glob("*.locked.json")))
    house.run("evidence", "index")
    index = str(place.parent / "index.json")
    assert {one["code"] for one in house.run("evidence", "verify", index, "--json").json["flaws"]} == {"index.tampered"}
    max(place.glob("*.locked.json")).unlink()
    assert "index.gone" in house.run("evidence", "verify", index).out
    (place.parent / "index.json").write_text("{}")
    assert house.run("evidence", "verify", index).code == 4


def test_nothing_that_was_changed_is_locked(house: CliHouse) -> None:
    """Exit 2, and every file keeps its name; a folder without seals is 4."""
    place = chain(house)
    changed(place / names(place)[-1])
    assert house.run("evidence", "lock", str(place)).code == 2
    assert list(place.glob("*.locked.json")) == []
    assert house.run("evidence", "lock", "R-99").code == 4


def test_gc_lists_and_only_with_apply_deletes(house: CliHouse) -> None:
    """Old WIP goes, oldest first; young, excluded and tampered files stay, and the last ones of a service."""
    settings(house, "retention: {wip: 7d, locked: 30d, keep_min: 1, exclude_globs: [latest.json, 'kept/*']}")
    root = house.folder / "var/evidence"
    (root / "kept").mkdir(parents=True)
    old = {"a.json": 30, "b.json": 20, "c.json": 10, "young.json": 1, "latest.json": 99, "kept/x.json": 99}
    for name, days in old.items():
        (root / name).write_bytes(write_document(document(perf=perf())))
        os.utime(root / name, (datetime.now().timestamp() - days * DAY,) * 2)
    (root / "bad.json").write_bytes(write_document(document(meta=plain()["meta"] | {"tampered": True})))
    os.utime(root / "bad.json", (datetime.now().timestamp() - 50 * DAY,) * 2)
    (root / "perf-latest.json").write_text("{}")
    os.utime(root / "perf-latest.json", (1, 1))
    dry = house.run("evidence", "gc", "--json")
    assert dry.code == 0
    assert [one["path"] for one in dry.json["delete_candidates"]] == ["a.json", "b.json", "c.json"]
    assert dry.json["stays"] == {"excluded": 2, "tampered": 1, "young": 1}
    assert (dry.json["dry_run"], dry.json["deleted"], (root / "a.json").exists()) == (True, [], True)
    assert "add --apply" in house.run("evidence", "gc").out
    came = house.run("evidence", "gc", "--apply", "--json")
    assert came.json["deleted"] == ["a.json", "b.json", "c.json"]
    left = {path.name for path in root.rglob("*.json")}
    assert left == {"young.json", "latest.json", "x.json", "bad.json", "perf-latest.json"}


def test_gc_leaves_a_service_its_last_documents(house: CliHouse) -> None:
    """The floor counts per service, and the newest ones stay."""
    settings(house, "retention: {wip: 7d, keep_min: 2}")
    root = house.folder / "var/evidence"
    root.mkdir(parents=True)
    for number in range(4):
        (root / f"evidence-{number}.json").write_bytes(write_document(document()))
        os.utime(root / f"evidence-{number}.json", (datetime.now().timestamp() - (90 - number) * DAY,) * 2)
    came = house.run("evidence", "gc", "--apply", "--json")
    assert came.json["deleted"] == ["evidence-0.json", "evidence-1.json"]
    assert came.json["stays"] == {"floor": 2}


def test_gc_never_deletes_locked_evidence_before_its_date(house: CliHouse) -> None:
    """Not for a WIP retention that is over, nor for an old file that was locked lately; after its date the whole chain
    goes, with its seals and manifest."""
    settings(house, "retention: {wip: 1d, locked: 30d, keep_min: 0}")
    place = locked(house, documents=2)
    for path in place.glob("*.json"):
        os.utime(path, (1, 1))
    assert house.run("evidence", "gc", "--apply", "--json").json["stays"] == {"young": 2}
    aged(place, 29.9)
    assert house.run("evidence", "gc", "--apply", "--json").json["deleted"] == []
    (place / "manifest.jsonl").rename(place / "elsewhere")
    assert house.run("evidence", "gc", "--apply", "--json").json["stays"] == {"young": 2}, "no date: it counts from now"
    (place / "elsewhere").rename(place / "manifest.jsonl")
    aged(place, 30.1)
    came = house.run("evidence", "gc", "--apply", "--json")
    assert len(came.json["deleted"]) == 4
    assert [path.name for path in place.iterdir() if not path.name.startswith(".")] == []


def test_gc_leaves_what_a_release_still_needs(house: CliHouse) -> None:
    """An open release's evidence stays however old it is, and that of a release which nobody here knows."""
    settings(house, "retention: {wip: 1d, keep_min: 0}")
    assert house.run("release", "open", "checkout", "v2.1.0", "prod").code == 0
    assert house.run("evidence", "seal", "R-1").code == 0
    (house.folder / "unknown.json").write_bytes(write_document(document(binding=binding() | {"release": "R-99"})))
    assert house.run("evidence", "seal", "unknown.json", "--out", "var/evidence/R-99").code == 0
    for name in ("R-1", "R-99"):
        aged(house.folder / "var/evidence" / name, 400)
    assert house.run("evidence", "gc", "--apply", "--json").json["stays"] == {"open": 1, "unknown": 1}
    assert house.run("release", "abort", "R-1", "--reason", "over").code == 0
    came = house.run("evidence", "gc", "--apply", "--json")
    assert (len(came.json["deleted"]), came.json["stays"]) == (2, {"unknown": 1})


def test_gc_needs_the_ledger(house: CliHouse) -> None:
    """Without it nobody knows what is still needed: 5, and nothing is deleted."""
    place = chain(house)
    aged(place, 400)
    came = house.run("evidence", "gc", "--apply", DATABASE_URL="postgresql://127.0.0.1:9/nothing")
    assert came.code == 5
    assert len(names(place)) == 4


def test_upload_sends_what_is_sound_and_locked(house: CliHouse) -> None:
    """A tampered file and WIP are skipped, counted and named; a tampered one makes it exit 2; dry, nothing is sent."""
    place, wip = locked(house), chain(house, "R-8", 1)
    dry = house.run("evidence", "upload", "--dry-run", "--json")
    assert (dry.code, dry.json["counts"]) == (0, {"uploaded": 0, "skipped": 5, "failed": 0})
    assert not (house.folder / "var/archive").exists()
    assert not (place.parent / "objectlock-report.json").exists()
    bad = max(place.glob("*.locked.json"))
    changed(bad)
    came = house.run("evidence", "upload", "--json")
    assert (came.code, came.json["counts"]) == (2, {"uploaded": 2, "skipped": 2, "failed": 0})
    reasons = {line["path"]: line["reason"] for line in came.json["skipped"]}
    assert reasons == {f"R-7/{bad.name}": "tampered", f"R-8/{names(wip)[1]}": "not_locked"}
    policy = came.json["policy"]
    assert (came.json["mode"], policy) == ("directory", {"mode": "directory", "retention_days": 365.0})


def test_upload_goes_on_where_it_stopped(house: CliHouse) -> None:
    """What is there with the same bytes counts as done; what differs is a failure that stops nothing else."""
    place = locked(house, documents=3)
    first, second, third = sorted(place.glob("*.locked.json"), key=lambda path: (len(path.name), path.name))
    assert house.run("evidence", "upload", "--file", f"R-7/{first.name}", "--json").json["counts"]["uploaded"] == 2
    stranger = house.folder / "var/archive/R-7" / second.name
    stranger.write_text("something else")
    came = house.run("evidence", "upload", "--json")
    assert (came.code, came.json["counts"]) == (2, {"uploaded": 5, "skipped": 0, "failed": 1})
    assert [(line["path"], line["reason"]) for line in came.json["failed"]] == [(f"R-7/{second.name}", "other_bytes")]
    assert stranger.read_text() == "something else"
    assert {line["reason"] for line in came.json["uploaded"] if first.stem in line["path"]} == {"there"}
    assert (house.folder / "var/archive/R-7" / third.name).exists()
    shutil.rmtree(stranger.parent.parent)
    assert house.run("evidence", "upload", "--json").json["counts"] == {"uploaded": 6, "skipped": 0, "failed": 0}


def test_upload_asks_for_what_was_typed(house: CliHouse) -> None:
    """Retention in days or as a duration; nonsense is 4, with what to do."""
    locked(house, documents=1)
    came = house.run("evidence", "upload", "--directory", "there", "--retain-days", "7", "--json")
    (line, _) = came.json["uploaded"]
    until = datetime.fromisoformat(line["retain_until"]) - datetime.now(UTC)
    assert timedelta(days=6.9) < until <= timedelta(days=7)
    for words in (
        ("--bucket", "acme-evidence", "--mode", "FOREVER"),
        ("--bucket", "acme-evidence", "--directory", "there"),
        ("--keep", "7d", "--retain-days", "7"),
        ("--keep", "7"),
        ("--file", "nothing.json"),
        ("--root", "nowhere"),
    ):
        assert house.run("evidence", "upload", *words).code == 4, words
    no_keys = {"AWS_EC2_METADATA_DISABLED": "true"}
    refused = house.run("evidence", "upload", "--bucket", "acme-evidence", "--region", "us-east-1", **no_keys)
    assert (refused.code, "AWS_ACCESS_KEY_ID" in refused.err) == (4, True), refused
