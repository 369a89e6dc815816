"""What people say beside the gates, decided: overrides and ticks; and what gates say that stops nothing; pure."""

from bot.domain import events as e
from bot.domain.command import Command
from bot.domain.gate_rules import LASTS, items_meant, lasts, speaking
from bot.domain.service import Mode
from bot.domain.situation import Situation
from bot.domain.verdict import Judgement, Verdict


def override(command: Command, at: Situation) -> tuple[e.Event, ...]:
    """The gate is overridden, with what it said."""
    said = next(one for one in at.judgements if one.gate == command.gate)
    event = e.GateOverridden(
        gate=command.gate,
        person=at.person or "",
        reason=command.reason,
        verdict=said.verdict,
        reasons=said.reasons,
        until=at.now + (lasts(command) or LASTS),
        digest=at.release.digest,
    )
    return (event,)


def tick(command: Command, at: Situation) -> tuple[e.Event, ...]:
    """One event for each item whose state changes; asked twice, it changes once."""
    release, person = at.release, at.person or ""
    events: list[e.Event] = []
    for gate, item, _ in items_meant(command, release):
        ticked = release.tick_of(gate.name, item) is not None
        if command.done == "no" and ticked:
            events.append(e.ItemUnticked(gate=gate.name, item=item, person=person))
        elif command.done != "no" and not ticked:
            events.append(e.ItemTicked(gate=gate.name, item=item, person=person, digest=release.digest))
    return tuple(events)


def lapses(at: Situation) -> tuple[e.Event, ...]:
    """The overrides whose time is over."""
    return tuple(e.OverrideLapsed(gate=one.gate) for one in at.release.overrides if at.now >= one.until)


def shadows(at: Situation) -> tuple[e.Shadow, ...]:
    """The required gates in shadow that would stop the release now."""
    return tuple(
        e.Shadow(gate=one.gate, verdict=one.verdict, reasons=one.reasons)
        for one in _of_mode(at, Mode.SHADOW)
        if not one.passes
    )


def warnings(at: Situation) -> tuple[e.Event, ...]:
    """The advice of gates that fail, each told once in a step."""
    return tuple(
        e.GateWarned(gate=one.gate, reasons=one.reasons)
        for one in _of_mode(at, Mode.ADVISE)
        if one.verdict is Verdict.FAIL and one.gate not in at.release.warned
    )


def _of_mode(at: Situation, mode: Mode) -> tuple[Judgement, ...]:
    gates = speaking(at.release.plan, at.release.state)
    names = {gate.name for gate in gates if gate.required and gate.mode is mode}
    return tuple(one for one in at.judgements if one.gate in names)
