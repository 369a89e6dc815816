"""The folder of evidence: one sealed chain a release, locked when the release ends. A bot.ports.Vault."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

from bot.adapters.archive.table import open_archive
from bot.adapters.evidence.files import load
from bot.adapters.evidence.locking import lock_documents
from bot.adapters.evidence.scan import scan
from bot.adapters.evidence.sealed import alone, document_path, seal_next, seals_in
from bot.adapters.evidence.shipping import Came, Sending, send
from bot.evidence.document import DocumentFlawed, Flaw
from bot.evidence.from_release import snapshot_before
from bot.evidence.hashes import content_hash
from bot.evidence.seal import Check, SealSigner, check_seal
from bot.ports import ArchiveRefused, Clock, Deposit, Point, Shipment, VaultFlawed
from bot.settings.installation import Installation

Signers = Callable[[], Sequence[SealSigner]]
Said = Callable[[], Installation]


class FolderVault:
    """Evidence below `root`, a folder a release. What a point's document holds follows from the ledger alone, so a
    worker on a fresh disk makes the whole chain again. `signers` are asked at every seal: keys rotate."""

    def __init__(self, root: Path, signers: Signers, clock: Clock, said: Said) -> None:
        self._root = root
        self._signers = signers
        self._clock = clock
        self._said = said

    def seal(self, points: Sequence[Point], lock: bool) -> Deposit:
        """Seal what is not sealed yet; with `lock` give the folder's documents their last name. The newest point's."""
        folder = self._root / points[0].before.id
        with alone(folder):
            try:
                self._seal_missing(folder, points)
                if lock:
                    lock_documents(folder, self._signers(), self._clock.now())
                return _deposit(folder, points[-1])
            except DocumentFlawed as flawed:
                raise VaultFlawed(folder.name, flawed.flaws[0].code) from flawed

    def ships_after(self) -> timedelta | None:
        """As interlock.yaml says now."""
        spec = self._said().archive
        return spec.after if spec is not None else None

    def ship(self, release: str) -> Shipment:
        """Send what is locked of a release; anything that was changed, or not taken, is an error."""
        spec = self._said().archive
        if spec is None:
            raise ArchiveRefused("none", "No archive is configured.")
        archive = open_archive(spec)
        archive.check()
        files = list(scan(self._root, self._signers(), below=release))
        for file in files:
            if file.tampered:
                raise VaultFlawed(file.path, (file.error or "").partition(",")[0])
        sent = list(send(files, archive, Sending(self._root, spec.keep, {}), self._clock.now()))
        if failed := [one for one in sent if one.came is Came.FAILED]:
            raise ArchiveRefused(failed[0].reason, failed[0].message or failed[0].path)
        dates = [one.keep_until for one in sent if one.keep_until is not None]
        return Shipment(archive.place, len(dates), min(dates, default=self._clock.now()))

    def _seal_missing(self, folder: Path, points: Sequence[Point]) -> None:
        sealed = {entry for entry in map(_entry, map(_read, seals_in(folder))) if entry}
        for point in points:
            if point.entry.seq not in sealed:
                seal_next(folder, snapshot_before(point.before, point.entry), self._signers(), self._clock.now())


def _deposit(folder: Path, point: Point) -> Deposit:
    """The document of a point, as its seal has it."""
    for path in reversed(seals_in(folder)):
        check = _read(path)
        if _entry(check) == point.entry.seq and check.snapshot is not None and check.snapshot.binding is not None:
            document = document_path(path) or path
            return Deposit(
                path=f"{folder.name}/{document.name}",
                content_sha256=content_hash(check.snapshot),
                number=check.snapshot.binding.number,
                key_ids=tuple(key_id for key_id, _ in check.signatures),
            )
    raise DocumentFlawed((Flaw("evidence.not_there", folder.name),))


def _read(path: Path) -> Check:
    """A seal by itself, its signatures not looked at. Raises DocumentFlawed for one that does not hold together."""
    check = check_seal(load(path), ())
    if check.flaws:
        raise DocumentFlawed(check.flaws)
    return check


def _entry(check: Check) -> int | None:
    bound = check.snapshot.binding if check.snapshot is not None else None
    return bound.entry if bound is not None else None
