"""One write transaction: what was read in it still holds when it commits, or it is undone."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, NoReturn

from sqlalchemy import Select

from bot.adapters.store.errors import AbandonedUnit, UnknownIntent
from bot.adapters.store.moments import to_micros
from bot.adapters.store.reader import ACTIVE, BY_ID, IN_THREAD, SqlReader
from bot.adapters.store.rows import Row, effect_row, event_row, live_row, release_row, waiting_row
from bot.adapters.store.statements import Statements
from bot.adapters.store.wire import Rows, Wire
from bot.domain.effects import Effect
from bot.domain.events import Event
from bot.domain.intent import Intent, Live
from bot.domain.journal import GENESIS, Entry, write
from bot.domain.outcome import Outcome
from bot.domain.release import Release
from bot.ports import Claim, Fenced, SlotTaken, StaleCopy

_LOCKED = {statement: statement.with_for_update(key_share=True) for statement in (BY_ID, ACTIVE, IN_THREAD)}
"""The release that is being decided on stays as it was read until the commit. SQLite needs no such words: it has one
writer at a time, and ignores them."""


class SqlUnit(SqlReader):
    """A bot.ports.Unit on one open transaction. After StaleCopy, SlotTaken or Fenced nothing of it remains, even when
    the error is caught inside."""

    def __init__(self, wire: Wire, statements: Statements) -> None:
        super().__init__(wire)
        self._statements = statements
        self._heads: dict[str, tuple[int, str]] = {}
        self.abandoned: Exception | None = None
        self.queued = False

    def next_number(self) -> int:
        """The next release number. Numbers have no gaps: an undone unit gives its number back."""
        ((number,),) = self._do(self._statements.count, name="release", value=1)
        return int(number)

    def append(self, stream: str, events: Sequence[Event], at: datetime, actor: str, via: str) -> tuple[Entry, ...]:
        """Seal events onto a stream's chain, and hold the stream until the commit."""
        if not events:
            return ()
        while True:
            head = self._heads.get(stream) or self._head_of(stream)
            entries = _seal(stream, head or (0, GENESIS), events, at, actor, via)
            last = entries[-1]
            if head is not None:
                self._run(self._statements.advance_stream, name=stream, last=last.seq, seal=last.hash)
                break
            if self._do(self._statements.start_stream, stream=stream, seq=last.seq, head=last.hash):
                break
            # Another process began this very stream meanwhile: go on from its last entry.
        self._heads[stream] = (last.seq, last.hash)
        self._run_each(self._statements.add_events, [event_row(entry) for entry in entries])
        return entries

    def save(self, release: Release, read_at: int) -> None:
        """Store the projection of a release that was read at entry `read_at` (0: new). Raises StaleCopy, SlotTaken."""
        row = release_row(release)
        if read_at == 0:
            if not self._do(self._statements.add_release, **row):
                known = self._ask(BY_ID, release=release.id)
                self._abandon(StaleCopy(release.id) if known else _taken(release))
            return
        try:
            changed = self._do(self._statements.change_release, **row, release=release.id, read_at=read_at)
        except (
            self._wire.wiring.integrity_error
        ) as error:  # the only constraint that an update of this table can meet is the slot's
            self._abandon(_taken(release), error)
        if not changed:
            self._abandon(StaleCopy(release.id))

    def went_live(self, live: Live) -> None:
        """Record what serves an environment from now on."""
        self._run(self._statements.add_live, **live_row(live))

    def enqueue(self, effects: Iterable[Effect]) -> None:
        """Queue effects. One that waits under its key already gets the newer body and the earlier due time; one that is
        being worked on will be due again afterwards. Their release must have an entry in the ledger."""
        rows = [effect_row(effect) for effect in effects]
        if rows:
            self._run_each(self._statements.queue.enqueue, rows)
            self.queued = True

    def cancel(self, release: str, kinds: Sequence[str]) -> None:
        """Drop a release's waiting effects of these task kinds; one that is being worked on will not be due again."""
        if kinds:
            which: list[Row] = [{"of_release": release, "of_kind": kind} for kind in kinds]
            self._run_each(self._statements.queue.drop_waiting, which)
            self._run_each(self._statements.queue.drop_requeued, which)
            self.queued = True

    def finish(self, claim: Claim) -> None:
        """The effect is done. Re-queued since it was claimed, it is due again, behind the others of its lane. Raises
        Fenced."""
        if self._statements.rows_are_locked:
            # Decisions lock the release first and its effects after; the other way round would be a deadlock.
            self._do(self._statements.lock_release, release=claim.task.release)
        held = {"effect": claim.effect, "held_fence": claim.fence}
        self.queued = True
        if self._do(self._statements.queue.finish, **held, held_generation=claim.generation):
            return
        again = self._do(self._statements.queue.take_out, **held)
        if not again:
            self._abandon(Fenced(claim.key))
        self._run(self._statements.queue.enqueue, **waiting_row(*again[0]))

    def remember(self, key: str, outcome: Outcome, at: datetime) -> None:
        """Store the answer to a request. Raises StaleCopy when it has one already: read that and give it again."""
        body = outcome.model_dump_json()
        if not self._do(self._statements.remember, key=key, body=body, at=to_micros(at)):
            self._abandon(StaleCopy(key))

    def intend(self, intent: Intent) -> bool:
        """Insert the intent; False when one with its id stands already."""
        row = {"id": intent.id, "release": intent.release, "state": intent.state, "at": to_micros(intent.at)}
        return bool(self._do(self._statements.intend, **row))

    def settle(self, deployment: str, state: str) -> None:
        """Record what became of an intended deployment. Raises UnknownIntent."""
        if not self._do(self._statements.settle, deployment=deployment, became=state):
            raise UnknownIntent(deployment)

    def write_note(self, key: str, value: str) -> None:
        """Remember a small value under a key."""
        self._run(self._statements.write_note, key=key, value=value)

    def _head_of(self, stream: str) -> tuple[int, str] | None:
        rows = self._do(self._statements.lock_stream, name=stream)
        return (rows[0][0], rows[0][1]) if rows else None

    def _ask(self, statement: Select[Any], **values: object) -> Rows:
        return self._do(_LOCKED.get(statement, statement), **values)

    def _do(self, statement: Any, **values: object) -> Rows:
        rows: Rows = self._watched(self._wire.rows, statement, values)
        return rows

    def _run(self, statement: Any, **values: object) -> None:
        self._watched(self._wire.run, statement, values)

    def _run_each(self, statement: Any, rows: list[Row]) -> None:
        self._watched(self._wire.run_each, statement, rows)

    def _watched(self, way: Callable[[Any, Any], Any], statement: Any, values: Any) -> Any:
        """Nothing goes on after an error of the database: caught by the caller, it would let PostgreSQL turn the commit
        into a rollback without a word."""
        if self.abandoned is not None:
            raise AbandonedUnit from self.abandoned
        try:
            return way(statement, values)
        except self._wire.wiring.error as error:
            self.abandoned = error
            raise

    def _abandon(self, error: Exception, cause: Exception | None = None) -> NoReturn:
        self.abandoned = error
        raise error from cause


def _seal(
    stream: str, head: tuple[int, str], events: Sequence[Event], at: datetime, actor: str, via: str
) -> tuple[Entry, ...]:
    """Events as the next entries after a stream's head."""
    seq, prev = head
    entries: list[Entry] = []
    for event in events:
        seq += 1
        entries.append(write(stream, seq, at, actor, via, event, prev))
        prev = entries[-1].hash
    return tuple(entries)


def _taken(release: Release) -> SlotTaken:
    return SlotTaken(f"{release.service} {release.environment}")
