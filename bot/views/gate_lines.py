"""Gates on the card: one line each with its verdict and the number that matters."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.evidence import CheckResult, LogMeasurement, TrackSample
from bot.domain.gate_rules import needed_gates
from bot.domain.release import Release
from bot.domain.service import GateSpec, When
from bot.domain.states import MOVING, WAITING, State
from bot.domain.verdict import Judgement, Verdict
from bot.views import marks
from bot.views.command_lines import command_short
from bot.views.escape import inline, link
from bot.views.gate_modes import beside, overridden, would_have
from bot.views.measures import Unit, amount, count
from bot.views.people import listed
from bot.views.statistics import power_line
from bot.views.verdicts import MARKS, WORDS, first_reason, sentence
from bot.views.votes import counted, newest_votes, votes_short

_SPEAKING = {
    State.PROPOSED: (When.OPEN, When.PROMOTE),
    State.APPROVED: (When.OPEN, When.PROMOTE),
    State.ROLLING: (When.BAKE,),
    State.BAKING: (When.BAKE,),
    State.VERIFYING: (When.VERIFY,),
}
_LATER = {When.BAKE: "speaks while a step bakes", When.VERIFY: "speaks after the last step"}
_MOST = 8
_QUIET = "·"


def waits_for_gates(release: Release, judgements: Sequence[Judgement]) -> bool:
    """Whether a gate that the next step needs does not pass now."""
    passed = {judgement.gate for judgement in judgements if judgement.opens}
    return any(gate.name not in passed for gate in needed_gates(release.plan, release.state))


def gate_lines(release: Release, judgements: Sequence[Judgement], now: datetime) -> list[str]:
    """The gates that speak now, those that did before, and those that will; nothing once the release is over."""
    if release.state not in WAITING | MOVING:
        return []
    said = {judgement.gate: judgement for judgement in judgements}
    asked = [gate for gate in release.plan.gates if gate.when in _SPEAKING[release.state]]
    if len(asked) > _MOST:  # what does not pass must stay in sight
        asked.sort(key=lambda gate: gate.name in said and said[gate.name].passes)
    lines = [_line(gate, said.get(gate.name), release, now) for gate in asked[:_MOST]]
    if len(asked) > _MOST:
        lines.append(f"… and {len(asked) - _MOST} more")
    return lines + _earlier(release) + _later(release)


def windows(gate: GateSpec, judgement: Judgement | None) -> str:
    """How many clean windows in a row a canary gate has, of those it needs; with statistics, how many it passed on.
    Empty where its judgement does not say."""
    if judgement is not None and judgement.passes and judgement.statistics:
        return f"good enough after {count(judgement.statistics[0].windows, 'window')}"
    if gate.kind == "canary" and judgement is not None and judgement.passes:
        return f"{gate.passes} of {gate.passes} windows clean"
    for reason in judgement.reasons if judgement else ():
        if reason.code == "canary.windows_clean":
            return sentence(reason)
    return ""


def compared(measured: LogMeasurement) -> str:
    """The newest window of a measurement: `p95 21 ms vs 20 ms, errors 0.4 % vs 0.3 %`."""
    tracks = [track for track in (measured.canary, measured.stable) if track is not None]
    if not tracks or all(track.count == 0 for track in tracks):
        return "no requests in the newest window"
    p95 = [_ms(track.p95_ms) for track in tracks]
    errors = [_rate(track) for track in tracks]
    return f"p95 {' vs '.join(p95)}, errors {' vs '.join(errors)}"


def newest(release: Release, gate: str) -> LogMeasurement | None:
    """The newest measurement of a gate that reads logs."""
    found = [fact for fact in release.facts_of(gate) if isinstance(fact, LogMeasurement)]
    return found[-1] if found else None


def _line(gate: GateSpec, judgement: Judgement | None, release: Release, now: datetime) -> str:
    verdict = judgement.verdict if judgement else Verdict.NO_DATA
    override = judgement.override if judgement and not judgement.passes else None
    mark = marks.ATTENTION if override else MARKS[verdict] if gate.binds else _QUIET
    parts = [
        f"{mark} {inline(gate.name, 63)}{beside(gate)}: {WORDS[verdict]}",
        overridden(override, now) if override else would_have(gate, verdict, release.state),
        _number(gate, judgement, release),
        _warning(judgement),
    ]
    where = _link(gate, judgement, release)
    return "; ".join(part for part in parts if part) + _power(judgement) + (f" · {where}" if where else "")


def _warning(judgement: Judgement | None) -> str:
    """What is worth a look though the gate passes; beside a reason it would only distract."""
    if judgement is None or not judgement.passes or not judgement.warnings:
        return ""
    more = len(judgement.warnings) - 1
    return f"{marks.ATTENTION} {sentence(judgement.warnings[0])}" + (
        f" and {count(more, 'more warning')}" if more else ""
    )


def _power(judgement: Judgement | None) -> str:
    """Said while the evidence does not decide."""
    if judgement is None or judgement.power is None or judgement.verdict is not Verdict.INCONCLUSIVE:
        return ""
    return f"; {power_line(judgement.power)}"


def _number(gate: GateSpec, judgement: Judgement | None, release: Release) -> str:
    """What does not pass gives its first reason, a canary its clean windows, and the numbers where nothing is wrong."""
    if votes := newest_votes(release, gate.name):
        return votes_short(counted(votes))
    measured = newest(release, gate.name)
    seen = compared(measured) if measured else command_short(next(iter(release.facts_of(gate.name)[-1:]), None))
    clean = windows(gate, judgement)
    reason = "" if judgement is None or judgement.passes else first_reason(judgement)
    parts = [clean, seen] if reason in ("", clean) else [reason, clean]
    return "; ".join(part for part in parts if part)


def _link(gate: GateSpec, judgement: Judgement | None, release: Release) -> str:
    address = judgement.link if judgement else ""
    checks = [fact for fact in release.facts_of(gate.name) if isinstance(fact, CheckResult)]
    return link(address or (checks[-1].url if checks else ""), "details")


def _earlier(release: Release) -> list[str]:
    """Required gates let the release through before; that is all that matters of them now."""
    if release.state in WAITING:
        return []
    before = [When.OPEN, When.PROMOTE]
    if release.state is State.VERIFYING and release.plan.last_step > 0:
        before.append(When.BAKE)
    names = [inline(gate.name, 63) for gate in release.plan.gates_for(*before) if gate.decides]
    return [f"{marks.GOOD} passed before: {listed(names)}"] if names else []


def _later(release: Release) -> list[str]:
    lines = []
    for when, words in _LATER.items():
        passed = release.state not in WAITING and when is When.BAKE
        unreachable = when is When.BAKE and release.plan.last_step == 0
        if when in _SPEAKING[release.state] or passed or unreachable:
            continue
        if names := [inline(gate.name, 63) for gate in release.plan.gates_for(when)]:
            lines.append(f"· {listed(names)}: {words}")
    return lines


def _ms(value: float | None) -> str:
    return "unknown" if value is None else amount(value, Unit.MS)


def _rate(track: TrackSample) -> str:
    rate = track.error_rate
    return "unknown" if rate is None else amount(rate, Unit.SHARE, 2)
