"""The ring of shared secrets that judges and evidence are signed with: one signs, some may still have signed
(contracts 1.13)."""

import hashlib
import hmac
from collections.abc import Callable, Sequence
from datetime import datetime

from bot.settings.credentials import JudgeKey

Now = Callable[[], datetime]


class NoActiveKey(RuntimeError):
    """key.missing: no key of the ring is active, so nothing can be signed"""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


class Ring:
    """Keys by id; the first active one signs, with HMAC-SHA256. `now` decides which grace is over."""

    def __init__(self, keys: Sequence[JudgeKey], now: Now) -> None:
        self.keys = tuple(keys)
        self._now = now

    @property
    def signer(self) -> JudgeKey:
        """The key that signs. Raises NoActiveKey."""
        found = next((key for key in self.keys if key.state == "active"), None)
        if found is None:
            raise NoActiveKey
        return found

    @property
    def signs(self) -> bool:
        """Whether there is a key that signs."""
        return any(key.state == "active" for key in self.keys)

    def sign(self, body: bytes) -> tuple[str, str]:
        """Key id and HMAC-SHA256 in hex, by the active key. Raises NoActiveKey."""
        signer = self.signer
        return signer.key_id, _mac(signer, body)

    def verify(self, body: bytes, key_id: str, signature: str, signed_at: datetime) -> str:
        """`ok`, `missing` or `mismatch`; `grace` for what a key in grace signed before it was rotated; `retired`, which
        such a key is for everything later, and for all once its grace is over. Compares in constant time."""
        key = next((one for one in self.keys if one.key_id == key_id), None)
        if key is None:
            return "missing"
        if not hmac.compare_digest(_mac(key, body).encode(), signature.encode(errors="replace")):
            return "mismatch"
        match key.standing(self._now()):
            case "active":
                return "ok"
            case "grace" if key.rotated_at is not None and signed_at <= key.rotated_at:
                return "grace"
            case _:
                return "retired"


def _mac(key: JudgeKey, body: bytes) -> str:
    return hmac.new(key.material, body, hashlib.sha256).hexdigest()
