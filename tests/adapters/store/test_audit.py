"""Whatever is changed, removed or cut off behind the program's back, the audit says where."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from bot.adapters.keys.audit import AuditKey
from bot.adapters.store import checkpoint as checkpoints
from bot.adapters.store import walk
from bot.adapters.store.audit import AuditReport, Finding, verify
from bot.adapters.store.checkpoint import take_checkpoint
from bot.adapters.store.seals import BadCheckpoint
from bot.adapters.store.store import SqlStore
from bot.domain import events as e
from bot.domain.journal import GENESIS, WORKSPACE, Entry, entry_hash
from tests.adapters.store.tampering import tamper
from tests.stores import NOW, happened, opened

KEY = AuditKey(bytes(32))
STRANGER = AuditKey(bytes(31) + b"1")


@pytest.fixture
def ledger(store: SqlStore) -> SqlStore:
    """Two releases of four entries and one refusal; the first three of every release are signed."""
    for service in ("checkout", "cart"):
        release = opened(store, service=service)
        happened(store, release, e.ReleaseHeld(reason="wait"), e.ReleaseResumed(reason="go"))
    take_checkpoint(store, KEY, NOW)
    for number in (1, 2):
        with store.read() as reader:
            found = reader.release(f"R-{number}")
        assert found is not None
        happened(store, found, e.ReleaseRejected(reason="no"))
    with store.write() as unit:
        unit.append(WORKSPACE, [e.RequestRefused(action="open", code="unknown_service")], NOW, "someone", "test")
    return store


def audited(store: SqlStore) -> AuditReport:
    return verify(store, KEY)


def found(store: SqlStore) -> list[tuple[str, int, str]]:
    """Breaks and heads that are wrong, in one list."""
    report = audited(store)
    assert not report.intact
    return [(one.stream, one.seq, one.code) for one in (*report.breaks, *report.heads)]


def test_an_untouched_ledger_is_intact(ledger: SqlStore) -> None:
    """Everything is counted, and what no checkpoint covers yet is told."""
    report = audited(ledger)
    assert report.intact
    assert (report.streams, report.entries, report.unsigned, report.checkpoints) == (3, 9, 3, 1)
    take_checkpoint(ledger, KEY, NOW)
    assert audited(ledger).unsigned == 0


def test_an_empty_ledger_is_intact(store: SqlStore) -> None:
    """Nothing to sign, nothing to find."""
    taken = take_checkpoint(store, KEY, NOW)
    assert (taken.heads, taken.last, taken.hash) == (0, 0, GENESIS)
    assert audited(store) == AuditReport(0, 0, 0, (), 0, 0, GENESIS, (), ())


def test_only_what_grew_is_signed_again(ledger: SqlStore) -> None:
    """The second checkpoint names the streams that changed, and the one before it; a third has nothing to say."""
    second = take_checkpoint(ledger, KEY, NOW + timedelta(minutes=1))
    assert (second.heads, second.last) == (3, 2)
    third = take_checkpoint(ledger, KEY, NOW + timedelta(minutes=2))
    assert (third.heads, third.last, third.hash) == (0, 2, second.hash)
    report = audited(ledger)
    assert (report.last_checkpoint, report.last_hash) == (2, second.hash)


def test_many_streams_make_several_checkpoints(ledger: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """One checkpoint stays of a readable size."""
    monkeypatch.setattr(checkpoints, "HEADS", 2)
    monkeypatch.setattr(checkpoints, "_UNSIGNED", checkpoints._UNSIGNED.limit(2))
    assert take_checkpoint(ledger, KEY, NOW).last == 3
    report = audited(ledger)
    assert report.intact
    assert report.unsigned == 0


def test_the_tables_refuse_changes_to_what_is_written(ledger: SqlStore) -> None:
    """Events and checkpoints are append-only, whoever asks."""
    from sqlalchemy import text

    for statement in (
        "UPDATE events SET body = '{}'",
        "DELETE FROM events",
        "UPDATE checkpoints SET body = '{}'",
        "DELETE FROM checkpoints",
    ):
        with pytest.raises(DBAPIError, match="append-only"):
            _run(ledger, text(statement))
    assert audited(ledger).intact


def _run(store: SqlStore, statement: object) -> None:
    with store.writing() as connection:
        connection.execute(statement)  # type: ignore[call-overload]  # a text clause


@pytest.mark.parametrize("column", ["body", "actor", "via", "at", "hash", "prev"])
def test_a_changed_column_is_found(ledger: SqlStore, column: str) -> None:
    """Every column is under the hash; the break is named at its entry or the one after."""
    changed = f"{column} + 1" if column == "at" else f"replace({column}, substr({column}, 2, 3), 'xyz')"
    tamper(ledger, f"UPDATE events SET {column} = {changed} WHERE stream = 'R-1' AND seq = 2")
    (first, *_) = found(ledger)
    assert first[0] == "R-1"
    assert first[1:] in ((2, "altered"), (2, "unlinked"))


def test_a_removed_entry_is_found(ledger: SqlStore) -> None:
    """A hole in the middle, and one at the beginning."""
    tamper(ledger, "DELETE FROM events WHERE stream = 'R-1' AND seq = 2")
    assert found(ledger) == [("R-1", 3, "gap")]
    tamper(ledger, "DELETE FROM events WHERE stream = 'R-2' AND seq = 1")
    assert found(ledger) == [("R-1", 3, "gap"), ("R-2", 2, "gap")]


def test_an_entry_moved_to_another_stream_is_found(ledger: SqlStore) -> None:
    """The stream's name is under the hash, too."""
    tamper(
        ledger,
        "DELETE FROM events WHERE stream = 'R-2' AND seq = 4",
        "UPDATE events SET stream = 'R-2' WHERE stream = 'R-1' AND seq = 4",
    )
    assert ("R-2", 4, "unlinked") in found(ledger)


def test_a_tail_that_was_cut_off_is_found(ledger: SqlStore) -> None:
    """Even with the streams table set back: the chain alone would hold, the signed head does not."""
    tamper(
        ledger,
        "DELETE FROM events WHERE stream = 'R-1' AND seq > 2",
        "UPDATE streams SET seq = 2, head = (SELECT hash FROM events WHERE stream = 'R-1' AND seq = 2) "
        "WHERE stream = 'R-1'",
    )
    assert found(ledger) == [("R-1", 3, "truncated")]


def test_a_careless_cut_is_found_without_a_checkpoint(ledger: SqlStore) -> None:
    """The streams table still names the entry that is gone."""
    tamper(ledger, "DELETE FROM events WHERE stream = 'R-1' AND seq = 4")
    assert found(ledger) == [("R-1", 3, "unrecorded")]


def test_a_stream_that_vanished_is_found(ledger: SqlStore) -> None:
    """With its row or without."""
    tamper(ledger, "DELETE FROM events WHERE stream = 'R-1'")
    assert found(ledger) == [("R-1", 3, "truncated"), ("R-1", 4, "unrecorded")]
    tamper(ledger, "DELETE FROM streams WHERE stream = 'R-1'")
    assert found(ledger) == [("R-1", 3, "truncated")]


def test_a_chain_that_was_written_anew_is_found(ledger: SqlStore) -> None:
    """Somebody recomputed every hash after their change: only the signature gives it away."""
    with ledger.read() as reader:
        forged = list(_rewritten(reader.entries("R-1")))
    for entry in forged:
        tamper(
            ledger,
            "UPDATE events SET actor = :actor, prev = :prev, hash = :hash WHERE stream = 'R-1' AND seq = :seq",
            "UPDATE streams SET head = :hash WHERE stream = 'R-1'",
            actor=entry.actor,
            prev=entry.prev,
            hash=entry.hash,
            seq=entry.seq,
        )
    report = audited(ledger)
    assert report.breaks == ()
    assert report.heads == (Finding("R-1", 3, "rewritten"),)


def _rewritten(entries: tuple[Entry, ...]) -> Iterator[Entry]:
    prev = GENESIS
    for entry in entries:
        seal = entry_hash(entry.stream, entry.seq, entry.at, "slack:T01/U0EVE", entry.via, entry.body, prev)
        yield entry.model_copy(update={"actor": "slack:T01/U0EVE", "prev": prev, "hash": seal})
        prev = seal


def test_a_checkpoint_that_was_changed_or_signed_by_a_stranger_is_forged(ledger: SqlStore) -> None:
    """It vouches for nothing, and is told."""
    assert verify(ledger, STRANGER).bad_checkpoints == (BadCheckpoint(1, "forged"),)
    tamper(ledger, "UPDATE checkpoints SET body = replace(body, 'R-2', 'R-3')")
    assert audited(ledger).bad_checkpoints == (BadCheckpoint(1, "forged"),)


def test_a_checkpoint_that_was_removed_leaves_a_gap(ledger: SqlStore) -> None:
    """In the middle, or its number given to a later one."""
    last = take_checkpoint(ledger, KEY, NOW)
    with ledger.write() as unit:
        unit.append(WORKSPACE, [e.RequestRefused(action="open", code="x")], NOW, "someone", "test")
    take_checkpoint(ledger, KEY, NOW)
    tamper(ledger, "DELETE FROM checkpoints WHERE number = 2")
    report = audited(ledger)
    assert report.bad_checkpoints == (BadCheckpoint(3, "gap"),)
    assert last.hash != report.last_hash
    tamper(ledger, "UPDATE checkpoints SET number = 2 WHERE number = 3")
    assert audited(ledger).bad_checkpoints == (BadCheckpoint(2, "forged"),)


def test_a_signed_record_of_another_chain_is_unlinked(ledger: SqlStore) -> None:
    """Signed by us, but not after the checkpoint that stands before it."""
    body = json.dumps({"number": 2, "at": NOW.isoformat(), "prev": GENESIS, "heads": []})
    key_id, signature = KEY.sign(body.encode())
    tamper(
        ledger,
        "INSERT INTO checkpoints (number, at, body, key_id, signature) VALUES (2, 0, :body, :key_id, :signature)",
        body=body,
        key_id=key_id,
        signature=signature,
    )
    assert audited(ledger).bad_checkpoints == (BadCheckpoint(2, "unlinked"),)


def test_streams_are_walked_page_by_page(ledger: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages that end in the middle of a stream lose and repeat nothing."""
    whole = list(ledger.streams())
    assert [(name, len(entries)) for name, entries in whole] == [("R-1", 4), ("R-2", 4), (WORKSPACE, 1)]
    for page in (1, 2, 3, 4, 9):
        monkeypatch.setattr(walk, "PAGE", page)
        monkeypatch.setattr(walk, "_NEXT_ENTRIES", walk._NEXT_ENTRIES.limit(page))
        monkeypatch.setattr(walk, "_NEXT_HEADS", walk._NEXT_HEADS.limit(page))
        assert list(ledger.streams()) == whole
        assert len(list(walk.heads(ledger.reading))) == 3
        assert audited(ledger).intact
