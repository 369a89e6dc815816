"""The hashes of an evidence document: the contract's integrity hash, our content hash, and one for every block."""

import hashlib
import json
from typing import Any

import rfc8785

from bot.evidence.blocks import Integrity
from bot.evidence.snapshot import CORE, OPTIONAL, Snapshot


def tree_of(snapshot: Snapshot) -> dict[str, Any]:
    """The document as plain JSON data, holding exactly what it was read or made with."""
    return snapshot.model_dump(mode="json", exclude_unset=True)


def canonical(data: Any) -> bytes:
    """Canonical JSON (RFC 8785): the same bytes for the same content in every language."""
    return rfc8785.dumps(data)


def integrity_hash(snapshot: Snapshot) -> str:
    """The contract's `signature_sha256` (1.8): SHA-256 over the core blocks and the optional ones that are not null, as
    Python's json writes them with sorted keys, not escaped to ASCII, with default separators."""
    tree = tree_of(snapshot)
    covered = {name: tree[name] for name in (*CORE, *OPTIONAL) if tree.get(name) is not None}
    return hashlib.sha256(json.dumps(covered, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def content_hash(snapshot: Snapshot) -> str:
    """SHA-256 over the whole document in canonical JSON, binding and integrity included: what the next one names as
    `previous`, and what a merge compares before it swaps."""
    return hashlib.sha256(canonical(tree_of(snapshot))).hexdigest()


def block_hashes(snapshot: Snapshot) -> dict[str, str]:
    """SHA-256 of every block that is there, in canonical JSON: they tell which one was changed."""
    return {name: hashlib.sha256(canonical(block)).hexdigest() for name, block in tree_of(snapshot).items()}


def with_integrity(snapshot: Snapshot) -> Snapshot:
    """The same document with its integrity hash computed anew."""
    return snapshot.model_copy(update={"integrity": Integrity(signature_sha256=integrity_hash(snapshot))})
