"""Everything one gate found, line by line."""

from datetime import datetime

from bot.domain.evidence import (
    CheckResult,
    CommandResult,
    LoadMeasurement,
    LogMeasurement,
    QuorumVotes,
    SourceFailure,
    TrackSample,
)
from bot.domain.release import Release
from bot.domain.service import ChecklistGate, GateSpec, When
from bot.domain.verdict import Judgement, Verdict
from bot.views.command_lines import command_lines, load_lines
from bot.views.escape import code, inline, link, quoted
from bot.views.gate_grounds import grounds, way_out
from bot.views.gate_lines import newest
from bot.views.gate_modes import need, overridden, would_have
from bot.views.measures import Unit, amount, count
from bot.views.people import mention, who
from bot.views.statistics import power_line, statistic_line
from bot.views.times import moment, span
from bot.views.verdicts import MARKS, WORDS, sentence
from bot.views.votes import vote_lines

_KINDS = {
    "check": "result from CI",
    "slo": "absolute limits",
    "canary": "canary against stable",
    "quorum": "votes of judges",
    "checklist": "ticked by people",
    "command": "a program's result",
    "load": "requests at a steady rate",
}
_MOMENTS = {
    When.OPEN: "needed before promote",
    When.PROMOTE: "needed before promote",
    When.BAKE: "needed while a step bakes",
    When.VERIFY: "needed after the last step",
}

_NOTHING = "• there is no evidence yet"


def findings(gate: GateSpec, judgement: Judgement | None, release: Release, now: datetime) -> list[str]:
    """A gate's verdict, each reason with its numbers, what was measured, its age and its file."""
    verdict = judgement.verdict if judgement else Verdict.NO_DATA
    about = f"{_KINDS[gate.kind]}, {need(gate, _MOMENTS[gate.when])}"
    lines = [f"{MARKS[verdict]} *{inline(gate.name, 63)}: {WORDS[verdict]}* ({about})"]
    if judgement is not None and judgement.override is not None:
        lines.append(f"• {overridden(judgement.override, now)}")
    if shadow := would_have(gate, verdict, release.state):
        lines.append(f"• {shadow}")
    for reason in judgement.reasons if judgement else ():
        lines += [f"• {sentence(reason)}", *(f"    {line}" for line in (grounds(reason, now), way_out(reason)) if line)]
    lines += [f"• warning: {sentence(reason)}" for reason in (judgement.warnings if judgement else ())]
    lines += [f"• {statistic_line(one)}" for one in (judgement.statistics if judgement else ())]
    if judgement is not None and judgement.power is not None:
        lines.append(f"• {power_line(judgement.power)}")
    lines += _evidence(gate, release, now) or ([] if judgement and judgement.reasons else [_NOTHING])
    if judgement is not None and judgement.as_of is not None:
        lines.append(_age(judgement, judgement.as_of, now))
    if judgement is not None and (address := link(judgement.link, "details")):
        lines.append(f"• {address}")
    return lines


def _age(judgement: Judgement, as_of: datetime, now: datetime) -> str:
    counts = ""
    if judgement.stale_at is not None:
        verb = "counts until" if now < judgement.stale_at else "stopped counting"
        counts = f", {verb} {moment(judgement.stale_at, now)}"
    return f"• observed {moment(as_of, now)}, {span(now - as_of)} ago{counts}"


def _evidence(gate: GateSpec, release: Release, now: datetime) -> list[str]:
    if isinstance(gate, ChecklistGate):
        return _ticked(gate, release, now)
    facts = release.facts_of(gate.name)
    match facts[-1] if facts else None:
        case CheckResult() as check:
            said = f": {quoted(check.summary, 300)}" if check.summary else ""
            address = link(check.url, "open it")
            return [f"• {who(check.producer)} says “{check.status}”{said}{' · ' + address if address else ''}"]
        case CommandResult() as result:
            return command_lines(result)
        case LoadMeasurement() as load:
            return load_lines(load)
        case SourceFailure() as failure:
            return [f"• its source could not be read ({code(failure.code)}): {inline(failure.detail, 400)}"]
        case LogMeasurement():
            measured = newest(release, gate.name)
            return _measured(measured, now) if measured else []
        case QuorumVotes() as votes:
            return vote_lines(votes) + (_measured(votes.measured, now) if votes.measured else [])
        case _:
            return []


def _ticked(gate: ChecklistGate, release: Release, now: datetime) -> list[str]:
    ticks = [(item, release.tick_of(gate.name, item.id)) for item in gate.items]
    return [
        f"• {quoted(item.text, 75)} ticked by {mention(tick.person)}, {moment(tick.at, now)}"
        for item, tick in ticks
        if tick is not None
    ]


def _measured(measured: LogMeasurement, now: datetime) -> list[str]:
    window = f"{span(measured.end - measured.start)} up to {moment(measured.end, now)}"
    lines = [
        f"• {name}: {_track(track)} ({window})"
        for name, track in (
            ("canary", measured.canary),
            ("stable", measured.stable),
            ("canary, by its judge log", measured.canary_judged),
            ("stable, by its judge log", measured.stable_judged),
        )
        if track is not None
    ]
    return lines + [
        f"• from {code(file.path)}, {count(file.rows, 'row')}, SHA-256 {code(file.sha256[:12])}"
        for file in measured.files
    ]


def _track(track: TrackSample) -> str:
    parts = [count(track.count, "request")]
    for name, value in (("p50", track.p50_ms), ("p95", track.p95_ms), ("p99", track.p99_ms)):
        if value is not None:
            parts.append(f"{name} {amount(value, Unit.MS)}")
    if track.error_rate is not None and track.availability is not None:
        parts.append(f"errors {amount(track.error_rate, Unit.SHARE, 2)}")
        parts.append(f"available {amount(track.availability, Unit.SHARE, 3)}")
    if track.signature_error_rate is not None:
        parts.append(f"wrong signatures {amount(track.signature_error_rate, Unit.SHARE, 3)}")
    return ", ".join(parts)
