"""The table of judges: every kind of gate that configuration may name has exactly one."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, get_args

from bot.domain.release import Release
from bot.domain.service import GateSpec, When
from bot.domain.verdict import Judgement
from bot.gates.canary import judge_canary
from bot.gates.check import judge_check
from bot.gates.checklist import judge_checklist
from bot.gates.command import judge_command
from bot.gates.load import judge_load
from bot.gates.quorum import judge_quorum
from bot.gates.slo import judge_slo

Judge = Callable[[Any, Release, datetime], Judgement]
"""A judge takes the spec of its own kind, which the table guarantees."""


class UnknownGate(RuntimeError):
    """A kind of gate has no judge, or a judge has no kind."""


def build_table(judges: Mapping[str, Judge]) -> Mapping[str, Judge]:
    """The table, checked against the kinds that configuration knows; raises UnknownGate."""
    kinds = {spec.model_fields["kind"].annotation for spec in get_args(get_args(GateSpec)[0])}
    known = {get_args(kind)[0] for kind in kinds}
    if wrong := sorted(known ^ judges.keys()):
        raise UnknownGate(", ".join(wrong))
    return MappingProxyType(dict(judges))


GATES = build_table(
    {
        "check": judge_check,
        "checklist": judge_checklist,
        "slo": judge_slo,
        "canary": judge_canary,
        "quorum": judge_quorum,
        "command": judge_command,
        "load": judge_load,
    }
)


def judge(spec: GateSpec, release: Release, now: datetime) -> Judgement:
    """What one gate says now, from the facts that the release holds. Raises UnknownGate."""
    if spec.kind not in GATES:
        raise UnknownGate(spec.kind)
    return GATES[spec.kind](spec, release, now)


def judge_all(release: Release, now: datetime, *moments: When) -> tuple[Judgement, ...]:
    """What the gates of these moments say, in the order of the plan, with the overrides that hold; of every moment when
    none is named."""
    said = (judge(spec, release, now) for spec in release.plan.gates_for(*(moments or When)))
    return tuple(_overridden(judgement, release, now) for judgement in said)


def _overridden(judgement: Judgement, release: Release, now: datetime) -> Judgement:
    override = release.override_of(judgement.gate, now)
    return judgement.model_copy(update={"override": override}) if override else judgement
