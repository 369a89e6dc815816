"""What the gates of a release say, as JSON."""

from datetime import datetime

from pydantic import BaseModel, Field

from bot.domain.release import Release
from bot.domain.service import ChecklistGate, GateSpec
from bot.domain.verdict import Judgement, Override, Reason
from bot.views.gate_modes import would_have
from bot.views.plain import words
from bot.views.verdicts import sentence


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


def gate_verdicts(release: Release, judgements: tuple[Judgement, ...]) -> tuple[GateVerdict, ...]:
    """Every gate of the plan with its verdict, in order."""
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
