"""Sealing an evidence document, and telling whether a seal holds: which byte of which block, signed by which key."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.evidence.document import DocumentFlawed, Flaw, flaws_of, read_document, strict_json, write_document
from bot.evidence.envelope import Envelope, Signature, looks_like_envelope, read_envelope
from bot.evidence.hashes import block_hashes
from bot.evidence.snapshot import Snapshot
from bot.evidence.statement import PAYLOAD_TYPE, Statement, evidence_statement, read_statement


class Standing(StrEnum):
    """What became of one signature. UNCHECKED: nobody here holds a key of that kind."""

    OK = "ok"
    GRACE = "grace"
    MISSING = "missing"
    RETIRED = "retired"
    MISMATCH = "mismatch"
    UNCHECKED = "unchecked"


HOLDS = frozenset({Standing.OK, Standing.GRACE})
_OF_KEYS = frozenset({"seal.key_retired", "seal.key_missing", "seal.unsigned"})


class SealKey(Protocol):
    """A holder of keys of one kind: the ring of shared secrets, or a pair of which others know the public half."""

    def owns(self, key_id: str) -> bool:
        """Whether a key of that name is of this kind; it need not be known."""
        ...

    def check(self, body: bytes, signature: Signature, signed_at: datetime) -> Standing:
        """What a signature over these bytes is worth."""
        ...


class SealSigner(SealKey, Protocol):
    """One that also signs."""

    def sign(self, body: bytes) -> Signature:
        """Sign with the key that is active now."""
        ...


@dataclass(frozen=True, slots=True)
class Check:
    """What was found. It is sound without flaws; `signatures` says for each key id how it stands."""

    flaws: tuple[Flaw, ...]
    signatures: tuple[tuple[str, Standing], ...] = ()
    statement: Statement | None = None
    snapshot: Snapshot | None = None

    @property
    def sound(self) -> bool:
        """Whether nothing was changed, and known keys signed it."""
        return not self.flaws

    @property
    def tampering(self) -> tuple[Flaw, ...]:
        """The flaws that say something was changed. As long as one signature holds, that another key has been retired
        since, or came later, says nothing against what it signed; without one, nobody vouches for anything."""
        held = any(standing in HOLDS for _, standing in self.signatures)
        return tuple(flaw for flaw in self.flaws if not (held and flaw.code in _OF_KEYS))


class NotBound(ValueError):
    """A document that names no service and version is nobody's evidence and cannot be sealed."""


def seal(snapshot: Snapshot, name: str, signers: Sequence[SealSigner], at: datetime) -> Envelope:
    """The seal of a document that is to be written to a file called `name`. Raises NotBound, and DocumentFlawed for a
    document that says against itself."""
    if snapshot.binding is None:
        raise NotBound("The document has no binding: say which service and version it speaks for.")
    if flaws := flaws_of(snapshot):
        raise DocumentFlawed(flaws)
    payload = evidence_statement(snapshot, name, write_document(snapshot), at)
    unsigned = Envelope(PAYLOAD_TYPE, payload, ())
    return Envelope(PAYLOAD_TYPE, payload, tuple(one.sign(unsigned.signed) for one in signers))


def check_seal(raw: bytes, keys: Sequence[SealKey], document: bytes | None = None) -> Check:
    """Whether the seal in these bytes holds, and whether it is the seal of `document`, the bytes of the file beside it.

    With a signature that does not fit, the blocks that do not fit their own hashes are named: the change is there, or,
    when all fit, in what stands around the document. Every kind of key that is held here must have signed.
    """
    try:
        envelope = read_envelope(raw)
    except DocumentFlawed as flawed:
        return Check(flawed.flaws)
    if envelope.payload_type != PAYLOAD_TYPE:
        return Check((Flaw("seal.malformed", "payloadType"),))
    try:
        statement, snapshot = read_statement(envelope.payload)
    except DocumentFlawed as flawed:
        return Check(flawed.flaws)
    standings = tuple((one.key_id, _standing(one, envelope, keys, statement)) for one in envelope.signatures)
    flaws = [*_signature_flaws(standings, keys), *_changed(statement, snapshot), *flaws_of(snapshot)]
    if document is not None:
        flaws += _document_flaws(statement, document)
    return Check(tuple(dict.fromkeys(flaws)), standings, statement, snapshot)


def is_seal(raw: bytes) -> bool:
    """Whether a file means to be a seal rather than a document. Raises DocumentFlawed for no JSON."""
    return looks_like_envelope(strict_json(raw))


def _standing(one: Signature, envelope: Envelope, keys: Sequence[SealKey], statement: Statement) -> Standing:
    owner = next((key for key in keys if key.owns(one.key_id)), None)
    return Standing.UNCHECKED if owner is None else owner.check(envelope.signed, one, statement.sealed_at)


def _signature_flaws(standings: Sequence[tuple[str, Standing]], keys: Sequence[SealKey]) -> list[Flaw]:
    """What is wrong with the signatures. A fitting one by a retired key proves nothing, and says nothing against what a
    key of another kind vouches for: keys retire, and old evidence stays evidence."""
    outlived = {Standing.RETIRED} if any(standing in HOLDS for _, standing in standings) else set()
    found = [
        Flaw(f"seal.key_{standing}" if standing is not Standing.MISMATCH else "seal.signature", f"signatures.{key_id}")
        for key_id, standing in standings
        if standing not in HOLDS | outlived and standing is not Standing.UNCHECKED
    ]
    for key in keys:
        if not any(key.owns(key_id) and standing in HOLDS | outlived for key_id, standing in standings):
            found.append(Flaw("seal.unsigned", "signatures"))
    return found


def _changed(statement: Statement, snapshot: Snapshot) -> list[Flaw]:
    """The blocks inside the seal that are not what its own hashes say."""
    return _blocks(statement.predicate.blocks, block_hashes(snapshot))


def _document_flaws(statement: Statement, document: bytes) -> list[Flaw]:
    """Where the file beside the seal is not what was sealed: a block, or only the way it is written."""
    if hashlib.sha256(document).hexdigest() == statement.file.digest["sha256"]:
        return []
    try:
        flaws = _blocks(statement.predicate.blocks, block_hashes(read_document(document)))
    except DocumentFlawed as flawed:
        return list(flawed.flaws)
    return flaws or [Flaw("seal.rewritten", "document")]


def _blocks(sealed: dict[str, str], found: dict[str, str]) -> list[Flaw]:
    flaws = [Flaw(f"seal.changed:{name}", name) for name, digest in sealed.items() if found.get(name, digest) != digest]
    flaws += [Flaw(f"seal.removed:{name}", name) for name in sealed if name not in found]
    return flaws + [Flaw(f"seal.added:{name}", name) for name in found if name not in sealed]
