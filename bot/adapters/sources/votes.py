"""The source of a quorum gate: the evidence of the release goes to the judges, and their votes come back."""

import asyncio

from bot.adapters.judges.panel import Panel
from bot.adapters.sources.csv_log import CsvLog
from bot.domain.evidence import Fact, LogMeasurement, QuorumVotes, SourceFailure
from bot.domain.fold import with_facts
from bot.domain.service import QuorumGate
from bot.evidence.envelope import write_envelope
from bot.evidence.from_release import snapshot_of
from bot.evidence.question import question_of
from bot.evidence.seal import seal
from bot.ports import Asked


class JudgesSource:
    """Asks the judges of one gate about what its own source shows now, or else about what other gates measured."""

    def __init__(self, gate: QuorumGate, panel: Panel, log: CsvLog | None) -> None:
        self._gate = gate
        self._panel = panel
        self._log = log

    async def measure(self, asked: Asked) -> Fact:
        """One round of votes."""
        gate = self._gate
        if gate.slo is None:
            return _failed(asked, "unreadable", gate.file)
        measured: LogMeasurement | None = None
        release = asked.release
        if self._log is not None:
            read = await asyncio.to_thread(
                self._log.measure, asked.gate, asked.version, asked.start, asked.end, asked.now
            )
            if isinstance(read, SourceFailure):
                return read
            measured, release = read, with_facts(release, (read,))
        snapshot = snapshot_of(release, asked.now)
        signers = self._panel.signers
        sealed = write_envelope(seal(snapshot, f"{release.id}.json", signers, asked.now)) if signers else None
        question = question_of(gate.name, snapshot, gate.slo, sealed)
        heard = await self._panel.ask(gate.judges, question, gate.deadline)
        return QuorumVotes(
            gate=gate.name,
            version=release.version,
            observed_at=asked.now,
            producer="quorum",
            k=gate.rule.k,
            n=gate.rule.n,
            fail_closed=gate.fail_closed,
            evidence=question.evidence_digest,
            slo=question.slo_digest,
            ballots=tuple(one.ballot for one in heard),
            measured=measured,
        )


def _failed(asked: Asked, code: str, detail: str) -> SourceFailure:
    return SourceFailure(
        gate=asked.gate,
        version=asked.release.version,
        observed_at=asked.now,
        producer="quorum",
        code=code,
        detail=detail,
    )
