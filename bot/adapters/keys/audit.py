"""The installation's own Ed25519 key, which signs the ledger's checkpoints."""

import base64
import binascii
import hashlib
import os
import stat
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import SecretStr

from bot.adapters.durable import NotOurFile, create_file, read_file

KEY_FILE = Path("keys/audit.ed25519")
"""Below the var folder; the public half lies beside it as `audit.ed25519.pub`."""

SEED_BYTES = 32


class AuditKeyMalformed(ValueError):
    """The audit key is not 32 bytes in base64. The message says where it came from, never what it holds."""


class AuditKeyExposed(RuntimeError):
    """Others on this machine can read the audit key's file; take their rights away (chmod 600)."""


class AuditVerifier:
    """Checks signatures with the public half alone, as an auditor elsewhere does."""

    def __init__(self, public: Ed25519PublicKey) -> None:
        raw = public.public_bytes_raw()
        self._public = public
        self.key_id = f"ed25519:{hashlib.sha256(raw).hexdigest()[:16]}"
        self.text = base64.b64encode(raw).decode()

    @classmethod
    def parse(cls, text: str) -> Self:
        """From the content of the `.pub` file. Raises AuditKeyMalformed."""
        return cls(Ed25519PublicKey.from_public_bytes(_thirty_two(text, "the public key")))

    def verify(self, body: bytes, key_id: str, signature: str) -> bool:
        """Whether this key signed these bytes. Any other key id is False."""
        if key_id != self.key_id:
            return False
        try:
            self._public.verify(base64.b64decode(signature, validate=True), body)
        except (InvalidSignature, ValueError, binascii.Error):
            return False
        return True


class AuditKey:
    """Signs and checks (ports.Signer). Key ids are `ed25519:` and 16 hex digits, signatures base64."""

    def __init__(self, seed: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = AuditVerifier(self._private.public_key())

    def sign(self, body: bytes) -> tuple[str, str]:
        """Key id and signature."""
        return self.public.key_id, base64.b64encode(self._private.sign(body)).decode()

    def verify(self, body: bytes, key_id: str, signature: str) -> bool:
        """Whether this very key signed these bytes."""
        return self.public.verify(body, key_id, signature)


def open_audit_key(given: SecretStr | None, var: Path) -> AuditKey:
    """The key that the settings hold (a base64 seed of 32 bytes), else the one in its file, made on first use.

    A file that cannot be read as a key is an error and is never replaced: what it signed would be lost.
    Raises AuditKeyMalformed, AuditKeyExposed and OSError.
    """
    if given is not None:
        return AuditKey(_thirty_two(given.get_secret_value(), "INTERLOCK_AUDIT_KEY"))
    path = var / KEY_FILE
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = AuditKey(_seed_in(path))
    _publish(key.public, path.with_name(f"{path.name}.pub"))
    return key


def _seed_in(path: Path) -> bytes:
    """The seed in a file. Of several processes that start at once, the first one's seed is everybody's."""
    if not os.path.lexists(path):
        create_file(path, base64.b64encode(os.urandom(SEED_BYTES)) + b"\n")
    text = _text_in(path)
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise AuditKeyExposed(f"{path} can be read by others; run: chmod 600 {path}")
    return _thirty_two(text, str(path))


def _publish(public: AuditVerifier, path: Path) -> None:
    """Lay the public half beside the private one; a different one there belongs to another key."""
    if not os.path.lexists(path):
        create_file(path, f"{public.text}\n".encode())
    if _text_in(path).strip() != public.text:
        raise AuditKeyMalformed(f"{path} belongs to another key; keep it under another name for what that key signed")


def _text_in(path: Path) -> str:
    try:
        return (read_file(path) or b"").decode("ascii", "replace")
    except NotOurFile:
        raise AuditKeyMalformed(f"{path} is not a plain file") from None


def _thirty_two(text: str, place: str) -> bytes:
    try:
        raw = base64.b64decode(text.strip(), validate=True)
    except (ValueError, binascii.Error):
        raw = b""
    if len(raw) != SEED_BYTES:
        raise AuditKeyMalformed(f"{place}: expected {SEED_BYTES} bytes in base64")
    return raw
