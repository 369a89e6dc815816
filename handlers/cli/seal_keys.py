"""Keys to check seals with, as the command line finds them: named, or this installation's own."""

import os
from collections.abc import Sequence
from pathlib import Path

from pydantic import SecretStr

from bot.adapters.clock import SystemClock
from bot.adapters.durable import read_file
from bot.adapters.evidence.keys import checkers
from bot.adapters.keys.audit import KEY_FILE, AuditVerifier, open_audit_key
from bot.adapters.keys.configured import open_ring
from bot.evidence.seal import SealKey
from handlers.cli.failures import NotUsable
from handlers.cli.opening import read_settings


def keys_for(public: Path | None) -> Sequence[SealKey]:
    """Everything here that can check. Raises NotUsable when nothing can."""
    keys = keys_here(public)
    if not keys:
        raise NotUsable("There is no key here to check with. Name the public half: --public audit.ed25519.pub.")
    return keys


def keys_here(public: Path | None = None) -> Sequence[SealKey]:
    """The public key that was named alone, else this installation's own and its ring, where it has them. Raises
    NotUsable for a named one that is not there, and ConfigurationError."""
    ring = open_ring(read_settings(), SystemClock().now) if public is None else None
    return checkers(ring, public_half(public))


def public_half(public: Path | None = None) -> AuditVerifier | None:
    """The public key that was named, else this installation's own, which is known without any configuration; None where
    there is none. Raises NotUsable for a named one that is not there."""
    if public is not None and not public.exists():
        raise NotUsable(f"There is no public key at {public}.")
    path = public or Path(os.environ.get("INTERLOCK_VAR") or "var") / f"{KEY_FILE}.pub"
    raw = read_file(path)
    found = None if raw is None else AuditVerifier.parse(raw.decode("ascii", "replace"))
    if public is None and (given := os.environ.get("INTERLOCK_AUDIT_KEY", "").strip()):
        found = open_audit_key(SecretStr(given), path.parent).public
    return found
