"""Composing a document: a new one around a measured file, and blocks put into one that is there."""

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.evidence.block import Block
from bot.evidence.blocks import Anomaly, Budget, Integrity, Meta, Quota, Rating, Usage, Witness
from bot.evidence.canary import merged
from bot.evidence.harvest import written
from bot.evidence.hashes import with_integrity
from bot.evidence.measured import Canary
from bot.evidence.snapshot import OPTIONAL, Binding, Snapshot

FORMAT = "v1"
"""`meta.version` of documents that begin here."""

Change = Callable[[Snapshot], Snapshot]
"""What a merge does to a document, without touching any other."""


def new_document(witness: Witness, tenant: str, at: datetime, binding: Binding | None = None) -> Snapshot:
    """A document around the file that was measured. Usage, rating, quota, budget and anomaly say that nobody looked."""
    return with_integrity(
        Snapshot.of(
            meta=Meta(version=FORMAT, generated_at=written(at), tenant=tenant, tampered=False),
            witness=witness,
            usage=Usage(buckets=None, deltas_by_metric={}),
            rating=Rating(subtotal=None, items=()),
            quota=Quota(decisions={}),
            budget=Budget(level=None, spent=None, limit=None),
            anomaly=Anomaly(is_spike=None, ewma=None, ratio=None),
            integrity=Integrity(signature_sha256=""),
            binding=binding,
        )
    )


def with_blocks(snapshot: Snapshot, blocks: Mapping[str, Block], at: datetime) -> Snapshot:
    """The document with these optional blocks in place of those it had, made at `at`, its integrity hash computed anew.
    Of `canary` the old windows stay (the original wiped them). Raises KeyError for a block that nobody may replace."""
    for name in blocks:
        if name not in OPTIONAL:
            raise KeyError(name)
    placed: dict[str, Block] = dict(blocks)
    if isinstance(new := placed.get("canary"), Canary):
        placed["canary"] = merged(snapshot.canary, new)
    meta = snapshot.meta.model_copy(update={"generated_at": written(at)})
    return with_integrity(snapshot.model_copy(update=placed | {"meta": meta}))
