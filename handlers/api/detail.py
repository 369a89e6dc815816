"""A release as JSON: everything that its card shows, and the lines of its ledger."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from bot.app import Core
from bot.domain.approvals import counted, quorum
from bot.domain.journal import Entry
from bot.domain.release import Release
from bot.domain.service import ChecklistGate, GateSpec
from bot.domain.verdict import Judgement, Override, Reason
from bot.views.gate_modes import would_have
from bot.views.plain import words
from bot.views.verdicts import sentence
from handlers.api.answers import Blocker


class Finding(BaseModel):
    """One reason of a verdict, with the numbers behind it."""

    code: str
    message: str
    observed: float | None
    limit: float | None
    samples: int | None


class OverrideShown(BaseModel):
    """A person's word that a gate does not count for a while."""

    person: str
    reason: str
    at: datetime
    until: datetime


class ItemShown(BaseModel):
    """An item of a checklist, and who ticked it."""

    id: str
    text: str
    scope: str | None
    roles: tuple[str, ...]
    person: str | None
    at: datetime | None


class GateVerdict(BaseModel):
    """What a gate says now. Only `pass` opens."""

    name: str
    kind: str
    when: str = Field(description="The moment at which it speaks: open, promote, bake or verify.")
    required: bool
    mode: str = Field(description="What its word does: enforce, hold, advise, or shadow.")
    verdict: str
    would_have: str | None = Field(description="What a gate in shadow would have done; null where nothing.")
    override: OverrideShown | None = Field(description="Who answers for it instead, while that lasts.")
    items: tuple[ItemShown, ...] = Field(description="The items of a checklist; empty for other kinds.")
    reasons: tuple[Finding, ...]
    as_of: datetime | None
    stale_at: datetime | None
    link: str | None


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
        gates=_gates(release, core.questions.judged(release)),
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


def _gates(release: Release, judgements: tuple[Judgement, ...]) -> tuple[GateVerdict, ...]:
    said = {judgement.gate: judgement for judgement in judgements}
    return tuple(
        GateVerdict(
            name=gate.name,
            kind=gate.kind,
            when=gate.when.value,
            required=gate.required,
            mode=gate.mode.value,
            would_have=would_have(gate, said[gate.name].verdict, release.state) or None,
            override=_override(said[gate.name].override),
            items=_items(gate, release),
            verdict=said[gate.name].verdict.value,
            reasons=tuple(_finding(reason) for reason in said[gate.name].reasons),
            as_of=said[gate.name].as_of,
            stale_at=said[gate.name].stale_at,
            link=said[gate.name].link or None,
        )
        for gate in release.plan.gates
    )


def _override(override: Override | None) -> OverrideShown | None:
    if override is None:
        return None
    return OverrideShown(person=override.person, reason=override.reason, at=override.at, until=override.until)


def _items(gate: GateSpec, release: Release) -> tuple[ItemShown, ...]:
    if not isinstance(gate, ChecklistGate):
        return ()
    ticked = [(item, release.tick_of(gate.name, item.id)) for item in gate.items]
    return tuple(
        ItemShown(person=tick.person if tick else None, at=tick.at if tick else None, **item.model_dump())
        for item, tick in ticked
    )


def _finding(reason: Reason) -> Finding:
    numbers = reason.model_dump(include={"observed", "limit", "samples"})
    return Finding(code=reason.code, message=words(sentence(reason)), **numbers)
