"""Log lines about what people and Interlock say beside the gates: overrides, ticks, advice."""

from bot.domain import events as e
from bot.domain.journal import Entry
from bot.domain.release import Release
from bot.domain.service import ChecklistGate
from bot.views import marks
from bot.views.escape import below, code, inline, passage, quoted
from bot.views.people import mention, who
from bot.views.times import moment, span
from bot.views.verdicts import WORDS, sentence


def gate_overridden(entry: Entry, event: e.GateOverridden) -> str:
    """Who lets the release pass which gate, what it said, until when and why."""
    found = f" ({sentence(event.reasons[0])})" if event.reasons else ""
    until = f"until {moment(event.until, entry.at)}, for {span(event.until - entry.at)}"
    return (
        f"{marks.ATTENTION} {mention(event.person)} overrides gate {code(event.gate)}, which says "
        f"“{WORDS[event.verdict]}”{found}. It stops nothing {until}; then it counts again.\n{passage(event.reason)}"
    )


def override_withdrawn(entry: Entry, event: e.OverrideWithdrawn) -> str:
    """Who took an override back."""
    return f"{who(entry.actor)} withdrew the override of gate {code(event.gate)}; it counts again.{below(event.reason)}"


def override_lapsed(event: e.OverrideLapsed) -> str:
    """The time of an override is over."""
    return f"The override of gate {code(event.gate)} is over; the gate counts again."


def gate_warned(event: e.GateWarned) -> str:
    """A gate that only advises failed."""
    found = f": {sentence(event.reasons[0])}" if event.reasons else ""
    return (
        f"{marks.ATTENTION} Gate {code(event.gate)} advises against going on{found}. It stops nothing; "
        "next: look at `gates`, then hold or roll back if it is right."
    )


def item_ticked(release: Release, event: e.ItemTicked) -> str:
    """Who did what, and how much of the checklist is left."""
    text, done, items = _item(release, event.gate, event.item)
    return f"{marks.GOOD} {mention(event.person)} ticked {text} ({done} of {items} of {code(event.gate)})."


def item_unticked(release: Release, event: e.ItemUnticked) -> str:
    """Who took a tick back."""
    text, done, items = _item(release, event.gate, event.item)
    return f"{mention(event.person)} unticked {text}; {done} of {items} of {code(event.gate)} are ticked now."


def _item(release: Release, gate: str, item: str) -> tuple[str, int, int]:
    """The item's words, how many of its checklist are ticked by now, and of how many."""
    spec = release.plan.gate(gate)
    if not isinstance(spec, ChecklistGate):
        return code(item), 0, 0
    known = spec.item(item)
    done = sum(release.tick_of(gate, one.id) is not None for one in spec.items)
    return quoted(known.text, 75) if known else inline(item, 40), done, len(spec.items)
