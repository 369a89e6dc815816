"""Exit codes, the same for every command (design 7), and which of them a refusal ends with."""

from enum import IntEnum

from bot.domain.refusal import Code, Refusal


class Exit(IntEnum):
    """What a command came to. Whoever calls it can tell "not now" from "not you" from "not like this"."""

    DONE = 0
    FAILED = 2
    REFUSED = 3
    INVALID = 4
    INFRASTRUCTURE = 5
    INTERRUPTED = 130


EXITS: dict[Code, Exit] = {
    # what was typed means nothing here
    Code.UNKNOWN_ACTION: Exit.INVALID,
    Code.INVALID_INPUT: Exit.INVALID,
    Code.UNKNOWN_SERVICE: Exit.INVALID,
    Code.UNKNOWN_ENVIRONMENT: Exit.INVALID,
    Code.UNKNOWN_VERSION: Exit.INVALID,
    Code.UNKNOWN_RELEASE: Exit.INVALID,
    Code.AMBIGUOUS_RELEASE: Exit.INVALID,
    Code.UNKNOWN_GATE: Exit.INVALID,
    Code.WRONG_SUBJECT: Exit.INVALID,
    Code.UNKNOWN_ITEM: Exit.INVALID,
    # somebody else could do it
    Code.MISSING_SCOPE: Exit.REFUSED,
    Code.NOT_A_PERSON: Exit.REFUSED,
    Code.OWN_RELEASE: Exit.REFUSED,
    Code.ALREADY_APPROVED: Exit.REFUSED,
    Code.MISSING_ROLE: Exit.REFUSED,
    # nobody could do it now
    Code.ALREADY_ACTIVE: Exit.FAILED,
    Code.ALREADY_LIVE: Exit.FAILED,
    Code.WRONG_STATE: Exit.FAILED,
    Code.NOT_HELD: Exit.FAILED,
    Code.ALREADY_HELD: Exit.FAILED,
    Code.HELD: Exit.FAILED,
    Code.STALE_CARD: Exit.FAILED,
    Code.PLAN_CHANGED: Exit.FAILED,
    Code.QUORUM_MISSING: Exit.FAILED,
    Code.GATE_NOT_PASSED: Exit.FAILED,
    Code.ORDER_NOT_MET: Exit.FAILED,
    Code.STILL_BAKING: Exit.FAILED,
    Code.IN_DOUBT: Exit.FAILED,
    Code.NOT_IN_DOUBT: Exit.FAILED,
    Code.NOT_LIVE: Exit.FAILED,
    Code.NO_WAY_BACK: Exit.FAILED,
    Code.NOT_THIS_GATE: Exit.FAILED,
}
"""Every refusal's exit code. 4: invalid, 3: it needs somebody else, 2: a gate or a rule says not now."""


def exit_of(refusal: Refusal) -> Exit:
    """The exit code of a refusal."""
    return EXITS[refusal.code]
