"""The keys that seal evidence: the ring of shared secrets (HMAC-SHA256), and the installation's own pair (Ed25519)."""

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.adapters.keys.audit import AuditKey, AuditVerifier
from bot.evidence.envelope import Signature
from bot.evidence.seal import SealKey, SealSigner, Standing

_PAIR = "ed25519:"


class KeyRing(Protocol):
    """Shared secrets, of which one signs and some may still have signed."""

    def sign(self, body: bytes) -> tuple[str, str]:
        """Key id and HMAC in hex, by the active key."""
        ...

    def verify(self, body: bytes, key_id: str, signature: str, signed_at: datetime) -> str:
        """`ok`, `missing`, `retired`, `grace` or `mismatch`."""
        ...


class RingSeal:
    """Seals with the ring."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring

    def owns(self, key_id: str) -> bool:
        """Every key that is not named after its public half."""
        return not key_id.startswith(_PAIR)

    def sign(self, body: bytes) -> Signature:
        """HMAC-SHA256 by the active key."""
        key_id, signature = self._ring.sign(body)
        return Signature(key_id, bytes.fromhex(signature))

    def check(self, body: bytes, signature: Signature, signed_at: datetime) -> Standing:
        """What the ring says; a key in grace holds for what was signed before it was rotated."""
        return Standing(self._ring.verify(body, signature.key_id, signature.sig.hex(), signed_at))


class PublicSeal:
    """Checks with the public half alone, as an auditor does."""

    def __init__(self, public: AuditVerifier) -> None:
        self._public = public

    def owns(self, key_id: str) -> bool:
        """Every key that is named after its public half."""
        return key_id.startswith(_PAIR)

    def check(self, body: bytes, signature: Signature, signed_at: datetime) -> Standing:
        """Whether this very pair signed."""
        if signature.key_id != self._public.key_id:
            return Standing.MISSING
        text = base64.b64encode(signature.sig).decode()
        return Standing.OK if self._public.verify(body, signature.key_id, text) else Standing.MISMATCH


class PairSeal(PublicSeal):
    """Seals with the installation's own pair."""

    def __init__(self, key: AuditKey) -> None:
        super().__init__(key.public)
        self._key = key

    def sign(self, body: bytes) -> Signature:
        """Ed25519."""
        key_id, signature = self._key.sign(body)
        return Signature(key_id, base64.b64decode(signature))


def signers(ring: KeyRing | None, pair: AuditKey | None) -> tuple[SealSigner, ...]:
    """Everything that is configured signs, the ring first."""
    found: list[SealSigner] = []
    if ring is not None:
        found.append(RingSeal(ring))
    if pair is not None:
        found.append(PairSeal(pair))
    return tuple(found)


def checkers(ring: KeyRing | None, public: AuditVerifier | None) -> Sequence[SealKey]:
    """Everything that is known checks."""
    found: list[SealKey] = []
    if ring is not None:
        found.append(RingSeal(ring))
    if public is not None:
        found.append(PublicSeal(public))
    return tuple(found)
