"""Which gates count now, what they stand in the way of, and who may speak beside them."""

from datetime import timedelta

from bot.domain.actions import ACTIONS
from bot.domain.command import Command
from bot.domain.duration import parse_duration
from bot.domain.plan import Plan
from bot.domain.rbac import Binding, holders_of
from bot.domain.refusal import Code, Refusal
from bot.domain.refusing import lacking, refuse
from bot.domain.release import Release
from bot.domain.service import ChecklistGate, ChecklistItem, GateSpec, When
from bot.domain.situation import Situation
from bot.domain.states import State
from bot.domain.verdict import Judgement

LASTS = timedelta(hours=1)
"""How long an override holds unless somebody says otherwise."""
LONGEST = timedelta(hours=24)

_MOMENTS = {
    State.PROPOSED: (When.OPEN, When.PROMOTE),
    State.APPROVED: (When.OPEN, When.PROMOTE),
    State.BAKING: (When.BAKE,),
    State.VERIFYING: (When.VERIFY,),
}


def speaking(plan: Plan, state: State) -> tuple[GateSpec, ...]:
    """The gates that are asked in a state, whatever their word does."""
    return plan.gates_for(*moments) if (moments := _MOMENTS.get(state)) else ()


def needed_gates(plan: Plan, state: State) -> tuple[GateSpec, ...]:
    """The gates that must pass before traffic moves further from a state."""
    return tuple(gate for gate in speaking(plan, state) if gate.decides)


def checklists(release: Release) -> tuple[ChecklistGate, ...]:
    """The checklists that can be worked on now: while a step is being moved, those of its bake."""
    state = State.BAKING if release.state is State.ROLLING else release.state
    return tuple(gate for gate in speaking(release.plan, state) if isinstance(gate, ChecklistGate))


def items_meant(command: Command, release: Release) -> tuple[tuple[ChecklistGate, str, ChecklistItem | None], ...]:
    """The items that a tick names, each with its checklist; None for one that no checklist of now has."""
    names = tuple(dict.fromkeys(command.item.replace(",", " ").split()))
    lists = checklists(release)
    found = {item.id: (gate, item.id, item) for gate in lists for item in gate.items}
    return tuple(found.get(name, (lists[0], name, None)) for name in names) if lists else ()


def lasts(command: Command) -> timedelta | None:
    """How long an override is to hold; None for what is no duration up to the longest."""
    try:
        span = parse_duration(command.duration) if command.duration else LASTS
    except ValueError:
        return None
    return span if timedelta(0) < span <= LONGEST else None


def gates_in_the_way(at: Situation) -> tuple[Refusal, ...]:
    """One refusal for each needed gate that does not pass."""
    return tuple(_shut(gate, judged, at) for gate, judged in _standing(at) if judged is None or not judged.opens)


def can_be_overridden(command: Command, at: Situation) -> Refusal | None:
    """Only a gate that is needed now and does not pass; anything else would be a blank cheque."""
    names = tuple(gate.name for gate, judged in _standing(at) if judged is None or not judged.passes)
    if command.gate in names:
        return None
    return refuse(Code.NOT_THIS_GATE, at, command.gate, detail="override", known=names)


def lasts_a_while(command: Command, at: Situation) -> Refusal | None:
    """An override ends by itself, within a day."""
    if lasts(command) is not None:
        return None
    return refuse(Code.INVALID_INPUT, at, "duration", detail="duration", known=("30m", "1h", "24h"))


def stands(command: Command, at: Situation) -> Refusal | None:
    """What is withdrawn must be there."""
    names = tuple(one.gate for one in at.release.overrides if at.release.override_of(one.gate, at.now))
    if command.gate in names:
        return None
    return refuse(Code.NOT_THIS_GATE, at, command.gate, detail="withdraw", known=names)


def items_are_there(command: Command, at: Situation) -> Refusal | None:
    """Every item that is named stands on a checklist of now."""
    known = tuple(item.id for gate in checklists(at.release) for item in gate.items)
    meant = items_meant(command, at.release)
    unknown = next((name for _, name, item in meant if item is None), None)
    if meant and unknown is None:
        return None
    return refuse(Code.UNKNOWN_ITEM, at, unknown or command.item[:80], known=known)


def items_are_mine(command: Command, at: Situation) -> Refusal | None:
    """Each item may ask for a scope or a role of its own."""
    for _, name, item in items_meant(command, at.release):
        if item is None:
            continue
        if item.scope and (refusal := lacking(item.scope, at)):
            return refusal
        if item.roles and at.roles.isdisjoint(item.roles):
            holders = tuple(one for one in _holders("tick", at) if one.role in item.roles)
            return refuse(Code.MISSING_ROLE, at, name, known=item.roles, holders=holders)
    return None


def _standing(at: Situation) -> tuple[tuple[GateSpec, Judgement | None], ...]:
    said = {judgement.gate: judgement for judgement in at.judgements}
    return tuple((gate, said.get(gate.name)) for gate in needed_gates(at.release.plan, at.release.state))


def _shut(gate: GateSpec, judgement: Judgement | None, at: Situation) -> Refusal:
    """`known` is the action that clears it, beside better evidence; `holders` may take it."""
    way_out = "tick" if isinstance(gate, ChecklistGate) else "override"
    return refuse(
        Code.GATE_NOT_PASSED,
        at,
        gate.name,
        detail=judgement.verdict.value if judgement else "no_data",
        reasons=judgement.reasons if judgement else (),
        known=(way_out,),
        holders=_holders(way_out, at),
    )


def _holders(action: str, at: Situation) -> tuple[Binding, ...]:
    return holders_of(at.rbac, ACTIONS[action].scope, at.release.service, at.release.environment)
