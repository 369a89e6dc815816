"""What a write transaction promises."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest

from bot.adapters.store.errors import AbandonedUnit, NestedWrite, UnknownIntent
from bot.adapters.store.store import SqlStore
from bot.adapters.store.unit import SqlUnit
from bot.domain import events as e
from bot.domain.intent import Intent, Live
from bot.domain.journal import breaks
from bot.domain.outcome import Outcome
from bot.domain.states import State
from bot.ports import Fenced, SlotTaken, StaleCopy
from tests.stores import NOW, an_effect, an_opened_event, happened, opened, queued


class Crash(Exception):
    """The program ends here."""


def attempt(store: SqlStore, *steps: Callable[[SqlUnit], object]) -> None:
    """One unit of these steps."""
    with store.write() as unit:
        for step in steps:
            step(unit)


def crash(_unit: SqlUnit) -> None:
    raise Crash


def test_a_release_reads_back_as_it_was_saved(store: SqlStore) -> None:
    """The projection keeps every field, and the chain holds."""
    release = opened(store)
    held = happened(store, release, e.ReleaseHeld(reason="wait\u202e <!channel> “now”"), e.ReleaseResumed(reason=""))
    with store.read() as reader:
        assert reader.release("R-1") == held
        assert [entry.seq for entry in reader.entries("R-1")] == [1, 2, 3]
        assert not list(breaks(reader.entries("R-1")))
        assert reader.entries("R-1", after=2) == (reader.entry("R-1", 3),)
        assert reader.entry("R-1", 4) is None


def test_nothing_stays_of_a_unit_that_raises(store: SqlStore) -> None:
    """Event, projection, effect, answer, intent, note and number are undone together."""
    live = Live(service="checkout", environment="prod", version="v1", release="R-1", since=NOW)
    numbers: list[int] = []
    with pytest.raises(Crash):
        attempt(
            store,
            lambda unit: numbers.append(unit.next_number()),
            lambda unit: unit.append("R-1", [an_opened_event()], NOW, "someone", "test"),
            lambda unit: unit.enqueue([an_effect("R-1")]),
            lambda unit: unit.remember("key", Outcome(action="open"), NOW),
            lambda unit: unit.intend(Intent(id="D-1", release="R-1", state="intended", at=NOW)),
            lambda unit: unit.went_live(live),
            lambda unit: unit.write_note("note", "value"),
            crash,
        )
    with store.read() as reader:
        assert reader.entries("R-1") == ()
        assert reader.outcome("key") is None
        assert reader.intent("D-1") is None
        assert reader.live("checkout", "prod") == ()
        assert reader.note("note") is None
    assert store.depth(NOW).waiting == 0
    with store.write() as unit:
        assert [unit.next_number()] == numbers


def test_a_stale_copy_is_refused(store: SqlStore) -> None:
    """Whoever read the release before somebody else changed it gets StaleCopy, and leaves no event behind."""
    release = opened(store)
    held = happened(store, release, e.ReleaseHeld(reason="stop"))
    with pytest.raises(StaleCopy):
        attempt(
            store,
            lambda unit: unit.append("R-1", [e.ReleaseHeld(reason="me too")], NOW, "late", "test"),
            lambda unit: unit.save(held.model_copy(update={"seq": 3}), read_at=release.seq),
        )
    with store.read() as reader:
        assert len(reader.entries("R-1")) == 2
        assert reader.release("R-1") == held


def test_an_error_that_is_caught_inside_still_undoes_the_unit(store: SqlStore) -> None:
    """A unit that lost cannot go on, and does not commit what it wrote before, on either database."""
    release = opened(store)

    def go_on(unit: SqlUnit) -> None:
        unit.append("R-1", [e.ReleaseHeld(reason="x")], NOW, "late", "test")
        with pytest.raises(StaleCopy):
            unit.save(release, read_at=7)
        with pytest.raises(AbandonedUnit):
            unit.write_note("went", "on")

    with pytest.raises(StaleCopy):
        attempt(store, go_on)
    with store.read() as reader:
        assert len(reader.entries("R-1")) == 1
        assert reader.note("went") is None


def test_one_slot_holds_one_active_release(store: SqlStore) -> None:
    """A second release into the same service and environment is SlotTaken, until the first has ended."""
    first = opened(store)
    with pytest.raises(SlotTaken):
        opened(store, version="v2.2.0")
    opened(store, environment="stg")
    happened(store, first, e.ReleaseRejected(reason="no"))
    second = opened(store, version="v2.2.0")
    assert second.id == "R-3"
    with store.read() as reader:
        active = reader.active("checkout", "prod")
    assert active is not None
    assert active.id == "R-3"


def test_a_done_release_cannot_come_back_over_an_active_one(store: SqlStore) -> None:
    """A rollback of a done release needs the slot, too."""
    first = opened(store)
    done = first.model_copy(update={"state": State.DONE, "seq": 2})
    with store.write() as unit:
        unit.save(done, read_at=1)
    opened(store, version="v2.2.0")
    with pytest.raises(SlotTaken), store.write() as unit:
        unit.save(done.model_copy(update={"state": State.ROLLING_BACK, "seq": 3}), read_at=2)


def test_saving_a_new_release_twice_is_a_stale_copy(store: SqlStore) -> None:
    """The id is known already: that is not a question of the slot."""
    release = opened(store)
    with pytest.raises(StaleCopy), store.write() as unit:
        unit.save(release, read_at=0)


def test_a_request_is_answered_once(store: SqlStore) -> None:
    """The first answer stands; whoever comes second is told to read it."""
    first = Outcome(action="approve", release="R-1", happened=("approval_given",))
    with store.write() as unit:
        unit.remember("click-1", first, NOW)
    with pytest.raises(StaleCopy):
        attempt(
            store,
            lambda unit: unit.write_note("second", "was here"),
            lambda unit: unit.remember("click-1", Outcome(action="reject"), NOW),
        )
    with store.read() as reader:
        assert reader.outcome("click-1") == first
        assert reader.note("second") is None


def test_an_effect_needs_its_release_in_the_ledger(store: SqlStore) -> None:
    """No outbox row without an event: the database itself refuses."""
    with pytest.raises(Exception, match=r"(?i)foreign key"), store.write() as unit:
        unit.enqueue([an_effect("R-77")])
    assert store.depth(NOW).waiting == 0


def test_an_error_of_the_database_that_is_caught_inside_is_not_lost(store: SqlStore) -> None:
    """Nothing is committed in part, and nobody believes that all of it was: it comes up again at the end."""

    def swallow(unit: SqlUnit) -> None:
        unit.append("R-1", [an_opened_event()], NOW, "someone", "test")
        with suppress(Exception):
            unit.enqueue([an_effect("R-77")])

    with pytest.raises(Exception, match=r"(?i)foreign key"):
        attempt(store, swallow)
    with store.read() as reader:
        assert reader.entries("R-1") == ()


def test_a_renewed_lease_does_not_bring_a_requeueing_forward(store: SqlStore) -> None:
    """The later of the lease's end and the due time counts."""
    opened(store)
    queued(store, an_effect("R-1"))
    (claim,) = store.claim("w1", NOW, timedelta(seconds=30), 1)
    queued(store, an_effect("R-1", due_at=NOW + timedelta(hours=1)))
    assert store.renew(claim, NOW + timedelta(minutes=1))
    assert store.next_due() == NOW + timedelta(hours=1)


def test_intents_and_notes(store: SqlStore) -> None:
    """An intent is inserted once; what became of it is recorded; a note holds its newest value."""
    opened(store)
    intent = Intent(id="D-1", release="R-1", state="intended", at=NOW + timedelta(microseconds=1))
    with store.write() as unit:
        assert unit.intend(intent)
    with store.write() as unit:
        assert not unit.intend(intent.model_copy(update={"state": "done"}))
        unit.write_note("card:R-1", "old")
    with store.write() as unit:
        assert unit.intent("D-1") == intent
        unit.settle("D-1", "failed")
        unit.write_note("card:R-1", "new")
        with pytest.raises(UnknownIntent):
            unit.settle("D-2", "done")
    with store.read() as reader:
        settled = reader.intent("D-1")
        assert settled is not None
        assert settled.state == "failed"
        assert reader.note("card:R-1") == "new"


def test_a_unit_reads_its_own_writes_and_others_do_not(store: SqlStore) -> None:
    """A reader beside an open write neither waits nor sees it."""
    with store.write() as unit:
        unit.append("R-1", [an_opened_event()], NOW, "a", "test")
        unit.append("R-1", [e.ReleaseHeld(reason="1"), e.ReleaseResumed(reason="2")], NOW, "a", "test")
        assert len(unit.entries("R-1")) == 3
        with store.read() as reader:
            assert reader.entries("R-1") == ()
    with store.read() as reader:
        assert not list(breaks(reader.entries("R-1")))


def test_a_write_inside_a_write_is_named(store: SqlStore) -> None:
    """It would wait for itself; the error says so at once."""
    with store.write() as unit:
        unit.write_note("outer", "stays")
        with pytest.raises(NestedWrite), store.write():
            pass
    with store.write() as unit:
        assert unit.note("outer") == "stays"


def test_a_commit_that_queued_wakes(store: SqlStore) -> None:
    """Waking comes after the commit, and only after one that concerns the queue."""
    waiting_when_woken: list[int] = []
    store.on_queued(lambda: waiting_when_woken.append(store.depth(NOW).waiting))
    opened(store)
    assert waiting_when_woken == []
    queued(store, an_effect("R-1"))
    assert waiting_when_woken == [1]
    with pytest.raises(Crash):
        attempt(store, lambda unit: unit.enqueue([an_effect("R-1", "other")]), crash)
    assert waiting_when_woken == [1]


def test_a_gone_event_loop_does_not_spoil_a_commit(store: SqlStore) -> None:
    """The commit stands, whatever happens to those who wanted to hear of it."""

    def gone() -> None:
        raise RuntimeError("Event loop is closed")

    opened(store)
    store.on_queued(gone)
    queued(store, an_effect("R-1"))
    assert store.depth(NOW).waiting == 1


async def test_work_runs_in_the_stores_threads(store: SqlStore) -> None:
    """call() gives back what the work returns and raises what it raises."""
    release = await store.call(lambda: opened(store))

    def fails() -> None:
        with store.write() as unit:
            unit.finish_nothing()  # type: ignore[attr-defined]  # the point: any error comes through

    assert release.id == "R-1"
    with pytest.raises(AttributeError):
        await store.call(fails)


def test_questions_about_releases(store: SqlStore) -> None:
    """Latest, active, by channel, by thread, done, live: newest first."""
    one = opened(store, environment="stg", channel="C01STG")
    two = opened(store)
    three = opened(store, service="cart")
    in_thread = happened(store, two, e.ThreadOpened(channel="C01REL", ts="1700.1"))
    with store.write() as unit:
        unit.save(one.model_copy(update={"state": State.DONE, "seq": 2}), read_at=1)
        for version in ("v1.0.0", "v2.1.0"):
            unit.went_live(Live(service="checkout", environment="stg", version=version, release=one.id, since=NOW))
    with store.read() as reader:
        assert reader.release("R-9") is None
        assert reader.active("checkout", "stg") is None
        assert reader.active("checkout", "prod") == in_thread
        assert [release.id for release in reader.active_releases()] == [three.id, two.id]
        assert [release.id for release in reader.active_releases("C01STG")] == []
        assert [release.id for release in reader.active_releases("C01REL")] == [three.id, two.id]
        assert reader.in_thread("C01REL", "1700.1") == in_thread
        assert reader.in_thread("C01STG", "1700.1") is None
        latest = reader.latest("checkout")
        assert latest == in_thread
        latest_there = reader.latest("checkout", "stg")
        assert latest_there is not None
        assert latest_there.id == one.id
        assert reader.latest("unheard") is None
        done = reader.done("checkout", "stg", "v2.1.0")
        assert done is not None
        assert done.id == one.id
        assert reader.done("checkout", "stg", "v2.2.0") is None
        assert reader.done("checkout", "prod", "v2.1.0") is None
        assert [live.version for live in reader.live("checkout", "stg")] == ["v2.1.0", "v1.0.0"]
        assert reader.live("checkout", "prod") == ()


def test_finishing_twice_is_fenced(store: SqlStore) -> None:
    """Fenced undoes what the second worker wrote."""
    opened(store)
    queued(store, an_effect("R-1"))
    (claim,) = store.claim("w1", NOW, timedelta(seconds=30), 5)
    with store.write() as unit:
        unit.finish(claim)
    with pytest.raises(Fenced):
        attempt(
            store,
            lambda unit: unit.append("R-1", [e.ReleaseHeld(reason="twice")], NOW, "w2", "test"),
            lambda unit: unit.finish(claim),
        )
    with store.read() as reader:
        assert len(reader.entries("R-1")) == 1
