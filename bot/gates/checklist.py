"""The checklist gate: every item ticked by a person, for what is being decided now."""

from datetime import datetime

from bot.domain.release import Release
from bot.domain.service import ChecklistGate, ChecklistItem
from bot.domain.verdict import Judgement, Verdict
from bot.gates.finding import conclude, found


def judge_checklist(spec: ChecklistGate, release: Release, now: datetime) -> Judgement:
    """Pending while an item is open, with each of them; it passes when none is left."""
    ticks = [release.tick_of(spec.name, item.id) for item in spec.items]
    done = [tick for tick in ticks if tick is not None]
    as_of = max((tick.at for tick in done), default=None)
    if len(done) == len(ticks):
        return conclude(spec, [], as_of)
    progress = found(Verdict.PENDING, "checklist.progress", len(done), len(ticks))
    missing = [item for item, tick in zip(spec.items, ticks, strict=True) if tick is None]
    return conclude(spec, [progress, *(found(Verdict.PENDING, _code(one), detail=one.text) for one in missing)], as_of)


def _code(item: ChecklistItem) -> str:
    """`checklist.open` for an item that anybody with `gate:tick` may tick, else with who has to."""
    needs = " or ".join(item.roles) or item.scope or ""
    return f"checklist.open:{needs}" if needs else "checklist.open"
