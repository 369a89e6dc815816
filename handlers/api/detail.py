"""A release as JSON: everything that its card shows, and the lines of its ledger."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from bot.app import Core
from bot.domain.approvals import counted, quorum
from bot.domain.journal import Entry
from bot.domain.release import Release
from handlers.api.answers import Blocker
from handlers.api.gate_detail import GateVerdict, gate_verdicts


class Given(BaseModel):
    """An approval that counts."""

    person: str
    roles: tuple[str, ...]
    reason: str
    at: datetime


class Approvals(BaseModel):
    """How far the approvals reach."""

    count: int
    roles: dict[str, int]
    missing: int
    missing_roles: dict[str, int]
    given: tuple[Given, ...]


class ReleaseDetail(BaseModel):
    """One release."""

    id: str
    state: str
    thread: str | None
    blockers: tuple[Blocker, ...]
    service: str
    environment: str
    version: str
    artifact: str | None = Field(description="Digest of the artifact, as it was given when the release was opened.")
    digest: str = Field(description="What is being decided on; send its beginning as `seen`.")
    previous: str | None
    requester: str
    person: str | None
    reason: str
    opened_at: datetime
    expires_at: datetime
    changed_at: datetime
    held: bool
    in_doubt: bool
    step: int | None = Field(description="Index of the rollout step that it stands on; null before the first.")
    steps: tuple[int, ...]
    percent: int
    bake_until: datetime | None
    approvals: Approvals
    gates: tuple[GateVerdict, ...]


class ReleaseList(BaseModel):
    """Releases, newest first."""

    releases: tuple[ReleaseDetail, ...]


class Line(BaseModel):
    """One line of the ledger. `hash` covers all of it and `prev`, the hash of the line before; `body` is the event's
    JSON as it was hashed."""

    seq: int
    at: datetime
    actor: str
    via: str
    kind: str
    body: str
    prev: str
    hash: str


class Lines(BaseModel):
    """A page of a release's ledger."""

    id: str
    events: tuple[Line, ...]
    next: int | None = Field(description="Send it as `after` for the next page; null on the last.")


def detail(core: Core, release: Release, blockers: tuple[Blocker, ...]) -> ReleaseDetail:
    """A release with its verdicts as they are now."""
    same: dict[str, Any] = {
        name: getattr(release, name)
        for name in ("id", "service", "environment", "version", "digest", "previous", "person", "reason", "held")
    } | {
        name: getattr(release, name)
        for name in ("opened_at", "expires_at", "changed_at", "in_doubt", "percent", "bake_until")
    }
    return ReleaseDetail(
        state=release.state.value,
        thread=core.questions.thread_link(release) or None,
        blockers=blockers,
        artifact=release.artifact or None,
        requester=release.requester.name,
        step=release.step if release.step >= 0 else None,
        steps=release.plan.strategy.steps,
        approvals=_approvals(release),
        gates=gate_verdicts(release, core.questions.judged(release)),
        **same,
    )


def ledger_line(entry: Entry) -> Line:
    """A line of the ledger as it stands there."""
    return Line(kind=entry.event.kind, **entry.model_dump(exclude={"stream"}))


def _approvals(release: Release) -> Approvals:
    rule, reach = release.plan.approvals, quorum(release)
    given = (Given(person=one.person, roles=one.roles, reason=one.reason, at=one.at) for one in counted(release))
    return Approvals(
        count=rule.count,
        roles=dict(rule.roles),
        missing=reach.missing,
        missing_roles=dict(reach.missing_roles),
        given=tuple(given),
    )
