"""Judgements of one SLO file on a ready evidence document, on one core."""

import time
from typing import Any

from bot.domain.slo import SloDocument
from bot.domain.verdict import Verdict
from bot.gates.document import judge_document
from bot.gates.document_itself import Sealed
from tests.gates.test_judge_document import NOW, SLO, evidence

MANY = 5000


def measure() -> list[dict[str, Any]]:
    """Judgements a second, every block of the format enforced and the checksum looked at each time."""
    slo, snapshot = SloDocument.model_validate(SLO), evidence()
    began = time.process_time()
    for _ in range(MANY):
        assert judge_document(slo, snapshot, NOW, Sealed.SOUND).verdict is Verdict.PASS
    seconds = time.process_time() - began
    return [{"what": "judge one document", "a second": MANY / seconds}]
