"""The checklists of a release as one form of boxes to tick."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from bot.domain.gate_rules import checklists
from bot.domain.message import Block, Modal
from bot.domain.release import Release, Tick
from bot.domain.service import ChecklistGate, ChecklistItem
from bot.views import limits
from bot.views.blocks import mrkdwn, option, plain_text, section
from bot.views.escape import inline
from bot.views.limits import cut
from bot.views.modals import INPUT
from bot.views.people import listed, mention
from bot.views.plain import one_line
from bot.views.pressed import encode
from bot.views.states import title
from bot.views.times import written

_BLOCK = "item"


def ticking(release: Release, now: datetime) -> Modal | None:
    """The form, with what is ticked now; None where no checklist is to be worked on."""
    lists = checklists(release)
    if not lists:
        return None
    boxes = [_boxes(release, gate, number, now) for number, gate in enumerate(lists)]
    head = section(f"*{title(release)}* ({inline(release.id, 20)})\nTicked for this version and these rules alone.")
    return Modal(
        callback="act:tick",
        title=cut(f"Checklist {release.id}", limits.TITLE),
        submit="Save",
        blocks=(head, *boxes),
        private=encode(release, "tick"),
    )


def is_ticking(view: Mapping[str, Any]) -> bool:
    """Whether a submitted view is this form, and not the one that names items in words."""
    return bool(_shown(view))


def changes(view: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """What a person changed in the submitted form, as the fields of at most two ticks; held against what the form
    showed, so that it takes nothing back that a colleague ticked meanwhile."""
    shown = {value for one in _shown(view) for value in _values(one.get("initial_options"))}
    states = ((view.get("state") or {}).get("values") or {}).values()
    entries = [entry for elements in states for entry in elements.values()]
    now = {value for entry in entries for value in _values(entry.get("selected_options"))}
    for names, done in ((now - shown, "yes"), (shown - now, "no")):
        if names:
            yield {"item": ", ".join(sorted(names)), "done": done}


def _boxes(release: Release, gate: ChecklistGate, number: int, now: datetime) -> Block:
    ticks = {item.id: release.tick_of(gate.name, item.id) for item in gate.items}
    options = {item.id: _option(item, ticks[item.id], now) for item in gate.items}
    element: Block = {"type": "checkboxes", "action_id": INPUT, "options": list(options.values())}
    if ticked := [options[name] for name, tick in ticks.items() if tick is not None]:
        element["initial_options"] = ticked
    return {
        "type": "input",
        "block_id": _BLOCK if number == 0 else f"{_BLOCK}:{number}",
        "label": plain_text(_plain(gate.name), limits.LABEL),
        "element": element,
        "optional": True,
    }


def _option(item: ChecklistItem, tick: Tick | None, now: datetime) -> Block:
    """One box: what is to be done, and below it who ticked it and when, or who has to."""
    box = option(_plain(item.text), item.id)
    if tick is not None:
        said = f"Ticked by {mention(tick.person)}, {written(tick.at, now)}"
    elif needs := listed(item.roles, "or") or item.scope or "":
        said = f"Needs {inline(needs, limits.OPTION - len('Needs '))}"
    else:
        return box
    return box | {"description": mrkdwn(said, limits.OPTION)}


def _plain(text: str) -> str:
    return one_line(inline(text, limits.OPTION))


def _shown(view: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    elements = (block.get("element") or {} for block in view.get("blocks") or ())
    return [cast("Mapping[str, Any]", one) for one in elements if one.get("type") == "checkboxes"]


def _values(options: Any) -> set[str]:
    return {str(one.get("value")) for one in options or ()}
