"""Which evidence follows which, and whether it speaks for what is being decided."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from bot.evidence.document import Flaw
from bot.evidence.hashes import content_hash
from bot.evidence.snapshot import Binding, Snapshot

SUBJECT = ("release", "service", "environment", "version", "artifact")
"""What evidence may be asked to speak for."""


def follow(snapshot: Snapshot, last: Snapshot | None) -> Snapshot:
    """The bound document as the next one of a chain, after `last`."""
    bound = snapshot.binding
    if bound is None:
        return snapshot
    before = last.binding if last is not None else None
    place: dict[str, object] = {"number": 1, "previous": None}
    if last is not None and before is not None:
        place = {"number": before.number + 1, "previous": content_hash(last)}
    return snapshot.model_copy(update={"binding": Binding.model_validate(bound.model_dump(exclude_unset=True) | place)})


def order_flaws(snapshot: Snapshot, last: Snapshot) -> list[Flaw]:
    """Why a document does not come after `last`: it is older, it is that very one, or it belongs to another chain."""
    new, old = snapshot.binding, last.binding
    if new is None or old is None:
        return [Flaw("seal.unbound", "binding")]
    if new.number <= old.number:
        return [Flaw("seal.old", "binding.number", f"{new.number}, and {old.number} was sealed before")]
    if new.number == old.number + 1 and new.previous != content_hash(last):
        return [Flaw("seal.unlinked", "binding.previous")]
    return []


def link_flaws(snapshot: Snapshot, last_hash: str) -> list[Flaw]:
    """Why a document does not come right after the one with this content hash."""
    if content_hash(snapshot) == last_hash:
        return [Flaw("seal.old", "binding", "that very document")]
    if snapshot.binding is None or snapshot.binding.previous != last_hash:
        return [Flaw("seal.unlinked", "binding.previous")]
    return []


def subject_flaws(snapshot: Snapshot, wanted: Mapping[str, str]) -> list[Flaw]:
    """The fields of the binding that are not what was asked for (`SUBJECT` names the fields)."""
    bound = snapshot.binding
    if bound is None:
        return [Flaw("seal.unbound", "binding")] if wanted else []
    found = {name: getattr(bound, name) for name in wanted}
    return [
        Flaw("seal.other_subject", f"binding.{name}", f"{found[name] or 'nothing'}, not {value}")
        for name, value in wanted.items()
        if found[name] != value
    ]


def age_flaws(sealed_at: datetime, now: datetime, most: timedelta | None) -> list[Flaw]:
    """Whether a seal is older than it may be, or comes from the future."""
    if most is None:
        return []
    age = now - sealed_at
    if age > most or age < -timedelta(minutes=1):
        return [Flaw("seal.stale", "sealed_at", f"{int(age.total_seconds())} s old")]
    return []


def chain_flaws(snapshots: Iterable[Snapshot]) -> list[Flaw]:
    """Where documents that ought to be a whole chain, oldest first, are none."""
    flaws: list[Flaw] = []
    last: Snapshot | None = None
    for place, snapshot in enumerate(snapshots, 1):
        bound = snapshot.binding
        expected = None if last is None else content_hash(last)
        if bound is None:
            flaws.append(Flaw("seal.unbound", f"{place}"))
        elif bound.number != place:
            flaws.append(Flaw("seal.gap", f"{place}", f"it says {bound.number}"))
        elif bound.previous != expected:
            flaws.append(Flaw("seal.unlinked", f"{place}"))
        last = snapshot
    return flaws
