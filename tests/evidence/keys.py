"""A ring of keys for tests, with every state a key can be in."""

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime


@dataclass
class Ring:
    """Secrets by id; the first active one signs. `grace` names the moment at which a key was rotated away."""

    secrets: dict[str, bytes]
    active: str
    grace: dict[str, datetime] = field(default_factory=dict)
    retired: frozenset[str] = frozenset()

    def sign(self, body: bytes) -> tuple[str, str]:
        return self.active, self._mac(self.active, body)

    def verify(self, body: bytes, key_id: str, signature: str, signed_at: datetime) -> str:
        if key_id not in self.secrets:
            return "missing"
        if not hmac.compare_digest(self._mac(key_id, body), signature):
            return "mismatch"
        if key_id in self.retired or (key_id in self.grace and signed_at > self.grace[key_id]):
            return "retired"
        return "grace" if key_id in self.grace else "ok"

    def _mac(self, key_id: str, body: bytes) -> str:
        return hmac.new(self.secrets[key_id], body, hashlib.sha256).hexdigest()
