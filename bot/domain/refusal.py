"""A no, as data: a stable code, what is missing, who can give it, and from when it may be asked again."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from bot.domain.rbac import Binding
from bot.domain.verdict import Reason


class Code(StrEnum):
    """Stable codes of refusals and blockers. Surfaces, tests and machines rely on them; sentences stand in views/."""

    UNKNOWN_ACTION = "unknown_action"
    INVALID_INPUT = "invalid_input"
    UNKNOWN_SERVICE = "unknown_service"
    UNKNOWN_ENVIRONMENT = "unknown_environment"
    UNKNOWN_VERSION = "unknown_version"
    UNKNOWN_RELEASE = "unknown_release"
    AMBIGUOUS_RELEASE = "ambiguous_release"
    ALREADY_ACTIVE = "already_active"
    ALREADY_LIVE = "already_live"
    MISSING_SCOPE = "missing_scope"
    NOT_A_PERSON = "not_a_person"
    OWN_RELEASE = "own_release"
    ALREADY_APPROVED = "already_approved"
    WRONG_STATE = "wrong_state"
    NOT_HELD = "not_held"
    ALREADY_HELD = "already_held"
    HELD = "held"
    STALE_CARD = "stale_card"
    PLAN_CHANGED = "plan_changed"
    QUORUM_MISSING = "quorum_missing"
    GATE_NOT_PASSED = "gate_not_passed"
    ORDER_NOT_MET = "order_not_met"
    STILL_BAKING = "still_baking"
    IN_DOUBT = "in_doubt"
    NOT_IN_DOUBT = "not_in_doubt"
    NOT_LIVE = "not_live"
    NO_WAY_BACK = "no_way_back"
    UNKNOWN_GATE = "unknown_gate"
    WRONG_SUBJECT = "wrong_subject"
    NOT_THIS_GATE = "not_this_gate"
    UNKNOWN_ITEM = "unknown_item"
    MISSING_ROLE = "missing_role"


UNIDENTIFIED = "unidentified"
"""Detail of a missing scope: Slack did not say who asks, so nobody can say what they hold."""


class Refusal(BaseModel):
    """Why a request does not go, or what stands in a release's way. `subject` is the thing concerned (a scope, a gate,
    a state, a word that was not understood); `known` lists what would have been understood; `until` is the earliest
    moment at which it can be otherwise; `holders` can clear it; `reasons` are a gate's findings."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Code
    subject: str = ""
    detail: str = ""
    release: str = ""
    known: tuple[str, ...] = ()
    holders: tuple[Binding, ...] = ()
    until: datetime | None = None
    reasons: tuple[Reason, ...] = ()
