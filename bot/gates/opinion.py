"""What this program thinks of an evidence document when it is asked as one of several judges."""

from datetime import datetime

from bot.domain.slo import SloDocument
from bot.domain.verdict import Reason, Verdict
from bot.evidence.snapshot import Snapshot
from bot.gates.document import judge_document
from bot.gates.document_itself import Sealed

Opinion = tuple[Verdict, tuple[Reason, ...]]


def opinion(slo: SloDocument, snapshot: Snapshot, seal: str, now: datetime) -> Opinion:
    """The verdict on a document by everything in an SLO but its quorum: counting votes is for whoever asked. Votes that
    the document holds already sway nobody. A file with nothing else to judge passes nothing."""
    asked = slo.model_copy(update={"quorum": None})
    if not asked.blocks:
        return Verdict.ERROR, (Reason(code="slo-parse", detail="only a quorum block"),)
    judged = judge_document(asked, snapshot, now, Sealed(seal))
    return judged.verdict, tuple(judged.reasons)
