"""The moves that make sense on a card now, the most useful first."""

from bot.domain.gate_rules import checklists, needed_gates
from bot.domain.release import Release
from bot.domain.states import State
from bot.domain.verdict import Judgement

_OFFERS: dict[State, tuple[str, ...]] = {
    State.PROPOSED: ("approve", "reject", "hold", "abort"),
    State.APPROVED: ("promote", "reject", "hold", "abort"),
    State.ROLLING: ("rollback", "hold", "abort"),
    State.BAKING: ("rollback", "hold", "abort"),
    State.VERIFYING: ("rollback", "hold", "abort"),
    State.DONE: ("rollback",),
    State.FAILED: ("rollback", "abort"),
}
READS = ("why", "gates")


def offers(release: Release, judgements: tuple[Judgement, ...], is_live: bool) -> tuple[str, ...]:
    """Action names for the buttons of a card. A release that is over offers nothing."""
    moves = _OFFERS.get(release.state, ())
    if release.state is State.DONE:
        return moves if is_live else ()
    if release.in_doubt:
        moves = ("settle", *(move for move in moves if move != "hold"))
    elif release.held:
        moves = ("resume", *(move for move in moves if move not in ("hold", "promote")))
    elif release.state is State.BAKING and release.asked_at:
        moves = ("promote", *moves)
    elif release.state is State.APPROVED and not _gates_open(release, judgements):
        moves = (*(move for move in moves if move != "promote"), "promote")
    return (*moves, *_beside_gates(release, judgements), *READS) if moves else ()


def _beside_gates(release: Release, judgements: tuple[Judgement, ...]) -> tuple[str, ...]:
    """What people can say beside the gates now."""
    shut = {judgement.gate for judgement in judgements if not judgement.passes}
    overridable = any(gate.name in shut for gate in needed_gates(release.plan, release.state))
    standing = any(judgement.override is not None for judgement in judgements)
    offered = (("tick", bool(checklists(release))), ("override", overridable), ("withdraw", standing))
    return tuple(action for action, possible in offered if possible)


def _gates_open(release: Release, judgements: tuple[Judgement, ...]) -> bool:
    passed = {judgement.gate for judgement in judgements if judgement.opens}
    return all(gate.name in passed for gate in needed_gates(release.plan, release.state))
