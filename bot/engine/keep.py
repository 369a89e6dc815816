"""Keeping evidence: what a decision rested on is sealed, locked when the release ends, and goes to the archive."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import structlog

from bot.domain.actor import MACHINE
from bot.domain.consequences import rests_on_evidence
from bot.domain.effects import ArchiveEvidence, SealEvidence
from bot.domain.events import Event, EvidenceArchived, EvidenceFlawed, EvidenceSealed
from bot.domain.fold import apply
from bot.domain.journal import Entry
from bot.domain.release import Release
from bot.domain.reports import EvidenceKept
from bot.engine.dispatch import Dispatch, Request
from bot.engine.later import Later
from bot.ports import ArchiveRefused, Claim, Clock, Point, Store, Vault, VaultFlawed

_REFUSED_PAUSE = timedelta(minutes=10)
"""An archive that says no is asked again when somebody may have changed something there."""

_log = structlog.get_logger(__name__)


class Keep:
    """Carriers for evidence that is kept. No decision waits for them."""

    def __init__(self, store: Store, dispatch: Dispatch, clock: Clock, vault: Vault) -> None:
        self._store = store
        self._dispatch = dispatch
        self._clock = clock
        self._vault = vault

    async def seal(self, claim: Claim) -> None:
        """Seal the evidence of every decision up to this one. What is sealed on the way is recorded when the release
        ends: the ledger then names the newest document, which names those before it."""
        task = claim.task
        assert isinstance(task, SealEvidence)
        entries = await self._store.call(lambda: self._entries(task.release))
        try:
            deposit = await asyncio.to_thread(self._vault.seal, points(entries, task.seq), task.lock)
        except VaultFlawed as flawed:
            await self._tell_flawed(claim, entries, flawed)
            return
        if not task.lock:
            await self._store.call(lambda: self._finish(claim))
            return
        sealed = EvidenceSealed(
            path=deposit.path,
            content_sha256=deposit.content_sha256,
            number=deposit.number,
            key_ids=deposit.key_ids,
        )
        await self._record(claim, sealed)

    async def archive(self, claim: Claim) -> None:
        """Put locked evidence into the archive once it is due there; without an archive there is nothing to do."""
        task = claim.task
        assert isinstance(task, ArchiveEvidence)
        after = self._vault.ships_after()
        entries = await self._store.call(lambda: self._entries(task.release))
        if after is None:
            await self._store.call(lambda: self._finish(claim))
            return
        due = entries[task.seq - 1].at + after
        if due > self._clock.now():
            raise Later(due, "not due in the archive yet")
        try:
            shipment = await asyncio.to_thread(self._vault.ship, task.release)
        except VaultFlawed as flawed:
            await self._tell_flawed(claim, entries, flawed)
        except ArchiveRefused as refused:
            _log.error("archive_refused", release=task.release, code=refused.code, reason=str(refused))
            raise Later(self._clock.now() + _REFUSED_PAUSE, refused.code) from refused
        else:
            kept = EvidenceArchived(place=shipment.place, files=shipment.files, keep_until=shipment.keep_until)
            await self._record(claim, kept)

    async def _tell_flawed(self, claim: Claim, entries: Sequence[Entry], flawed: VaultFlawed) -> None:
        """Say it once; it stays so until somebody looks, and is no reason to try for ever."""
        event = EvidenceFlawed(path=flawed.path, code=flawed.code)
        _log.error("evidence_flawed", path=flawed.path, code=flawed.code)
        if any(entry.event == event for entry in entries):
            await self._store.call(lambda: self._finish(claim))
        else:
            await self._record(claim, event)

    async def _record(self, claim: Claim, event: Event) -> None:
        report = Request(EvidenceKept(claim.task.release, event), MACHINE, "vault", claim=claim)
        await self._store.call(lambda: self._dispatch.run(report))

    def _entries(self, release: str) -> tuple[Entry, ...]:
        with self._store.read() as reader:
            return reader.entries(release)

    def _finish(self, claim: Claim) -> None:
        with self._store.write() as unit:
            unit.finish(claim)


def points(entries: Sequence[Entry], until: int) -> tuple[Point, ...]:
    """The release right before every decision that rested on evidence, up to and with the entry `until`."""
    found: list[Point] = []
    release: Release | None = None
    for entry in entries[:until]:
        if release is not None and rests_on_evidence(entry.event):
            found.append(Point(release, entry))
        release = apply(release, entry)
    return tuple(found)
