"""What an action comes to, as JSON: the release, where it stands, and what is in the way of its next step."""

from datetime import datetime

from pydantic import BaseModel, Field

from bot.app import Core
from bot.domain.actor import Actor
from bot.domain.command import Command
from bot.domain.outcome import Outcome
from bot.domain.refusal import Refusal
from bot.engine.dispatch import Request
from bot.views.api_errors import refused

VIA = "http"


class Holder(BaseModel):
    """A role that can clear a blocker, and who holds it."""

    role: str
    users: tuple[str, ...]
    usergroups: tuple[str, ...]
    api_tokens: tuple[str, ...]


class Blocker(BaseModel):
    """One thing that stands in the way."""

    code: str
    message: str
    hint: str
    until: datetime | None = Field(description="The earliest moment at which it can be otherwise.")
    holders: tuple[Holder, ...] = Field(description="Who can clear it.")


class Answer(BaseModel):
    """What came of a request that was not refused."""

    id: str | None = Field(description="The release; null for one that only would be opened.")
    state: str | None = Field(description="Where it stands now.")
    thread: str | None = Field(description="Address of its thread in Slack; null while there is none.")
    blockers: tuple[Blocker, ...] | None = Field(
        description="What stands in the way of its next step; null for a token that may not read it."
    )
    action: str
    happened: tuple[str, ...] = Field(description="The events that this caused, or with `noop` would cause.")
    noop: bool
    replayed: bool = Field(description="Whether this is the answer to an earlier request with the same key.")


def answer_of(core: Core, outcome: Outcome, actor: Actor) -> Answer:
    """The answer to an outcome without refusal. Blocking."""
    release = core.questions.release(outcome.release) if outcome.release else None
    return Answer(
        id=release.id if release else None,
        state=release.state.value if release else None,
        thread=(core.questions.thread_link(release) or None) if release else None,
        blockers=ahead_of(core, release.id, actor) if release else (),
        action=outcome.action,
        happened=outcome.happened,
        noop=outcome.noop,
        replayed=outcome.replayed,
    )


def ahead_of(core: Core, release: str, actor: Actor) -> tuple[Blocker, ...] | None:
    """What stands between a release and its next step; None for an actor without the right to ask. Dispatch says both,
    and a question that is only asked beside another (`noop`) leaves no line in the journal. Blocking."""
    outcome = core.dispatch.run(Request(Command(action="why", target=release, noop=True), actor, VIA))
    return tuple(blocker(one) for one in outcome.blockers) if outcome.accepted else None


def blocker(refusal: Refusal) -> Blocker:
    """A refusal as one entry of the list."""
    message, hint = refused(refusal)
    holders = tuple(
        Holder(role=one.role, users=one.users, usergroups=one.usergroups, api_tokens=one.api_tokens)
        for one in refusal.holders
    )
    return Blocker(code=refusal.code.value, message=message, hint=hint, until=refusal.until, holders=holders)
