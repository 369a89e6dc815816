"""The replay store: a nonce is spent once, for longer than its request could be taken."""

import threading
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from bot.adapters.store.nonces import KEPT, Nonces
from bot.adapters.store.schema import judge_nonces
from bot.adapters.store.store import SqlStore
from bot.evidence.vote import SKEW

NOW = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)


def test_a_nonce_is_spent_once(store: SqlStore) -> None:
    nonces = Nonces(store)
    assert nonces.spend("k1", "a", NOW)
    assert not nonces.spend("k1", "a", NOW + timedelta(seconds=599))
    assert nonces.spend("k2", "a", NOW), "another key's nonces are its own"
    assert nonces.spend("k1", "b", NOW)


def test_two_requests_at_once_spend_it_once(store: SqlStore) -> None:
    """The database tells them apart, on both."""
    nonces, start, spent = Nonces(store), threading.Barrier(8), []

    def one() -> None:
        start.wait(10)
        spent.append(nonces.spend("k1", "a", NOW))

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(spent) == [False] * 7 + [True]


def test_it_is_forgotten_only_when_its_request_could_no_longer_be_taken(store: SqlStore) -> None:
    """The original forgot at 600 s what it accepted until 720 s. A request is taken from SKEW before its timestamp to
    SKEW after it."""
    assert KEPT > 2 * SKEW
    nonces = Nonces(store)
    assert nonces.spend("k1", "a", NOW)
    assert nonces.spend("k1", "b", NOW + KEPT)
    with store.reading() as connection:
        assert connection.execute(select(func.count()).select_from(judge_nonces)).scalar_one() == 1
