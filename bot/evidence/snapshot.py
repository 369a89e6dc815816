"""The evidence document of contracts 1.8, with the binding that says which release it speaks for."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from bot.evidence.block import Block, Count, Instant, Sha256, moment
from bot.evidence.blocks import Anomaly, Budget, Integrity, Meta, Quota, Rating, Usage, Witness
from bot.evidence.measured import Canary, Drift, Judges, Perf, PerfJudge, Saturation

REQUIRED = ("meta", "witness", "usage", "rating", "quota", "budget", "anomaly", "integrity")
OPTIONAL = ("perf", "perf_judge", "judges", "canary", "drift", "saturation")
CORE = tuple(name for name in REQUIRED if name != "integrity")
"""The blocks that the contract's integrity hash always covers; it also covers the optional ones that are there."""

Word = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Binding(Block):
    """Whose evidence this is. Ours, beside the contract: the source system binds to nothing.

    `release`: R-7, or empty outside a release. `artifact`: what was built, as `sha256:…` where it is a digest; None
    where the release names none. `number` counts the snapshots of a chain from 1; `previous` is the content hash of the
    one before, None in the first. `entry` and `entry_hash` name the entry of the ledger before which it was so; a
    document that was not made for one has neither.
    """

    release: str = Field(max_length=200)
    service: Word
    environment: str = Field(max_length=50)
    version: Word
    artifact: Word | None
    produced_at: Instant
    producer: Word
    number: Annotated[Count, Field(ge=1)]
    previous: Sha256 | None
    entry: Annotated[Count, Field(ge=1)] | None = None
    entry_hash: Sha256 | None = None

    @model_validator(mode="after")
    def _only_the_first_has_none_before(self) -> Self:
        if (self.previous is None) is not (self.number == 1):
            raise ValueError("the first snapshot of a chain has no previous one, and every other has")
        return self


class Snapshot(Block):
    """One evidence document. Unknown blocks, unknown fields and NaN are refused. `binding` is ours and may be absent in
    documents of the source system; nothing without it is sealed."""

    meta: Meta
    witness: Witness
    usage: Usage
    rating: Rating
    quota: Quota
    budget: Budget
    anomaly: Anomaly
    integrity: Integrity
    perf: Perf | None = None
    perf_judge: PerfJudge | None = None
    judges: Judges | None = None
    canary: Canary | None = None
    drift: Drift | None = None
    saturation: Saturation | None = None
    binding: Binding | None = None

    @property
    def generated_at(self) -> datetime:
        """When it was made, as it says itself; aware, UTC where it names no zone."""
        return moment(self.meta.generated_at)
