"""What stands in a request's way, rule by rule, in the order in which it has to be cleared."""

from collections.abc import Callable
from datetime import datetime

from bot.domain.actions import ACTIONS
from bot.domain.approvals import left, quorum
from bot.domain.command import Command
from bot.domain.gate_rules import (
    can_be_overridden,
    gates_in_the_way,
    items_are_mine,
    items_are_there,
    lasts_a_while,
    stands,
)
from bot.domain.rbac import holders_of, person_of
from bot.domain.refusal import Code, Refusal
from bot.domain.refusing import missing_scope, refuse
from bot.domain.release import Release
from bot.domain.situation import Situation
from bot.domain.states import TABLE, WAITING, State

Rule = Callable[[Command, Situation], Refusal | None]


def blockers(command: Command, at: Situation) -> tuple[Refusal, ...]:
    """Everything that stands in the way of a command, in order; empty when it may go."""
    found = (rule(command, at) for rule in (*_ALWAYS, *_RULES.get(command.action, ())))
    single = tuple(refusal for refusal in found if refusal is not None)
    return single + (gates_in_the_way(at) if command.action == "promote" else ())


def is_overdue(release: Release, now: datetime) -> bool:
    """Whether the time to finish a waiting release is over, whether or not its timer has run yet."""
    return release.state in WAITING and now >= release.expires_at


def _shown_digest_is_current(command: Command, at: Situation) -> Refusal | None:
    if command.seen and not at.release.digest.startswith(command.seen):
        return refuse(Code.STALE_CARD, at)
    return None


def _scope_is_held(command: Command, at: Situation) -> Refusal | None:
    return missing_scope(command.row, at)


def _move_is_in_the_table(command: Command, at: Situation) -> Refusal | None:
    move = command.row.move
    state = State.EXPIRED if is_overdue(at.release, at.now) else at.release.state
    if move is None or (state, move) in TABLE:
        return None
    if command.action == "promote" and state is State.PROPOSED:
        return None  # the missing quorum says it better
    legal = tuple(sorted(row.name for row in ACTIONS.values() if row.move and (state, row.move) in TABLE))
    return refuse(Code.WRONG_STATE, at, state.value, known=legal)


def _asked_by_a_person(command: Command, at: Situation) -> Refusal | None:
    return None if at.person else refuse(Code.NOT_A_PERSON, at, at.actor.name)


def _not_the_requester(command: Command, at: Situation) -> Refusal | None:
    # Who is behind a token is asked now: the link may be younger than the release.
    requester = at.release.person or person_of(at.rbac, at.release.requester)
    own = (at.person is not None and at.person == requester) or at.actor.name == at.release.requester.name
    if own and at.release.plan.approvals.exclude_requester:
        holders = holders_of(at.rbac, command.row.scope, at.release.service, at.release.environment)
        return refuse(Code.OWN_RELEASE, at, detail=command.action, holders=holders)
    return None


def _not_approved_before(command: Command, at: Situation) -> Refusal | None:
    mine = [one for one in at.release.approvals if one.person == at.person and one.digest == at.release.digest]
    return refuse(Code.ALREADY_APPROVED, at) if mine else None


def _not_held(command: Command, at: Situation) -> Refusal | None:
    hold = at.release.hold
    if hold is None:
        return None
    holders = holders_of(at.rbac, ACTIONS["resume"].scope, at.release.service, at.release.environment)
    waited = (hold.gate, hold.verdict.value) if hold.verdict else ()
    return refuse(Code.HELD, at, hold.by, detail=hold.reason, known=waited, holders=holders)


def _is_held(command: Command, at: Situation) -> Refusal | None:
    return None if at.release.held else refuse(Code.NOT_HELD, at)


def _is_not_held_yet(command: Command, at: Situation) -> Refusal | None:
    return refuse(Code.ALREADY_HELD, at, at.release.hold.by) if at.release.hold else None


def _quorum_is_reached(command: Command, at: Situation) -> Refusal | None:
    if at.release.state not in WAITING:
        return None
    lack = quorum(left(at.release, at.judgements))
    if at.release.state is State.APPROVED and lack.reached:
        return None
    roles = tuple(f"{role}:{number}" for role, number in lack.missing_roles)
    holders = holders_of(at.rbac, ACTIONS["approve"].scope, at.release.service, at.release.environment)
    return refuse(Code.QUORUM_MISSING, at, str(lack.missing), known=roles, holders=holders)


def _environment_before_is_done(command: Command, at: Situation) -> Refusal | None:
    before = at.release.plan.follows
    if at.release.state not in WAITING or before is None or at.followed:
        return None
    return refuse(Code.ORDER_NOT_MET, at, before)


def _bake_is_over(command: Command, at: Situation) -> Refusal | None:
    until = at.release.bake_until
    if at.release.state is State.BAKING and until is not None and at.now < until:
        return refuse(Code.STILL_BAKING, at, until=until)
    return None


def _nothing_in_doubt(command: Command, at: Situation) -> Refusal | None:
    return refuse(Code.IN_DOUBT, at, at.release.deployment or "") if at.release.in_doubt else None


def _does_not_move_while_held(command: Command, at: Situation) -> Refusal | None:
    """To say that a deployment never started is to start it again, which a hold forbids; the way back is never held."""
    return _not_held(command, at) if command.outcome == "not_started" else None


def _something_in_doubt(command: Command, at: Situation) -> Refusal | None:
    return None if at.release.in_doubt else refuse(Code.NOT_IN_DOUBT, at)


def _still_live(command: Command, at: Situation) -> Refusal | None:
    if at.release.state is not State.DONE:
        return None
    if at.rival is not None and at.rival.state not in WAITING:
        return refuse(Code.NOT_LIVE, at, at.rival.id)
    current = at.lives[0].release if at.lives else ""
    return None if current == at.release.id else refuse(Code.NOT_LIVE, at, current)


def _there_is_a_way_back(command: Command, at: Situation) -> Refusal | None:
    needs_version = at.release.plan.deployer.kind == "command"
    return refuse(Code.NO_WAY_BACK, at) if needs_version and at.way_back is None else None


_ALWAYS: tuple[Rule, ...] = (_shown_digest_is_current, _scope_is_held, _move_is_in_the_table)

_RULES: dict[str, tuple[Rule, ...]] = {
    "approve": (_asked_by_a_person, _not_the_requester, _not_approved_before),
    "reject": (_asked_by_a_person,),
    "promote": (_nothing_in_doubt, _not_held, _quorum_is_reached, _environment_before_is_done, _bake_is_over),
    "hold": (_is_not_held_yet,),
    "resume": (_is_held,),
    "rollback": (_still_live, _there_is_a_way_back),
    "abort": (),
    "settle": (_something_in_doubt, _does_not_move_while_held),
    "override": (_asked_by_a_person, _not_the_requester, can_be_overridden, lasts_a_while),
    "withdraw": (_asked_by_a_person, stands),
    "tick": (_asked_by_a_person, items_are_there, items_are_mine),
}
