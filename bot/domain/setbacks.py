"""What stopped releases, or took them back: the reasons that the ledger holds, one by one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.domain import events as e
from bot.domain.journal import Entry
from bot.domain.verdict import Reason


@dataclass(frozen=True, slots=True)
class Setback:
    """One reason why one release did not go on: a stable code, and the gate that gave it where one did."""

    at: datetime
    service: str
    environment: str
    release: str
    code: str
    gate: str = ""


def setbacks(entry: Entry, service: str, environment: str) -> tuple[Setback, ...]:
    """The reasons in one entry of a release; none for an entry that stopped nothing."""
    gate, codes = _told(entry.event)
    found = dict.fromkeys(_kind(code) for code in codes if code not in _PROGRESS)
    return tuple(Setback(entry.at, service, environment, entry.stream, code, gate) for code in found)


_PROGRESS = ("checklist.progress",)
"""It says how far a gate is, and stands beside the reasons."""


def _kind(code: str) -> str:
    """Whose item of a checklist is open makes no other reason of it."""
    return "checklist.open" if code.startswith("checklist.open:") else code


def _told(event: e.Event) -> tuple[str, Iterable[str]]:
    """The gate and the codes of an event."""
    match event:
        case e.RequestRefused(code="gate_not_passed"):
            return event.subject, event.reasons or ("gate.not_passed",)
        case e.RollbackStarted(cause="gate"):
            return event.gate, _codes(event.reasons) or ("gate.failed",)
        case e.RollbackStarted(cause="deployment"):
            return "", ("deployment.failed",)
        case e.RollbackStarted():
            return "", ("rollback.asked",)
        case e.RollbackFailed():
            return "", ("rollback.failed",)
        case e.DeploymentDoubted():
            return "", ("deployment.in_doubt",)
        case e.ReleaseHeld(cause=cause) if cause and event.verdict is not None:
            return event.gate, (f"held.{event.verdict.value}",)
        case e.ReleaseHeld():
            return "", ("held.asked",)
        case e.ReleaseExpired():
            return "", ("release.expired",)
        case e.ReleaseRejected():
            return "", ("release.rejected",)
        case e.GateOverridden() | e.GateWarned():
            return event.gate, _codes(event.reasons) or ("gate.not_passed",)
        case e.StageFellBack():
            return "", ("stage.signature_mismatch",)
        case _:
            return "", ()


def _codes(reasons: Iterable[Reason]) -> tuple[str, ...]:
    return tuple(reason.code for reason in reasons)
