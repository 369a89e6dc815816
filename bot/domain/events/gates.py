"""What people and Interlock say about a release's gates, beside what the gates say themselves."""

from datetime import datetime
from typing import Literal

from bot.domain.events.base import Body
from bot.domain.verdict import Reason, Verdict


class GateOverridden(Body):
    """A person let the release pass a gate until a moment. `verdict` and `reasons` are what the gate said then; it
    holds for this digest alone."""

    kind: Literal["gate_overridden"] = "gate_overridden"
    gate: str
    person: str
    reason: str
    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    until: datetime
    digest: str


class OverrideWithdrawn(Body):
    """A person took an override back; the gate counts again."""

    kind: Literal["override_withdrawn"] = "override_withdrawn"
    gate: str
    reason: str = ""


class OverrideLapsed(Body):
    """The time of an override is over; the gate counts again."""

    kind: Literal["override_lapsed"] = "override_lapsed"
    gate: str


class GateWarned(Body):
    """A gate that only advises failed; nothing is stopped by it. Said once in a step."""

    kind: Literal["gate_warned"] = "gate_warned"
    gate: str
    reasons: tuple[Reason, ...] = ()


class ItemTicked(Body):
    """A person says that an item of a checklist is done, for this digest."""

    kind: Literal["item_ticked"] = "item_ticked"
    gate: str
    item: str
    person: str
    digest: str


class ItemUnticked(Body):
    """A person says that an item of a checklist is not done after all."""

    kind: Literal["item_unticked"] = "item_unticked"
    gate: str
    item: str
    person: str
