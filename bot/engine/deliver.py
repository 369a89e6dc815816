"""Delivering to Slack: thread, log, card and direct messages; at least once, and found again before a re-post."""

import hashlib
import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from bot.domain.actor import MACHINE
from bot.domain.consequences import card_edit
from bot.domain.effects import EditCard, OpenThread, PostLog, Tell
from bot.domain.journal import Entry
from bot.domain.message import Message
from bot.domain.release import Release
from bot.domain.reports import ThreadPosted
from bot.engine.dispatch import Dispatch, Request
from bot.engine.later import Later
from bot.engine.lease import hold
from bot.engine.questions import Questions
from bot.engine.worker import backoff
from bot.ports import Claim, Clock, Messenger, MessengerBusy, MessengerRefused, MessengerUnsure, Store, Unit
from bot.views.log import log_entry
from bot.views.notices import notice
from bot.views.trouble import unsaid

_REFUSED_PAUSE = timedelta(minutes=5)
"""Slack said no until somebody changes something there; asking more often would only be noise."""

_FOUND_AGAIN = timedelta(days=7)
"""How far back a message of an earlier try is looked for."""

_ROOT_GONE = frozenset({"message_not_found", "thread_not_found"})

_UNPOSTABLE = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_too_long", "msg_blocks_too_long", "no_text"})
"""The message itself is wrong; asking again would block everything that comes after it in the thread."""

T = TypeVar("T")
_log = structlog.get_logger(__name__)


class RootGone(Exception):
    """The root message of a release's thread was deleted in Slack."""


class Unpostable(Exception):
    """Slack takes this message in no state of the workspace."""


class Deliver:
    """Carriers for everything that Slack shows. `messenger` is None while no Slack is configured: effects then wait.
    Edits of one card are merged to at most one in `pace`; a decision goes out at once."""

    def __init__(
        self,
        store: Store,
        dispatch: Dispatch,
        questions: Questions,
        clock: Clock,
        messenger: Messenger | None,
        pace: timedelta,
    ) -> None:
        self._store = store
        self._dispatch = dispatch
        self._questions = questions
        self._clock = clock
        self._messenger = messenger
        self._pace = pace

    async def open_thread(self, claim: Claim) -> None:
        """Post the root message and record where it stands."""
        task = claim.task
        assert isinstance(task, OpenThread)
        release, message = await self._store.call(lambda: self._card(task.release))
        mark = f"{release.id}:card"
        ts = release.thread or await self._earlier(claim, release.channel, mark, None)
        if ts is None:
            ts = await self._send(claim, lambda to: to.post(release.channel, message, mark))
            await self._store.call(lambda: self._note_card(release.id, message))
        # A root of an earlier try shows what was true then: without a note of it, the next edit brings it up to date.
        report = Request(ThreadPosted(release.id, release.channel, ts), MACHINE, "slack", claim=claim)
        await self._store.call(lambda: self._dispatch.run(report))

    async def post_log(self, claim: Claim) -> None:
        """Post one entry of the ledger into the thread."""
        task = claim.task
        assert isinstance(task, PostLog)
        release, entry = await self._store.call(lambda: self._entry(task.release, task.seq))
        if release.thread is None:
            raise Later(self._clock.now() + backoff(claim.attempts), "no thread yet")
        message = _said(release, entry)
        channel, thread, mark = release.channel, release.thread, f"{release.id}:{task.seq}"
        try:
            if message is not None and await self._earlier(claim, channel, mark, thread) is None:
                await self._send(claim, lambda to: to.post(channel, message, mark, thread, task.broadcast))
        except Unpostable:
            plain = unsaid(release, entry)
            await self._send(claim, lambda to: to.post(channel, plain, mark, thread, task.broadcast))
        except RootGone as gone:
            await self._store.call(lambda: self._miss_root(release))
            raise Later(self._clock.now() + backoff(claim.attempts), "root deleted") from gone
        await self._store.call(lambda: self._finish(claim))

    async def edit_card(self, claim: Claim) -> None:
        """Bring the card up to date, unless it already shows the truth."""
        task = claim.task
        assert isinstance(task, EditCard)
        release, message = await self._store.call(lambda: self._card(task.release))
        if release.thread is None:  # the root message will be rendered when it is posted
            await self._store.call(lambda: self._finish(claim))
            return
        shown, edited_at = await self._store.call(lambda: self._shown(release.id))
        now = self._clock.now().timestamp()
        if shown != fingerprint(message):
            pause = edited_at + self._pace.total_seconds() - now
            if pause > 0 and not task.urgent:
                raise Later(self._clock.now() + timedelta(seconds=pause), "merged")
            thread = release.thread
            try:
                await self._send(claim, lambda to: to.update(release.channel, thread, message, task.urgent))
            except RootGone:
                await self._post_anew(claim, release, message)
                return
        await self._store.call(lambda: self._finish(claim, lambda unit: self._write_card(unit, release.id, message)))

    async def tell(self, claim: Claim) -> None:
        """Tell one person in a direct message."""
        task = claim.task
        assert isinstance(task, Tell)
        release, entry = await self._store.call(lambda: self._entry(task.release, task.seq))
        message = notice(release, entry, task.person, self._questions.thread_link(release))
        mark = f"{release.id}:{task.seq}:{task.person}"
        await self._send(claim, lambda to: to.tell(task.person, message, mark, _tried_since(claim)))
        await self._store.call(lambda: self._finish(claim))

    async def _post_anew(self, claim: Claim, release: Release, message: Message) -> None:
        """Somebody deleted the root: post it again, and go on below the new one."""
        mark = f"{release.id}:card:{release.thread}"
        ts = await self._earlier(claim, release.channel, mark, None)
        if ts is None:
            ts = await self._send(claim, lambda to: to.post(release.channel, message, mark))
            await self._store.call(lambda: self._note_card(release.id, message))
        posted = ThreadPosted(release.id, release.channel, ts, instead_of=release.thread)
        await self._store.call(lambda: self._dispatch.run(Request(posted, MACHINE, "slack", claim=claim)))

    def _miss_root(self, release: Release) -> None:
        """Have the card edited as if it had never been shown: that finds out for good whether it is gone."""
        with self._store.write() as unit:
            unit.write_note(f"card:{release.id}", "")
            unit.enqueue((card_edit(release, self._clock.now(), urgent=True),))

    async def _earlier(self, claim: Claim, channel: str, mark: str, thread: str | None) -> str | None:
        """The message of an earlier try of this effect, which died before it could say so."""
        since = _tried_since(claim)
        if since is None:
            return None
        return await self._send(claim, lambda to: to.find(channel, mark, thread, since))

    async def _send(self, claim: Claim, call: Callable[[Messenger], Awaitable[T]]) -> T:
        """One call to Slack; every way in which it can fail becomes a time to try again."""
        if self._messenger is None:
            raise Later(self._clock.now() + backoff(claim.attempts), "no slack configured")
        await hold(self._store, self._clock, claim)
        try:
            return await call(self._messenger)
        except MessengerBusy as busy:
            wait = busy.wait if busy.wait is not None else backoff(claim.attempts)
            raise Later(self._clock.now() + wait, busy.code) from busy
        except MessengerUnsure as unsure:
            raise Later(self._clock.now() + backoff(claim.attempts), "answer lost") from unsure
        except MessengerRefused as refused:
            if refused.code in _ROOT_GONE:
                raise RootGone from refused
            if refused.code in _UNPOSTABLE:
                _log.error("slack_cannot_show", effect=claim.key, code=refused.code)
                raise Unpostable(refused.code) from refused
            _log.error("slack_refused", effect=claim.key, code=refused.code, hint=refused.hint)
            raise Later(self._clock.now() + _REFUSED_PAUSE, refused.code) from refused

    def _card(self, release: str) -> tuple[Release, Message]:
        with self._store.read() as reader:
            found = reader.release(release)
            if found is None:
                raise LookupError(release)
            return found, self._questions.card(found, reader)

    def _entry(self, release: str, seq: int) -> tuple[Release, Entry]:
        with self._store.read() as reader:
            found, entry = reader.release(release), reader.entry(release, seq)
        if found is None or entry is None:
            raise LookupError(f"{release} entry {seq}")
        return found, entry

    def _shown(self, release: str) -> tuple[str, float]:
        with self._store.read() as reader:
            note = reader.note(f"card:{release}")
        shown, _, at = (note or "").partition(" ")
        return shown, float(at or 0)

    def _note_card(self, release: str, message: Message) -> None:
        with self._store.write() as unit:
            self._write_card(unit, release, message)

    def _write_card(self, unit: Unit, release: str, message: Message) -> None:
        unit.write_note(f"card:{release}", f"{fingerprint(message)} {self._clock.now().timestamp()}")

    def _finish(self, claim: Claim, also: Callable[[Unit], None] | None = None) -> None:
        with self._store.write() as unit:
            unit.finish(claim)
            if also is not None:
                also(unit)


def _said(release: Release, entry: Entry) -> Message | None:
    """The thread reply for an entry. One that cannot be put into words is named instead: the thread goes on."""
    try:
        return log_entry(release, entry)
    except Exception as error:  # the fence: tried for ever, it would keep every later line from the thread
        _log.error("entry_unsaid", release=release.id, entry=entry.seq, error=type(error).__name__, exc_info=error)
        return unsaid(release, entry)


def _tried_since(claim: Claim) -> datetime | None:
    """From when on a message of an earlier try may stand in Slack; None at the first try."""
    return claim.lease_until - _FOUND_AGAIN if claim.attempts > 1 else None


def fingerprint(message: Message) -> str:
    """A hash of what a message shows, so that an edit that would change nothing is not sent."""
    shown = json.dumps([message.text, message.blocks], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(shown.encode()).hexdigest()
