"""The effect queue: leases, lanes, merging, fences."""

from datetime import datetime, timedelta

import pytest

from bot.adapters.store.store import SqlStore
from bot.domain.effects import EditCard, Measure
from bot.ports import Claim, Fenced
from tests.stores import NOW, an_effect, opened, queued

LEASE = timedelta(seconds=30)
SECOND = timedelta(seconds=1)


def claim_all(store: SqlStore, at: datetime = NOW, worker: str = "w1", limit: int = 100) -> dict[str, Claim]:
    return {claim.key: claim for claim in store.claim(worker, at, LEASE, limit)}


def claim_one(store: SqlStore, at: datetime = NOW, worker: str = "w1") -> Claim:
    (claim,) = store.claim(worker, at, LEASE, 100)
    return claim


def finish(store: SqlStore, claim: Claim) -> None:
    with store.write() as unit:
        unit.finish(claim)


@pytest.fixture(autouse=True)
def _a_release(store: SqlStore) -> None:
    opened(store)


def test_an_effect_is_claimed_once_and_when_it_is_due(store: SqlStore) -> None:
    """Not before its time, not by two workers, not again once it is done."""
    queued(store, an_effect("R-1", due_at=NOW + SECOND))
    assert claim_all(store) == {}
    assert store.next_due() == NOW + SECOND
    claim = claim_one(store, NOW + SECOND)
    assert (claim.task, claim.fence, claim.generation, claim.attempts) == (EditCard(release="R-1"), 1, 1, 1)
    assert claim.lease_until == NOW + SECOND + LEASE
    assert claim_all(store, NOW + SECOND, "w2") == {}
    finish(store, claim)
    assert claim_all(store, NOW + timedelta(days=1)) == {}
    assert store.next_due() is None


def test_a_lease_that_ran_out_is_taken_over(store: SqlStore) -> None:
    """The frozen worker wakes up and cannot finish, renew, or postpone; the one that took over can."""
    queued(store, an_effect("R-1"))
    frozen = claim_one(store)
    assert store.next_due() == NOW + LEASE
    later = NOW + LEASE
    assert claim_all(store, later - timedelta(microseconds=1), "w2") == {}
    taken = claim_one(store, later, "w2")
    assert (taken.fence, taken.attempts) == (2, 2)
    with pytest.raises(Fenced):
        finish(store, frozen)
    with pytest.raises(Fenced):
        store.postpone(frozen, later, "late")
    assert not store.renew(frozen, later + LEASE)
    finish(store, taken)


def test_a_renewed_lease_is_kept(store: SqlStore) -> None:
    """Nobody takes it over before the new end."""
    queued(store, an_effect("R-1"))
    claim = claim_one(store)
    assert store.renew(claim, NOW + 3 * LEASE)
    assert claim_all(store, NOW + 2 * LEASE, "w2") == {}
    assert store.next_due() == NOW + 3 * LEASE
    assert claim_one(store, NOW + 3 * LEASE, "w2").fence == 2


def test_an_old_claim_never_finishes_a_later_effect(store: SqlStore) -> None:
    """Row numbers are not used twice, whatever was deleted in between."""
    queued(store, an_effect("R-1"))
    claim = claim_one(store)
    finish(store, claim)
    queued(store, an_effect("R-1"))
    again = claim_one(store)
    assert again.effect != claim.effect
    with pytest.raises(Fenced):
        finish(store, claim)
    finish(store, again)


def test_a_lane_is_carried_out_in_order(store: SqlStore) -> None:
    """One at a time, in the order of queueing; a lane without a name orders nothing."""
    queued(store, *(an_effect("R-1", f"log:{n}", lane="thread:R-1") for n in range(3)))
    queued(store, *(an_effect("R-1", f"dm:{n}") for n in range(3)))
    first = claim_all(store)
    assert sorted(first) == ["dm:0", "dm:1", "dm:2", "log:0"]
    assert claim_all(store, worker="w2") == {}
    store.postpone(first["log:0"], NOW + SECOND, "busy")
    assert claim_all(store, worker="w2") == {}, "one that was put off keeps its place"
    assert store.next_due() == NOW + SECOND, "what stands behind it is not due before it"
    finish(store, claim_one(store, NOW + SECOND))
    assert claim_one(store, NOW + SECOND).key == "log:1"


def test_a_claim_takes_the_longest_due_first(store: SqlStore) -> None:
    """The limit holds, and cuts the youngest off."""
    queued(store, *(an_effect("R-1", f"e:{n}", due_at=NOW - n * SECOND) for n in range(5)))
    assert sorted(claim_all(store, limit=2)) == ["e:3", "e:4"]


def test_queueing_again_while_it_waits_merges(store: SqlStore) -> None:
    """One row, the newer body, the earlier time."""
    queued(store, an_effect("R-1", due_at=NOW + 5 * SECOND))
    queued(store, an_effect("R-1", due_at=NOW + 9 * SECOND, task=EditCard(release="R-1", urgent=True)))
    assert store.depth(NOW).waiting == 1
    assert store.next_due() == NOW + 5 * SECOND
    queued(store, an_effect("R-1", due_at=NOW + SECOND, task=EditCard(release="R-1", urgent=True)))
    claim = claim_one(store, NOW + SECOND)
    assert claim.generation == 3
    assert claim.task == EditCard(release="R-1", urgent=True)


def test_queueing_again_while_it_is_worked_on_makes_it_due_again(store: SqlStore) -> None:
    """Finishing does not swallow what came meanwhile; it stands behind the others of its lane."""
    queued(store, an_effect("R-1", lane="thread:R-1"))
    claim = claim_one(store)
    queued(store, an_effect("R-1", lane="thread:R-1", due_at=NOW + SECOND, task=EditCard(release="R-1", urgent=True)))
    queued(store, an_effect("R-1", "log:1", lane="thread:R-1"))
    assert claim_all(store, worker="w2") == {}
    finish(store, claim)
    log = claim_one(store)
    assert log.key == "log:1"
    finish(store, log)
    assert claim_all(store) == {}
    again = claim_one(store, NOW + SECOND)
    assert (again.task, again.attempts) == (EditCard(release="R-1", urgent=True), 1)
    finish(store, again)
    assert store.next_due() is None


def test_an_effect_can_end_and_queue_itself_in_one_unit(store: SqlStore) -> None:
    """A repeating measurement: finish, then enqueue the same key; or the other way round."""
    task = Measure(release="R-1", gate="slo")
    queued(store, an_effect("R-1", "measure", task=task))
    claim = claim_one(store)
    with store.write() as unit:
        unit.finish(claim)
        unit.enqueue([an_effect("R-1", "measure", task=task, due_at=NOW + SECOND)])
    assert store.next_due() == NOW + SECOND
    claim = claim_one(store, NOW + SECOND)
    with store.write() as unit:
        unit.enqueue([an_effect("R-1", "measure", task=task, due_at=NOW + 2 * SECOND)])
        unit.finish(claim)
    assert store.next_due() == NOW + 2 * SECOND
    assert store.depth(NOW).waiting == 1


def test_postponing_counts_and_comes_back(store: SqlStore) -> None:
    """It is due at the given moment, or when its re-queueing is, whichever comes first."""
    queued(store, an_effect("R-1"))
    store.postpone(claim_one(store), NOW + 9 * SECOND, "busy")
    claim = claim_one(store, NOW + 9 * SECOND)
    assert claim.attempts == 2
    queued(store, an_effect("R-1", due_at=NOW + 10 * SECOND))
    store.postpone(claim, NOW + 99 * SECOND, "busy")
    assert store.next_due() == NOW + 10 * SECOND


def test_no_effect_comes_before_its_time_even_after_a_lost_lease(store: SqlStore) -> None:
    """Re-queued for later while a worker died with it: the later time counts."""
    queued(store, an_effect("R-1"))
    claim_one(store)
    queued(store, an_effect("R-1", due_at=NOW + 10 * LEASE))
    assert claim_all(store, NOW + 2 * LEASE, "w2") == {}
    assert claim_one(store, NOW + 10 * LEASE, "w2").fence == 2


def test_cancelling_drops_what_waits(store: SqlStore) -> None:
    """Only of that release and those kinds; what is being worked on ends with its lease, and does not come back."""
    opened(store, service="cart")
    measure = Measure(release="R-1", gate="slo")
    queued(store, an_effect("R-1", "leased", task=measure))
    leased = claim_one(store)
    queued(
        store,
        an_effect("R-1", "leased", task=measure),
        an_effect("R-1", "waits", task=measure),
        an_effect("R-1", "card"),
        an_effect("R-2", "other", task=Measure(release="R-2", gate="slo")),
    )
    with store.write() as unit:
        unit.cancel("R-1", ["measure", "bake_over"])
        unit.cancel("R-1", [])
    assert sorted(claim_all(store)) == ["card", "other"]
    finish(store, leased)
    assert claim_all(store, NOW + LEASE / 2) == {}


def test_a_worker_that_stops_hands_its_leases_back(store: SqlStore) -> None:
    """Others may take them at once, and its own claims are void."""
    queued(store, an_effect("R-1", "a"), an_effect("R-1", "b"))
    mine = store.claim("w1", NOW, LEASE, 1)[0]
    other = store.claim("w2", NOW, LEASE, 1)[0]
    store.hand_back("w1")
    with pytest.raises(Fenced):
        finish(store, mine)
    assert sorted(claim_all(store, worker="w3")) == [mine.key]
    finish(store, other)


def test_depth_tells_how_many_wait_and_since_when(store: SqlStore) -> None:
    """Effects in hand do not wait; timers do, but are not late."""
    assert store.depth(NOW).waiting == 0
    assert store.depth(NOW).oldest_due is None
    queued(store, an_effect("R-1", "timer", due_at=NOW + SECOND))
    assert (store.depth(NOW).waiting, store.depth(NOW).oldest_due) == (1, None)
    queued(store, an_effect("R-1", "late", due_at=NOW - SECOND), an_effect("R-1", "later", due_at=NOW - SECOND / 2))
    assert (store.depth(NOW).waiting, store.depth(NOW).oldest_due) == (3, NOW - SECOND)
    claim_all(store, limit=1)
    assert (store.depth(NOW).waiting, store.depth(NOW).oldest_due) == (2, NOW - SECOND / 2)
    assert store.depth(NOW + LEASE).waiting == 3, "a lease that ran out waits for somebody"
