"""The Protocols between the rules and the outside."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar

from bot.domain.actor import Actor
from bot.domain.effects import Effect, Task
from bot.domain.events import Event
from bot.domain.evidence import Fact
from bot.domain.intent import Intent, Live
from bot.domain.journal import Entry
from bot.domain.message import Message
from bot.domain.outcome import Outcome
from bot.domain.plan import Plan
from bot.domain.rbac import Rbac
from bot.domain.release import Release
from bot.domain.service import ServiceConfig

T = TypeVar("T")


class Clock(Protocol):
    """The time, handed in."""

    def now(self) -> datetime:
        """The current moment, aware, UTC."""
        ...


# --- storage ---


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

    def claim(self, worker: str, now: datetime, lease: timedelta, limit: int) -> tuple[Claim, ...]:
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


# --- configuration ---


class Catalogue(Protocol):
    """What configs/ says right now; a broken file keeps the last good one."""

    def services(self) -> tuple[ServiceConfig, ...]: ...
    def service(self, name: str) -> ServiceConfig | None: ...
    def plan(self, service: str, environment: str) -> Plan | None: ...
    def rbac(self) -> Rbac: ...
    def policy(self) -> str:
        """Hash of the rules of rbac.yaml, part of every digest."""
        ...

    def tags(self, service: str) -> tuple[str, ...]:
        """Version tag patterns that count for a service."""
        ...


# --- Slack ---


class MessengerBusy(RuntimeError):
    """Slack asks to wait, or cannot be reached; nothing was posted."""

    def __init__(self, code: str, wait: timedelta | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.wait = wait


class MessengerUnsure(RuntimeError):
    """The answer of a call was lost; it may have been carried out."""


class MessengerRefused(RuntimeError):
    """Slack refuses this call until somebody changes something (channel, membership, scope)."""

    def __init__(self, code: str, hint: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.hint = hint


class Messenger(Protocol):
    """Posts and edits. `mark` is written into a message's metadata, so that it can be found again."""

    async def post(
        self, channel: str, message: Message, mark: str, thread: str | None = None, broadcast: bool = False
    ) -> str:
        """Post and return the message's ts."""
        ...

    async def update(self, channel: str, ts: str, message: Message, urgent: bool = False) -> None:
        """Edit a message; an urgent edit (a decision) may use what is kept back for it."""
        ...

    async def find(self, channel: str, mark: str, thread: str | None, since: datetime) -> str | None:
        """The ts of our message that bears the mark, or None."""
        ...

    async def tell(self, person: str, message: Message, mark: str, since: datetime | None = None) -> None:
        """Tell one person. With `since`, only when no message since then bears the mark."""
        ...


class Directory(Protocol):
    """Who a Slack user is, cached for a minute; fails closed to Standing.UNKNOWN."""

    async def actor(self, team: str, user: str) -> Actor: ...


# --- deploying and measuring ---


@dataclass(frozen=True, slots=True)
class Order:
    """What a deployer is asked for. `deployment` is its id; `version` at `percent`; `previous` is live before it."""

    deployment: str
    release: str
    service: str
    environment: str
    version: str
    previous: str
    percent: int
    actor: str
    digest: str


class Progress(StrEnum):
    """What became of a deployment. UNKNOWN: the provider never heard of the id. SILENT: nobody can tell."""

    DONE = "done"
    RUNNING = "running"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Report:
    """A deployer's answer. `summary` is a short line for Slack; `output` the redacted text that is kept as evidence;
    `events` are things found on the way that the ledger has to know."""

    progress: Progress
    summary: str
    output: str = ""
    events: tuple[Event, ...] = ()


class DeployerRetry(RuntimeError):
    """The deployer could not be asked now; nothing was started."""


class Deployer(Protocol):
    """Moves traffic. Every call is safe to repeat only through `find`: a start happens at most once."""

    async def start(self, order: Order) -> Report: ...
    async def rollback(self, order: Order) -> Report: ...
    async def find(self, order: Order) -> Report:
        """What became of an earlier call with this id."""
        ...


class Source(Protocol):
    """Measures request logs. Blocking: call it in a thread."""

    def measure(self, gate: str, version: str, start: datetime, end: datetime, now: datetime) -> Fact:
        """What the logs show over [start, end): a LogMeasurement, or a SourceFailure when they cannot be read."""
        ...


class Signer(Protocol):
    """Signs and checks bytes with the installation's own key."""

    def sign(self, body: bytes) -> tuple[str, str]:
        """Key id and signature, both printable."""
        ...

    def verify(self, body: bytes, key_id: str, signature: str) -> bool: ...
