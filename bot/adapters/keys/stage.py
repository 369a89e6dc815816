"""The keys that sign the stage file: read from the environment, shown to nobody (contracts 1.1)."""

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from pydantic import SecretBytes

RINGS = ("INTERLOCK_STAGE_KEYS", "DECISIONOS_STAGE_KEYS")
SINGLES = ("INTERLOCK_STAGE_KEY", "DECISIONOS_STAGE_KEY")
SIGNERS = ("INTERLOCK_STAGE_KEY_ID", "DECISIONOS_STAGE_KEY_ID")
DEFAULT_ID = "k1"

_KEY_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@-]{0,63}", re.ASCII)


class StageKeyMissing(RuntimeError):
    """stage signing key not configured"""

    def __init__(self) -> None:
        super().__init__("stage signing key not configured")


class StageKeysMalformed(ValueError):
    """A stage key setting cannot be read. The message names the setting and the place, never a secret."""


@dataclass(frozen=True, slots=True)
class StageKey:
    """One key. Its secret shows as asterisks wherever it is printed."""

    key_id: str
    secret: SecretBytes


@dataclass(frozen=True, slots=True)
class StageKeys:
    """Every key that may have signed, and the one that signs now. Never empty."""

    keys: tuple[StageKey, ...]
    signer: StageKey

    @classmethod
    def parse(cls, environ: Mapping[str, str]) -> Self:
        """Read the ring from environment variables; an empty variable counts as unset.

        `…_STAGE_KEYS` (a JSON list of {key_id, secret}) goes before the single `…_STAGE_KEY`, and our prefix before
        the old one. `…_STAGE_KEY_ID` picks the signer when the ring holds it, else the first key signs.
        Raises StageKeyMissing and StageKeysMalformed.
        """
        wanted = _first(environ, SIGNERS)
        if ring := _first(environ, RINGS):
            keys = _read_ring(*ring)
        elif single := _first(environ, SINGLES):
            keys = (_read_key(single[0], wanted[1] if wanted else DEFAULT_ID, single[1]),)
        else:
            raise StageKeyMissing
        signer = next((key for key in keys if wanted and key.key_id == wanted[1]), keys[0])
        return cls(keys, signer)

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
    return hmac.new(key.secret.get_secret_value(), body, hashlib.sha256).hexdigest()


def _first(environ: Mapping[str, str], names: tuple[str, ...]) -> tuple[str, str] | None:
    """The first of the variables that is set, with its name."""
    return next(((name, environ[name]) for name in names if environ.get(name, "").strip()), None)


def _read_ring(name: str, text: str) -> tuple[StageKey, ...]:
    try:
        rows = json.loads(text, object_pairs_hook=_no_doubles)
    except (ValueError, RecursionError):
        # The decoder's message quotes its input, which is made of secrets.
        raise StageKeysMalformed(f"{name} is not valid JSON, or repeats a field") from None
    if not isinstance(rows, list) or not rows:
        raise StageKeysMalformed(f"{name} must be a JSON list with at least one {{key_id, secret}}")
    keys = tuple(_read_row(f"{name}[{index}]", row) for index, row in enumerate(rows))
    if len({key.key_id for key in keys}) != len(keys):
        raise StageKeysMalformed(f"{name} holds the same key_id twice")
    return keys


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a field stands twice")
    return dict(pairs)


def _read_row(place: str, row: object) -> StageKey:
    if not isinstance(row, dict) or set(row) != {"key_id", "secret"}:
        raise StageKeysMalformed(f"{place} must hold exactly key_id and secret")
    if not isinstance(row["key_id"], str) or not isinstance(row["secret"], str):
        raise StageKeysMalformed(f"{place}: key_id and secret must be strings")
    return _read_key(place, row["key_id"], row["secret"])


def _read_key(place: str, key_id: str, secret: str) -> StageKey:
    if not _KEY_ID.fullmatch(key_id):
        raise StageKeysMalformed(f"{place}: a key id has 1 to 64 letters, digits or . _ : / @ -")
    try:
        raw = _decode(secret)
    except (ValueError, binascii.Error):
        raise StageKeysMalformed(f"{place}: the secret does not decode as its prefix says") from None
    if not raw:
        raise StageKeysMalformed(f"{place}: the secret is empty")
    return StageKey(key_id, SecretBytes(raw))


def _decode(secret: str) -> bytes:
    """The bytes of a secret: `hex:`, `b64:` or plain text (contracts 1.13)."""
    if secret.startswith("hex:"):
        return bytes.fromhex(secret[4:])
    if secret.startswith("b64:"):
        return base64.b64decode(secret[4:], validate=True)
    return secret.encode()
