"""What a judge server works with."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.adapters.evidence.keys import KeyRing
from bot.adapters.judges.opinion import Judging
from bot.adapters.store.nonces import Nonces
from bot.adapters.store.store import SqlStore
from bot.domain.rbac import Rbac
from bot.ports import Clock


@dataclass(frozen=True, slots=True)
class Bench:
    """The judge's name, what it judges with, the keys that it shares with its askers, whom it lets ask, and what it
    remembers."""

    judge_id: str
    judging: Judging
    ring: KeyRing
    rights: Callable[[], Rbac]
    store: SqlStore
    nonces: Nonces
    clock: Clock
