"""Signing what must not be changed unseen."""

from typing import Protocol


class Signer(Protocol):
    """Signs and checks bytes with the installation's own key."""

    def sign(self, body: bytes) -> tuple[str, str]:
        """Key id and signature, both printable."""
        ...

    def verify(self, body: bytes, key_id: str, signature: str) -> bool: ...
