"""Sealing for the command line: a document from a file, or of a release from the ledger."""

import re
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.adapters.clock import SystemClock
from bot.adapters.evidence.files import read_snapshot
from bot.adapters.evidence.keys import KeyRing, signers
from bot.adapters.evidence.sealed import SealedFile, write_sealed
from bot.adapters.keys.audit import AuditKey, open_audit_key
from bot.adapters.keys.configured import open_ring
from bot.domain.command import Command
from bot.domain.refusal import Refusal
from bot.engine.locate import NOWHERE
from bot.evidence.chain import SUBJECT
from bot.evidence.from_release import PRODUCER, snapshot_of
from bot.evidence.harvest import written
from bot.evidence.snapshot import Binding, Snapshot
from handlers.cli.ask import may_read, refuse
from handlers.cli.exits import Exit
from handlers.cli.failures import NotUsable
from handlers.cli.opening import opened, read_settings
from handlers.cli.say import Say

_RELEASE = re.compile(r"R-\d+|[a-z0-9][a-z0-9._-]*@[a-z]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Subject:
    """What evidence speaks for, as typed; empty: not said."""

    release: str = ""
    service: str = ""
    environment: str = ""
    version: str = ""
    artifact: str = ""

    def said(self) -> dict[str, str]:
        """The fields that were typed."""
        return {name: value for name, value in asdict(self).items() if value}


def seal_it(say: Say, what: str, out: Path | None, subject: Subject) -> int:
    """`evidence seal`. Raises what `read_snapshot` and `write_sealed` raise, NotUsable and the errors of keys."""
    if _RELEASE.fullmatch(what) and not Path(what).exists():
        if subject.said():
            raise NotUsable("The ledger knows what a release is; leave --release, --service and the others out.")
        return _seal_release(say, what, out)
    path = Path(what)
    snapshot = _bound(read_snapshot(path), subject)
    settings = read_settings()
    key = open_audit_key(settings.audit_key, settings.var)
    ring = open_ring(settings, SystemClock().now)
    return _tell(say, _write(out or path.parent, snapshot, ring, key))


def _seal_release(say: Say, what: str, out: Path | None) -> int:
    with opened() as core:
        if (refused := may_read(say, core)) is not None:
            return refused
        release = core.locate(Command(action="status", target=what), NOWHERE)
        if isinstance(release, Refusal):
            return refuse(say, release)
        folder = out or core.settings.evidence / release.id
        sealed = _write(folder, snapshot_of(release, core.clock.now()), core.ring, core.audit_key)
    return _tell(say, sealed)


def _write(folder: Path, snapshot: Snapshot, ring: KeyRing | None, key: AuditKey) -> SealedFile:
    return write_sealed(folder, snapshot, signers(ring, key), SystemClock().now())


def _bound(snapshot: Snapshot, subject: Subject) -> Snapshot:
    """The document with the binding that was typed, where it has none; both must agree where it has."""
    said = subject.said()
    if snapshot.binding is not None:
        other = [name for name in SUBJECT if name in said and getattr(snapshot.binding, name) != said[name]]
        if other:
            raise NotUsable(f"The document says another {other[0]}: {getattr(snapshot.binding, other[0])}.")
        return snapshot
    if not (subject.service and subject.version):
        raise NotUsable(
            "The document is bound to nothing. Say --service and --version, and --release where it has one."
        )
    binding = Binding(
        release=subject.release,
        service=subject.service,
        environment=subject.environment,
        version=subject.version,
        artifact=subject.artifact or None,
        produced_at=written(snapshot.generated_at),
        producer=PRODUCER,
        number=1,
        previous=None,
    )
    return snapshot.model_copy(update={"binding": binding})


def _tell(say: Say, sealed: SealedFile) -> int:
    bound = sealed.snapshot.binding
    assert bound is not None  # nothing else is sealed
    data = {
        "document": str(sealed.document),
        "seal": str(sealed.seal),
        "content_sha256": sealed.content_sha256,
        "number": bound.number,
        "previous": bound.previous,
    }
    text = f"Sealed {sealed.document} as number {bound.number} of its chain.\nContent sha256 {sealed.content_sha256}"
    say.result(data, text)
    return Exit.DONE
