"""The projection is what the events say; where it is not, that is said and put right."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from bot.adapters.store.rebuild import rebuild
from bot.adapters.store.store import SqlStore
from bot.domain import events as e
from bot.domain.actor import MACHINE
from bot.domain.events import Event
from bot.domain.intent import Live
from bot.domain.journal import WORKSPACE
from bot.domain.release import Release
from bot.domain.service import Strategy
from bot.engine.ledger import Author, record
from tests.adapters.store.tampering import tamper
from tests.stores import NOW, a_plan, an_opened_event, opened

PLAN = a_plan(strategy=Strategy(steps=(100,), bake=(timedelta(0),)))


def moved(store: SqlStore, release: str, *events: Event, at: datetime = NOW) -> None:
    """What the engine itself writes for these events."""
    with store.write() as unit:
        found = unit.release(release)
        record(unit, release, found, events, Author(actor=MACHINE, via="test", at=at))


def rolled_out(store: SqlStore, version: str, at: datetime) -> str:
    """A release of that version, from open to done."""
    with store.write() as unit:
        name = f"R-{unit.next_number()}"
        lives = unit.live("checkout", "prod")
    previous = lives[0].version if lives else "v1.0.0"
    moved(
        store,
        name,
        an_opened_event(version=version, plan=PLAN, previous=previous),
        e.QuorumReached(),
        e.StepStarted(step=0, percent=100, deployment=f"{name}:1"),
        e.TrafficArrived(step=0, bake_until=at),
        e.ReleaseDone(),
        at=at,
    )
    return name


def rolled_back(store: SqlStore, release: str, to_version: str, at: datetime) -> None:
    moved(
        store,
        release,
        e.RollbackStarted(deployment=f"{release}:2", to_version=to_version, cause="asked"),
        e.RollbackFinished(to_version=to_version),
        at=at,
    )


def a_history(store: SqlStore) -> None:
    """Three versions rolled out in turn, the newest taken back to the first, a fourth that never got through, a fifth
    proposed; refusals in between."""
    hours = [NOW + timedelta(hours=n) for n in range(9)]
    rolled_out(store, "v2.0.0", hours[0])
    second = rolled_out(store, "v2.1.0", hours[1])
    rolled_back(store, second, "v2.0.0", hours[2])
    third = rolled_out(store, "v2.2.0", hours[3])
    fourth = opened(store, version="v2.3.0", plan=PLAN, previous="v2.2.0", at=hours[4]).id
    moved(store, fourth, e.QuorumReached(), e.StepStarted(step=0, percent=100, deployment="x"), at=hours[4])
    rolled_back(store, fourth, "v2.2.0", hours[5])
    rolled_back(store, third, "v1.0.0", hours[6])
    opened(store, version="v2.4.0", plan=PLAN, at=hours[7])
    with store.write() as unit:
        unit.append(WORKSPACE, [e.RequestRefused(action="open", code="unknown_service")], hours[8], "someone", "test")


def projection(store: SqlStore, releases: Iterable[int] = range(1, 6)) -> tuple[list[Release | None], tuple[Live, ...]]:
    with store.read() as reader:
        return [reader.release(f"R-{number}") for number in releases], reader.live("checkout", "prod")


def test_what_the_engine_stored_is_what_the_events_say(store: SqlStore) -> None:
    """Releases and lives, rollbacks included, are equal to their recomputation."""
    a_history(store)
    before = projection(store)
    assert [(live.version, live.release) for live in before[1]] == [
        ("v1.0.0", ""),
        ("v2.2.0", "R-3"),
        ("v2.0.0", "R-1"),
        ("v2.1.0", "R-2"),
        ("v2.0.0", "R-1"),
    ]
    report = rebuild(store)
    assert report.equal
    assert (report.streams, report.releases) == (6, 5)
    assert projection(store) == before


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE releases SET state = 'proposed' WHERE id = 'R-1'",
        "UPDATE releases SET active = NOT active WHERE id = 'R-5'",
        "UPDATE releases SET version = 'v9.9.9' WHERE id = 'R-3'",
        "UPDATE releases SET seq = seq + 1 WHERE id = 'R-4'",
        "UPDATE releases SET body = replace(body, 'v2.1.0', 'v2.1.1') WHERE id = 'R-2'",
        "UPDATE releases SET body = '{}' WHERE id = 'R-2'",
        "DELETE FROM releases WHERE id = 'R-3'",
        "DELETE FROM releases",
    ],
)
def test_a_projection_that_differs_is_told_and_put_right(store: SqlStore, change: str) -> None:
    """The report names the releases, and afterwards they are what the events say."""
    a_history(store)
    before = projection(store)
    tamper(store, change)
    report = rebuild(store)
    assert not report.equal
    named = change.partition("id = '")[2].rstrip("'")
    assert report.differing == ((named,) if named else tuple(f"R-{n}" for n in range(1, 6)))
    assert report.lives == ()
    assert projection(store) == before
    assert rebuild(store).equal


def test_a_slot_that_was_swapped_is_put_right(store: SqlStore) -> None:
    """Freed first, taken again after: it does not matter that the release which gets it comes before the other."""
    first = rolled_out(store, "v2.0.0", NOW)
    second = opened(store, version="v2.1.0", plan=PLAN).id
    moved(store, second, e.ReleaseRejected(reason="no"))
    moved(store, first, e.RollbackStarted(deployment="back", to_version="v1.0.0", cause="asked"))
    before = projection(store, (1, 2))
    tamper(
        store,
        f"UPDATE releases SET active = NOT active WHERE id = '{first}'",
        f"UPDATE releases SET active = NOT active WHERE id = '{second}'",
    )
    assert rebuild(store).differing == (first, second)
    assert projection(store, (1, 2)) == before
    with store.read() as reader:
        assert reader.active("checkout", "prod") == before[0][0]


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM lives WHERE version = 'v2.2.0'",
        "DELETE FROM lives",
        "UPDATE lives SET release = 'R-9'",
        "UPDATE lives SET since = since + 1",
    ],
)
def test_lives_that_differ_are_told_and_put_right(store: SqlStore, change: str) -> None:
    """Newest first again, the very same."""
    a_history(store)
    before = projection(store)
    tamper(store, change)
    report = rebuild(store)
    assert report.lives == (("checkout", "prod"),)
    assert report.differing == ()
    assert projection(store) == before
    assert rebuild(store).equal


def test_a_stream_that_cannot_be_replayed_is_told(store: SqlStore) -> None:
    """Its projection and all lives stay, the others are looked at, and nobody calls that equal."""
    a_history(store)
    before = projection(store)
    change = "UPDATE events SET body = :body WHERE stream = :stream AND seq = 3"
    tamper(store, change, body=e.ReleaseDone().model_dump_json(), stream="R-2")
    tamper(store, change, body="not JSON", stream="R-4")
    report = rebuild(store)
    assert not report.equal
    assert [broken.stream for broken in report.broken] == ["R-2", "R-4"]
    assert projection(store) == before


def test_an_empty_store_is_equal(store: SqlStore) -> None:
    """Nothing told, nothing kept."""
    report = rebuild(store)
    assert report.equal
    assert (report.streams, report.releases) == (0, 0)
    with store.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM lives")).scalar() == 0
