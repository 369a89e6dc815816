"""The release: where one version of one service stands on its way into one environment."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.actor import Actor
from bot.domain.evidence import Fact
from bot.domain.plan import Plan
from bot.domain.states import ACTIVE, State
from bot.domain.verdict import Override, Reason, Verdict


class Approval(BaseModel):
    """One person's agreement to one digest."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    person: str
    roles: tuple[str, ...]
    reason: str
    digest: str
    saw: tuple[str, ...]
    at: datetime


class Hold(BaseModel):
    """Why a release stands still, and by whom; `cause` is a code when the machine holds it for a gate."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    by: str
    reason: str
    cause: str
    gate: str = ""
    verdict: Verdict | None = None
    at: datetime


class Tick(BaseModel):
    """A checklist's item that a person says is done, for one digest."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    gate: str
    item: str
    person: str
    digest: str
    at: datetime


class Ending(BaseModel):
    """How a release came to its end or onto its way back: a code (`asked`, `gate`, `deployment`, …) and the words."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    by: str
    cause: str
    gate: str = ""
    reasons: tuple[Reason, ...] = ()
    reason: str = ""
    at: datetime


class Sealed(BaseModel):
    """The newest locked evidence of a release: where it lies below the folder of evidence, and who signed it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str
    content_sha256: str
    number: int
    key_ids: tuple[str, ...]
    at: datetime


class Release(BaseModel):
    """One version of one service on its way into one environment. `seq`, `head`: the last entry of its stream;
    `warned`: the gates whose advice has been told in this step."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    seq: int
    head: str
    service: str
    environment: str
    version: str
    artifact: str
    requester: Actor
    person: str | None
    reason: str
    channel: str
    thread: str | None = None
    previous: str | None
    plan: Plan
    policy: str
    digest: str
    state: State = State.PROPOSED
    opened_at: datetime
    expires_at: datetime
    changed_at: datetime
    approvals: tuple[Approval, ...] = ()
    hold: Hold | None = None
    step: int = -1
    percent: int = 0
    step_at: datetime | None = None
    bake_until: datetime | None = None
    patient_from: datetime | None = None
    asked_at: datetime | None = None
    deployment: str | None = None
    in_doubt: bool = False
    facts: tuple[Fact, ...] = ()
    target: str | None = None
    ending: Ending | None = None
    attempts: int = 0
    mover: str = ""
    sealed: Sealed | None = Field(default=None, exclude_if=lambda value: value is None)
    overrides: tuple[Override, ...] = ()
    ticks: tuple[Tick, ...] = ()
    warned: tuple[str, ...] = ()

    @property
    def is_active(self) -> bool:
        """Whether it occupies the service's place in its environment."""
        return self.state in ACTIVE

    @property
    def held(self) -> bool:
        """Whether nothing may move forward."""
        return self.hold is not None

    @property
    def next_step(self) -> int | None:
        """Index of the step that would come next, or None after the last."""
        return self.step + 1 if self.step < self.plan.last_step else None

    def override_of(self, gate: str, now: datetime) -> Override | None:
        """The override of a gate that holds at a moment, for what is being decided now."""
        standing = (one for one in self.overrides if one.gate == gate and one.digest == self.digest)
        return next((one for one in standing if now < one.until), None)

    def tick_of(self, gate: str, item: str) -> Tick | None:
        """Who ticked an item of a checklist, for what is being decided now."""
        ticked = (one for one in self.ticks if (one.gate, one.item) == (gate, item))
        return next((one for one in ticked if one.digest == self.digest), None)

    def facts_of(self, gate: str) -> tuple[Fact, ...]:
        """What was measured for a gate, oldest first."""
        return tuple(fact for fact in self.facts if fact.gate == gate)
