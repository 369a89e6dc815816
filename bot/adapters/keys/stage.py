"""The keys that sign the stage file (contracts 1.1), made from the settings' ring."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from bot.settings.credentials import StageKey


class StageKeyMissing(RuntimeError):
    """stage signing key not configured"""

    def __init__(self) -> None:
        super().__init__("stage signing key not configured")


@dataclass(frozen=True, slots=True)
class StageKeys:
    """Every key that may have signed, never empty; the first one signs now."""

    keys: tuple[StageKey, ...]

    @classmethod
    def of(cls, ring: Sequence[StageKey]) -> Self | None:
        """The keys of `Settings.stage_ring`, the one that signs first; None when no key is set."""
        return cls(tuple(ring)) if ring else None

    @property
    def signer(self) -> StageKey:
        """The key that signs."""
        return self.keys[0]

    def sign(self, body: bytes) -> tuple[str, str]:
        """The signer's id and its HMAC-SHA256 over the bytes, in hex."""
        return self.signer.key_id, _mac(self.signer, body)

    def verify(self, body: bytes, key_id: str, signature: str) -> bool:
        """Whether the named key signed these bytes; compares in constant time."""
        key = next((key for key in self.keys if key.key_id == key_id), None)
        return key is not None and hmac.compare_digest(_mac(key, body).encode(), signature.encode(errors="replace"))

    def knows(self, key_id: str) -> bool:
        """Whether the ring holds a key of that id."""
        return any(key.key_id == key_id for key in self.keys)


def _mac(key: StageKey, body: bytes) -> str:
    return hmac.new(key.material, body, hashlib.sha256).hexdigest()
