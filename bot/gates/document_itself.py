"""What holds for every evidence document, and what the `witness` and `integrity` blocks of an SLO file ask of it
(contracts 1.8, 1.11): unchanged, sealed where that is asked, of an age that still counts, and of one mind."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.slo import SloDocument
from bot.domain.verdict import Verdict
from bot.evidence.document import flaws_of
from bot.evidence.snapshot import Snapshot
from bot.gates.admit import SKEW, too_old
from bot.gates.figures import Figures
from bot.gates.finding import Finding, found
from bot.gates.indicators import INDICATORS, Seen
from bot.gates.sense import check_sense

LASTS = timedelta(hours=1)
"""How old evidence may be where the file does not say: in the source system stale evidence passed forever."""


class Sealed(StrEnum):
    """What is known of a document's seal: there is none, it holds, it does not, or nobody here has a key to tell."""

    NO = "no"
    SOUND = "sound"
    BROKEN = "broken"
    UNCHECKED = "unchecked"


def check_itself(slo: SloDocument, snapshot: Snapshot, seen: Seen, sealed: Sealed, now: datetime) -> Iterator[Finding]:
    """A document that was changed, is marked as tampered, comes from the future, is too old or contradicts itself is no
    evidence, whatever the file says."""
    yield from _unchanged(slo, snapshot)
    if sealed is Sealed.BROKEN:
        yield found(Verdict.FAIL, "evidence.seal_broken")
    yield from _timely(snapshot.generated_at, slo, now, "the document")
    for name, figures in _judged(slo, seen):
        if figures.window is not None:
            yield from _timely(figures.window[1], slo, now, name)
    yield from check_sense(snapshot)
    if slo.witness:
        yield from _witness(slo, snapshot)
    if _asks_for_a_seal(slo) and sealed in (Sealed.NO, Sealed.UNCHECKED):
        yield found(Verdict.NO_DATA, "evidence.seal_unchecked" if sealed is Sealed.UNCHECKED else "evidence.unsealed")


def _unchanged(slo: SloDocument, snapshot: Snapshot) -> Iterator[Finding]:
    """`integrity: {require_signature: false}` accepts a document without its checksum, never one with a wrong one."""
    unsigned = not snapshot.integrity.signature_sha256
    waived = slo.integrity is not None and not slo.integrity.require_signature
    if unsigned and not waived:
        yield found(Verdict.NO_DATA, "evidence.missing:integrity")
    for flaw in flaws_of(snapshot):
        if not (unsigned and flaw.code == "integrity.signature_mismatch"):
            yield found(Verdict.FAIL, flaw.code)


def _timely(at: datetime, slo: SloDocument, now: datetime, what: str) -> Iterator[Finding]:
    """A merge makes a document young again, though not the figures that it left alone: they have times of their own."""
    if at > now + SKEW:
        yield found(Verdict.ERROR, "evidence.from_future", (at - now).total_seconds(), SKEW.total_seconds(), None, what)
    lasts = timedelta(seconds=slo.max_age_sec) if slo.max_age_sec else LASTS
    if old := too_old(at, lasts, now):
        yield Finding(old.verdict, old.reason.model_copy(update={"detail": what}))


def _judged(slo: SloDocument, seen: Seen) -> Iterator[tuple[str, Figures]]:
    """The measured blocks that the file reads."""
    objectives = [INDICATORS[one.indicator].figures for one in slo.objectives]
    named = [read(seen) for read in objectives if read is not None]
    if slo.latency or slo.error or seen.perf in named:
        yield "perf", seen.perf
    if slo.judge_infra or seen.infra in named:
        yield "perf_judge", seen.infra
    if slo.canary or seen.canary in named:
        yield "canary", seen.canary


def _witness(slo: SloDocument, snapshot: Snapshot) -> Iterator[Finding]:
    asked, witness = slo.witness, snapshot.witness
    if asked is None:
        return
    if asked.require_csv_sha256 and not witness.csv_sha256:
        yield found(Verdict.NO_DATA, "witness.no_csv_sha256", detail=witness.csv_path)
    if witness.rows < asked.min_rows:
        rows, path = witness.rows, witness.csv_path
        yield found(Verdict.INCONCLUSIVE, "witness.rows_insufficient", rows, asked.min_rows, rows, path)


def _asks_for_a_seal(slo: SloDocument) -> bool:
    """The contract's hash proves nothing, since anybody can compute it: what the witness signs is the seal."""
    return slo.witness is not None and slo.witness.require_signature
