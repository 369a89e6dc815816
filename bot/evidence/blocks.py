"""The blocks that every evidence document has (contracts 1.8).

The source system computes usage, rating, quota, budget and anomaly from its bill. Where nobody did, the document says
`null` or nothing inside the block: a judge that needs the figure then has no data, and never a pass.
"""

from typing import Literal

from pydantic import Field, JsonValue

from bot.evidence.block import Block, Count, Instant, Number, Positive, Sha256


class Meta(Block):
    """What the document is. `version`: of the format or of what was measured, as its producer says. `tampered`:
    somebody found it changed; such a document proves nothing."""

    version: str = Field(max_length=200)
    generated_at: Instant
    tenant: str = Field(max_length=200)
    tampered: bool


class Witness(Block):
    """The file that the figures come from; `rows` without header and blank lines."""

    csv_path: str
    csv_sha256: Sha256 | Literal[""] | None
    rows: Count


class Usage(Block):
    """What was consumed, and how loaded the machines were (percent; requests a second)."""

    buckets: JsonValue
    deltas_by_metric: dict[str, JsonValue]
    cpu_percent: Positive | None = None
    mem_percent: Positive | None = None
    qps: Positive | None = None


class RatingItem(Block):
    """What one metric costs."""

    metric: str
    included: Number
    overage: Number
    amount: Number


class Rating(Block):
    """The bill."""

    subtotal: Number | None
    items: tuple[RatingItem, ...]


class QuotaDecision(Block):
    """What a quota said about one metric: `used` of `soft` and `hard`."""

    action: str
    used: Number
    soft: Number | None
    hard: Number | None


class Quota(Block):
    """Decisions by metric."""

    decisions: dict[str, QuotaDecision]


class Budget(Block):
    """What was spent, of what."""

    level: Literal["ok", "warn", "exceeded"] | None
    spent: Number | None
    limit: Number | None


class Anomaly(Block):
    """Whether usage jumped: `ratio` of the newest value to its moving average `ewma`."""

    is_spike: bool | None
    ewma: Number | None
    ratio: Number | None


class Integrity(Block):
    """The contract's own hash over the blocks: a checksum, which anybody can compute again; no seal."""

    signature_sha256: Sha256 | Literal[""]
