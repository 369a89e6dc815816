"""The running bot keeps evidence by itself: sealed at each decision, locked at the end, archived in time."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.evidence.sealed import document_path, seals_in
from bot.domain.consequences import rests_on_evidence
from bot.domain.evidence import LogFile
from bot.domain.reports import Measured
from bot.domain.states import State
from bot.evidence.chain import chain_flaws
from bot.evidence.hashes import content_hash
from bot.views.card import card
from tests.engine.keeper import checks, entries_sealed, folder_of, keep, names
from tests.engine.road import MIKA, Road, build_road
from tests.gates.facts import window
from tests.stories.house import SLO, Rules

FILE = LogFile(path="canary.csv", sha256="ab" * 32, size=10, rows=7)


def decisions(road: Road) -> list[int]:
    """The entries that rest on evidence."""
    with road.core.store.read() as reader:
        return [entry.seq for entry in reader.entries("R-1") if rests_on_evidence(entry.event)]


@pytest.mark.parametrize(
    "end", [State.DONE, State.ROLLED_BACK, State.FAILED, State.REJECTED, State.EXPIRED, State.ABORTED]
)
async def test_evidence_is_sealed_at_each_decision_and_locked_at_the_end(road: Road, end: State) -> None:
    """One chain that holds; the documents have their last name and are only read; the ledger names the newest."""
    road.bring_to(end)
    await keep(road)
    assert entries_sealed(road) == decisions(road)
    assert all(check.sound for check in checks(road))
    assert chain_flaws(check.snapshot for check in checks(road) if check.snapshot is not None) == []
    documents = [name for name in names(folder_of(road)) if name.endswith(".json") and "dsse" not in name]
    assert [name.endswith(".locked.json") for name in documents] == [True] * len(documents)
    assert {(folder_of(road) / name).stat().st_mode & 0o777 for name in documents} == {0o400}
    sealed = road.release().sealed
    newest = checks(road)[-1]
    assert sealed is not None
    assert newest.snapshot is not None
    assert (sealed.content_sha256, sealed.number) == (content_hash(newest.snapshot), len(documents))
    document = document_path(seals_in(folder_of(road))[-1])
    assert document is not None
    assert sealed.path == f"R-1/{document.name}"
    assert sealed.key_ids == tuple(key_id for key_id, _ in newest.signatures)
    assert road.state() is end
    assert road.kinds()[-1] == "evidence_sealed"


async def test_while_a_release_is_open_its_evidence_is_wip(road: Road) -> None:
    """Nothing is locked, and the card says nothing yet; at the end its small print does."""
    road.bring_to(State.BAKING)
    await keep(road)
    assert [name for name in names(folder_of(road)) if "locked" in name or "manifest" in name] == []
    assert "evidence_sealed" not in road.kinds()
    assert "sealed" not in card(road.release(), (), (), road.clock.now()).text
    assert road.ask(MIKA, "rollback", "R-1").accepted
    road.deployed("R-1")
    await keep(road)
    said = card(road.release(), (), (), road.clock.now()).text
    assert "evidence sealed, signed by" in said
    assert "interlock evidence verify R-1" in said


async def test_what_is_sealed_is_what_the_decision_rested_on(tmp_path: Path, database_url: str) -> None:
    """A step that begins forgets the measurements before it; the document holds them."""
    (tmp_path / "configs" / "slo").mkdir(parents=True)
    (tmp_path / "configs" / "slo" / "canary.json").write_text(SLO)
    gates = "[{name: canary, kind: canary, file: slo/canary.json, source: reqlog, window: 1s, passes: 1, fresh: 20s}]"
    road = build_road(tmp_path, database_url, Rules(gates=gates))
    release = road.bring_to(State.BAKING)
    began = road.release(release).step_at
    assert began is not None
    road.clock.turn(seconds=2)
    times = {"start": began, "end": began + timedelta(seconds=1), "newest_at": began, "observed_at": road.clock.now()}
    clean = window(0, gate="canary", version=road.release(release).version, files=(FILE, FILE), **times)
    road.report(Measured(release, (clean,)))
    assert road.state() is State.ROLLING
    assert road.release(release).facts == ()
    await keep(road)
    last = checks(road)[-1].snapshot
    assert last is not None
    assert last.canary is not None
    assert last.canary.canary_perf is not None
    assert last.canary.canary_perf.count == 1000
    assert last.witness.csv_sha256 == FILE.sha256
    road.core.close()


async def test_a_rollback_of_what_was_done_goes_on_with_the_chain(road: Road) -> None:
    """The locked documents stay as they were; new ones follow, and are locked when the way back has ended."""
    road.bring_to(State.DONE)
    await keep(road)
    before = {name: (folder_of(road) / name).read_bytes() for name in names(folder_of(road)) if "evidence" in name}
    assert road.ask(MIKA, "rollback", "R-1").accepted
    road.deployed("R-1")
    await keep(road)
    assert entries_sealed(road) == decisions(road)
    assert all(check.sound for check in checks(road))
    assert {name: (folder_of(road) / name).read_bytes() for name in before} == before
    assert road.kinds().count("evidence_sealed") == 2
    assert sum("locked" in name for name in names(folder_of(road))) == len(decisions(road))


async def test_a_worker_on_a_fresh_disk_makes_the_whole_chain_again(road: Road) -> None:
    """The documents follow from the ledger alone, so their hashes are the same ones."""
    road.bring_to(State.VERIFYING)
    await keep(road)
    hashes = [content_hash(check.snapshot) for check in checks(road) if check.snapshot is not None]
    shutil.rmtree(folder_of(road))
    assert road.ask(MIKA, "rollback", "R-1").accepted
    await keep(road)
    again = [content_hash(check.snapshot) for check in checks(road) if check.snapshot is not None]
    assert again[: len(hashes)] == hashes
    assert entries_sealed(road) == decisions(road)


async def test_changed_evidence_is_told_once_and_blocks_nothing(road: Road) -> None:
    """The chain is not continued and nothing is locked; the rollback ends as ever; the thread hears of it once."""
    road.bring_to(State.BAKING)
    await keep(road)
    document = folder_of(road) / next(name for name in names(folder_of(road)) if "dsse" not in name)
    document.write_bytes(document.read_bytes().replace(b"checkout", b"chekcout"))
    assert road.ask(MIKA, "rollback", "R-1").accepted
    road.deployed("R-1")
    await keep(road)
    assert road.state() is State.ROLLED_BACK
    assert (road.kinds().count("evidence_flawed"), road.kinds().count("evidence_sealed")) == (1, 0)
    assert [name for name in names(folder_of(road)) if "locked" in name] == []
    seal = folder_of(road) / [name for name in names(folder_of(road)) if "dsse" in name][-1]
    seal.write_bytes(b"{}")
    assert await keep(road) == []


@pytest.fixture
def archiving(tmp_path: Path, database_url: str) -> Iterator[Road]:
    """A road whose installation archives two hours after the end."""
    road = build_road(tmp_path, database_url)
    archive = f"archive: {{kind: directory, path: {tmp_path / 'archive'}, keep: 30d, after: 2h}}\n"
    (tmp_path / "configs" / "interlock.yaml").write_text(archive)
    road.core.reread()
    yield road
    road.core.close()


async def test_locked_evidence_goes_to_the_archive_in_time(archiving: Road) -> None:
    """Not before two hours have passed; then every document and seal of the release, once."""
    road = archiving
    road.bring_to(State.DONE)
    await keep(road)
    assert not (road.folder / "archive").exists()
    road.clock.turn(hours=2, seconds=1)
    await keep(road)
    here = [name for name in names(folder_of(road)) if name.startswith("evidence-")]
    assert names(road.folder / "archive" / "R-1") == here
    assert road.kinds()[-1] == "evidence_archived"
    road.clock.turn(days=1)
    assert await keep(road) == []


async def test_an_archive_that_refuses_is_asked_again(archiving: Road) -> None:
    """Another file lies there under that name: nothing is replaced, and once it is gone the evidence follows."""
    road = archiving
    road.bring_to(State.REJECTED)
    await keep(road)
    name = next(one for one in names(folder_of(road)) if one.endswith(".locked.json"))
    stranger = road.folder / "archive" / "R-1" / name
    stranger.parent.mkdir(parents=True)
    stranger.write_text("something else")
    road.clock.turn(hours=2, seconds=1)
    await keep(road)
    assert stranger.read_text() == "something else"
    assert "evidence_archived" not in road.kinds()
    stranger.unlink()
    road.clock.turn(minutes=11)
    await keep(road)
    assert road.kinds()[-1] == "evidence_archived"
