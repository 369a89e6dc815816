"""The command gate: how a program ended and what its report says, both (contracts 2.1)."""

from datetime import datetime

from bot.domain.evidence import CommandResult
from bot.domain.release import Release
from bot.domain.service import CommandGate
from bot.domain.verdict import Judgement, Verdict
from bot.gates.command_reports import check_report
from bot.gates.finding import Finding, found
from bot.gates.newest import judge_newest

_ABSENT = frozenset({"missing", "stale", "empty"})
"""Problems of a report that amount to there being none."""


def judge_command(spec: CommandGate, release: Release, now: datetime) -> Judgement:
    """The newest run counts; it must be about the right version and fresh before it is looked at."""
    return judge_newest(
        spec,
        CommandResult,
        release,
        now,
        "command.not_run",
        lambda fact: [*_ending(spec, fact), *_report(spec, fact, now)],
    )


def _ending(spec: CommandGate, fact: CommandResult) -> list[Finding]:
    match fact.ended:
        case "not_started":
            return [found(Verdict.ERROR, "command.not_started", detail=fact.detail)]
        case "timed_out":
            limit = spec.timeout.total_seconds()
            return [found(Verdict.ERROR, "command.timed_out", fact.seconds, limit)]
        case "signalled":
            return [found(Verdict.ERROR, "command.killed", fact.code)]
        case "exited" if fact.code not in spec.exit_codes:
            return [found(Verdict.FAIL, "command.failed", fact.code)]
        case _:
            return []


def _report(spec: CommandGate, fact: CommandResult, now: datetime) -> list[Finding]:
    """Nothing for a command that was never started or was ended half-way: that has been said."""
    if spec.report is None or fact.ended in ("not_started", "timed_out"):
        return []
    if fact.problem or fact.found is None:
        problem = fact.problem or "missing"
        verdict = Verdict.NO_DATA if problem in _ABSENT else Verdict.ERROR
        return [found(verdict, f"report.{problem}", detail=fact.detail)]
    if fact.found.kind != spec.report.kind:
        return [found(Verdict.ERROR, "report.foreign", detail=fact.found.kind)]
    findings, counted = check_report(spec.report, fact.found, fact.version, now)
    if fact.ended == "exited" and fact.code != 0 and fact.code in spec.exit_codes and not counted:
        # It said that it found something, and its report holds nothing: nobody knows what went wrong.
        findings.append(found(Verdict.ERROR, "command.unexplained", fact.code))
    return findings
