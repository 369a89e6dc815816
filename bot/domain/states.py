"""The life of a release as a table: which move leads from which state to which."""

from enum import StrEnum


class State(StrEnum):
    """Where a release stands (design 3). `held` is a flag beside it."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    ROLLING = "rolling"
    BAKING = "baking"
    VERIFYING = "verifying"
    DONE = "done"
    REJECTED = "rejected"
    EXPIRED = "expired"
    ABORTED = "aborted"
    FAILED = "failed"
    ROLLING_BACK = "rolling_back"
    ROLLED_BACK = "rolled_back"


class Move(StrEnum):
    """Something that happens to a release; people ask for the first group, the machine for the second."""

    APPROVE = "approve"
    REJECT = "reject"
    PROMOTE = "promote"
    HOLD = "hold"
    RESUME = "resume"
    ROLLBACK = "rollback"
    ABORT = "abort"
    SETTLE = "settle"
    OVERRIDE = "override"
    WITHDRAW = "withdraw"
    TICK = "tick"

    CLEAR = "clear"
    VOID = "void"
    EXPIRE = "expire"
    SHIFTED = "shifted"
    ARRIVED = "arrived"
    ADVANCE = "advance"
    VERIFIED = "verified"
    RETURNED = "returned"
    FAIL = "fail"
    RECORD = "record"


S, M = State, Move

TABLE: dict[tuple[State, Move], State] = {
    # waiting for people and gates
    (S.PROPOSED, M.APPROVE): S.PROPOSED,
    (S.PROPOSED, M.CLEAR): S.APPROVED,
    (S.PROPOSED, M.VOID): S.PROPOSED,
    (S.PROPOSED, M.REJECT): S.REJECTED,
    (S.PROPOSED, M.EXPIRE): S.EXPIRED,
    (S.PROPOSED, M.ABORT): S.ABORTED,
    (S.PROPOSED, M.HOLD): S.PROPOSED,
    (S.PROPOSED, M.RESUME): S.PROPOSED,
    (S.PROPOSED, M.RECORD): S.PROPOSED,
    (S.PROPOSED, M.OVERRIDE): S.PROPOSED,
    (S.PROPOSED, M.WITHDRAW): S.PROPOSED,
    (S.PROPOSED, M.TICK): S.PROPOSED,
    (S.APPROVED, M.VOID): S.PROPOSED,
    (S.APPROVED, M.REJECT): S.REJECTED,
    (S.APPROVED, M.EXPIRE): S.EXPIRED,
    (S.APPROVED, M.ABORT): S.ABORTED,
    (S.APPROVED, M.HOLD): S.APPROVED,
    (S.APPROVED, M.RESUME): S.APPROVED,
    (S.APPROVED, M.RECORD): S.APPROVED,
    (S.APPROVED, M.OVERRIDE): S.APPROVED,
    (S.APPROVED, M.WITHDRAW): S.APPROVED,
    (S.APPROVED, M.TICK): S.APPROVED,
    (S.APPROVED, M.PROMOTE): S.ROLLING,
    # moving traffic: SHIFTED after a step below 100 %, ARRIVED after the last
    (S.ROLLING, M.SHIFTED): S.BAKING,
    (S.ROLLING, M.ARRIVED): S.VERIFYING,
    (S.ROLLING, M.SETTLE): S.ROLLING,
    (S.ROLLING, M.HOLD): S.ROLLING,
    (S.ROLLING, M.RESUME): S.ROLLING,
    (S.ROLLING, M.RECORD): S.ROLLING,
    (S.ROLLING, M.WITHDRAW): S.ROLLING,
    (S.ROLLING, M.TICK): S.ROLLING,
    (S.ROLLING, M.ROLLBACK): S.ROLLING_BACK,
    (S.ROLLING, M.ABORT): S.ROLLING_BACK,
    (S.BAKING, M.ADVANCE): S.ROLLING,
    (S.BAKING, M.PROMOTE): S.ROLLING,
    (S.BAKING, M.HOLD): S.BAKING,
    (S.BAKING, M.RESUME): S.BAKING,
    (S.BAKING, M.RECORD): S.BAKING,
    (S.BAKING, M.OVERRIDE): S.BAKING,
    (S.BAKING, M.WITHDRAW): S.BAKING,
    (S.BAKING, M.TICK): S.BAKING,
    (S.BAKING, M.ROLLBACK): S.ROLLING_BACK,
    (S.BAKING, M.ABORT): S.ROLLING_BACK,
    (S.VERIFYING, M.VERIFIED): S.DONE,
    (S.VERIFYING, M.HOLD): S.VERIFYING,
    (S.VERIFYING, M.RESUME): S.VERIFYING,
    (S.VERIFYING, M.RECORD): S.VERIFYING,
    (S.VERIFYING, M.OVERRIDE): S.VERIFYING,
    (S.VERIFYING, M.WITHDRAW): S.VERIFYING,
    (S.VERIFYING, M.TICK): S.VERIFYING,
    (S.VERIFYING, M.ROLLBACK): S.ROLLING_BACK,
    (S.VERIFYING, M.ABORT): S.ROLLING_BACK,
    # the way back; a failed one is tried again or taken over by hand
    (S.DONE, M.ROLLBACK): S.ROLLING_BACK,
    (S.ROLLING_BACK, M.RETURNED): S.ROLLED_BACK,
    (S.ROLLING_BACK, M.FAIL): S.FAILED,
    (S.ROLLING_BACK, M.SETTLE): S.ROLLING_BACK,
    (S.FAILED, M.ROLLBACK): S.ROLLING_BACK,
    (S.FAILED, M.ABORT): S.ABORTED,
}

ENDED = frozenset(state for state in State if not any(start is state for start, _ in TABLE))
"""States without a way out."""

ACTIVE = frozenset(State) - ENDED - {State.DONE}
"""States that occupy the service's place in its environment."""

WAITING = frozenset({State.PROPOSED, State.APPROVED})
"""States in which no traffic has moved yet."""

MOVING = frozenset({State.ROLLING, State.BAKING, State.VERIFYING})
"""States in which the new version serves traffic."""


def legal_moves(state: State) -> frozenset[Move]:
    """The moves that the table has for a state."""
    return frozenset(move for start, move in TABLE if start is state)
