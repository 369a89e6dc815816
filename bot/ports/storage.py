"""Where the ledger, its projection and the queue of effects are kept."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from bot.domain.effects import Effect, Task
from bot.domain.events import Event
from bot.domain.intent import Intent, Live
from bot.domain.journal import Entry
from bot.domain.outcome import Outcome
from bot.domain.release import Release

T = TypeVar("T")


class StaleCopy(RuntimeError):
    """The release changed since it was read; the transaction is undone."""


class Fenced(RuntimeError):
    """The lease ran out and another worker took the effect over; the transaction is undone."""


class SlotTaken(RuntimeError):
    """Another active release holds this service and environment; the transaction is undone."""


@dataclass(frozen=True, slots=True)
class Claim:
    """An effect leased to one worker. `fence` grows with every lease; `generation` with every re-queueing."""

    effect: int
    key: str
    task: Task
    fence: int
    generation: int
    attempts: int
    lease_until: datetime


@dataclass(frozen=True, slots=True)
class QueueDepth:
    """Waiting effects: how many, and since when the oldest due one waits."""

    waiting: int
    oldest_due: datetime | None


class Reader(Protocol):
    """Questions to the store, all answered from one consistent snapshot."""

    def release(self, release: str) -> Release | None: ...
    def active(self, service: str, environment: str) -> Release | None: ...
    def active_releases(self, channel: str | None = None) -> tuple[Release, ...]:
        """Active releases, newest first; of one channel when given. At most 100."""
        ...

    def latest(self, service: str, environment: str | None = None) -> Release | None:
        """The newest release of a service, ended ones included."""
        ...

    def in_thread(self, channel: str, ts: str) -> Release | None: ...
    def done(self, service: str, environment: str, version: str) -> Release | None:
        """A release of that very version that reached `done` there, newest first."""
        ...

    def live(self, service: str, environment: str) -> tuple[Live, ...]:
        """What was live there, newest first, at most 20. Empty before the first release."""
        ...

    def entries(self, stream: str, after: int = 0) -> tuple[Entry, ...]: ...
    def entry(self, stream: str, seq: int) -> Entry | None: ...
    def setbacks(self, since: datetime) -> tuple[tuple[Entry, str, str], ...]:
        """The entries since then that stopped a release or took it back, oldest first, each with its release's service
        and environment; at most 50,000, the newest."""
        ...

    def outcome(self, key: str) -> Outcome | None: ...
    def intent(self, deployment: str) -> Intent | None: ...
    def note(self, key: str) -> str | None:
        """A small value remembered under a key, such as the hash of the card as last sent."""
        ...


class Unit(Reader, Protocol):
    """One write transaction: everything in it happens, or nothing."""

    def next_number(self) -> int:
        """The next release number."""
        ...

    def append(self, stream: str, events: Sequence[Event], at: datetime, actor: str, via: str) -> tuple[Entry, ...]:
        """Seal events onto a stream's chain."""
        ...

    def save(self, release: Release, read_at: int) -> None:
        """Store the projection of a release that was read at entry `read_at` (0: new). Raises StaleCopy, SlotTaken."""
        ...

    def went_live(self, live: Live) -> None: ...
    def enqueue(self, effects: Iterable[Effect]) -> None: ...
    def cancel(self, release: str, kinds: Sequence[str]) -> None:
        """Drop waiting effects of these task kinds, as when their reason is gone."""
        ...

    def finish(self, claim: Claim) -> None:
        """The effect is done (or due again, when it was re-queued meanwhile). Raises Fenced."""
        ...

    def remember(self, key: str, outcome: Outcome, at: datetime) -> None: ...
    def intend(self, intent: Intent) -> bool:
        """Insert the intent; False when one with its id stands already."""
        ...

    def settle(self, deployment: str, state: str) -> None: ...
    def write_note(self, key: str, value: str) -> None: ...


class Store(Protocol):
    """The ledger, its projection and its queue."""

    def read(self) -> AbstractContextManager[Reader]: ...
    def write(self) -> AbstractContextManager[Unit]:
        """A transaction that commits on clean exit and is undone by any exception."""
        ...

    async def call(self, work: Callable[[], T]) -> T:
        """Run synchronous work in the store's own threads."""
        ...

    def claim(
        self, worker: str, now: datetime, lease: timedelta, limit: int, only_rollbacks: bool = False
    ) -> tuple[Claim, ...]:
        """Lease due effects; at most one of a lane at a time, in the order of their queueing."""
        ...

    def renew(self, claim: Claim, until: datetime) -> bool:
        """Lengthen a lease; False when it was lost."""
        ...

    def postpone(self, claim: Claim, until: datetime, failure: str) -> None:
        """Give an effect back to be tried again at `until`. Raises Fenced."""
        ...

    def hand_back(self, worker: str) -> None:
        """Release every lease of a worker that stops."""
        ...

    def next_due(self) -> datetime | None:
        """When the earliest waiting effect is due or the earliest lease ends."""
        ...

    def depth(self, now: datetime) -> QueueDepth: ...
    def streams(self) -> Iterator[tuple[str, tuple[Entry, ...]]]:
        """Every stream with all its entries, for audits and rebuilding."""
        ...

    def ping(self) -> None:
        """Prove that the database answers; raises its error otherwise."""
        ...

    def on_queued(self, wake: Callable[[], None]) -> None:
        """Call `wake` (from any thread) after a commit that queued effects."""
        ...

    def close(self) -> None: ...
