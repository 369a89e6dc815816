"""What judges are asked: one piece of evidence under one SLO document, each named by its digest."""

import hashlib
from dataclasses import dataclass
from typing import Any

from bot.domain.slo import SloDocument
from bot.evidence.hashes import canonical, tree_of
from bot.evidence.snapshot import Snapshot

_ABOUT_JUDGES = ("judges", "integrity")
"""Blocks that change when votes are put into the document. They say nothing that was measured."""


@dataclass(frozen=True, slots=True)
class Question:
    """The evidence and the SLO document as they are sent, and their digests. `gate` is empty outside a release;
    `seal` is the evidence's own, as its file holds it."""

    gate: str
    snapshot: Snapshot
    slo: SloDocument
    seal: bytes | None
    evidence_digest: str
    slo_digest: str


def question_of(gate: str, snapshot: Snapshot, slo: SloDocument, seal: bytes | None = None) -> Question:
    """The question whether a document keeps an SLO."""
    return Question(gate, snapshot, slo, seal, evidence_digest(snapshot), slo_digest(slo))


def evidence_digest(snapshot: Snapshot) -> str:
    """SHA-256 in hex over all that was measured, in canonical JSON: the same before and after votes are attached."""
    return _digest({name: block for name, block in tree_of(snapshot).items() if name not in _ABOUT_JUDGES})


def slo_tree(slo: SloDocument) -> dict[str, Any]:
    """An SLO document as plain JSON data, its defaults written out."""
    return slo.model_dump(mode="json", exclude_none=True)


def slo_digest(slo: SloDocument) -> str:
    """SHA-256 in hex over an SLO document, in canonical JSON."""
    return _digest(slo_tree(slo))


def _digest(tree: dict[str, Any]) -> str:
    return hashlib.sha256(canonical(tree)).hexdigest()
