"""Things to do outside, stored with the event that caused them (design 4)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Task(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    release: str


class OpenThread(_Task):
    """Post the root message with the card."""

    kind: Literal["open_thread"] = "open_thread"


class PostLog(_Task):
    """Post one ledger entry as a reply in the thread; `broadcast` also shows it in the channel."""

    kind: Literal["post_log"] = "post_log"
    seq: int
    broadcast: bool = False


class EditCard(_Task):
    """Bring the card up to date; many of these become one. `urgent` goes out at once."""

    kind: Literal["edit_card"] = "edit_card"
    urgent: bool = False


class Tell(_Task):
    """Tell one person about an entry, in a direct message."""

    kind: Literal["tell"] = "tell"
    person: str
    seq: int


class StartStep(_Task):
    """Ask the deployer to move traffic to a step's share."""

    kind: Literal["start_step"] = "start_step"
    step: int
    deployment: str


class StartRollback(_Task):
    """Ask the deployer to bring traffic back."""

    kind: Literal["start_rollback"] = "start_rollback"
    deployment: str


class Measure(_Task):
    """Read a gate's source and record what it shows."""

    kind: Literal["measure"] = "measure"
    gate: str


class BakeOver(_Task):
    """Look whether a step's bake is over and the next may start."""

    kind: Literal["bake_over"] = "bake_over"
    step: int


class Expire(_Task):
    """End a release that nobody finished."""

    kind: Literal["expire"] = "expire"


class SealEvidence(_Task):
    """Seal the evidence as it stood before the entry `seq`; `lock` when the release ended there."""

    kind: Literal["seal_evidence"] = "seal_evidence"
    seq: int
    lock: bool = False


class ArchiveEvidence(_Task):
    """Put locked evidence where nobody can delete it; `seq` is the entry that recorded it."""

    kind: Literal["archive_evidence"] = "archive_evidence"
    seq: int


class OverrideOver(_Task):
    """Look whether the override of a gate is over."""

    kind: Literal["override_over"] = "override_over"
    gate: str


Task = Annotated[
    OpenThread
    | PostLog
    | EditCard
    | Tell
    | StartStep
    | StartRollback
    | Measure
    | BakeOver
    | Expire
    | OverrideOver
    | SealEvidence
    | ArchiveEvidence,
    Field(discriminator="kind"),
]


@dataclass(frozen=True, slots=True)
class Effect:
    """A task with its place in the queue. One `key` is queued once; queueing it again while it waits only brings it up
    to date. Effects of one `lane` are carried out one after another, in the order of their queueing."""

    key: str
    task: Task
    due_at: datetime
    lane: str
