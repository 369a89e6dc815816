"""Forms: generated from the fields that an action declares."""

from collections.abc import Mapping
from dataclasses import replace

from bot.domain.actions import Action, Field
from bot.domain.gate_rules import needed_gates
from bot.domain.message import Block, Modal
from bot.domain.refusal import Code, Refusal
from bot.domain.release import Release
from bot.views import limits
from bot.views.blocks import option, plain_text, section
from bot.views.escape import clean, inline
from bot.views.limits import cut, length
from bot.views.plain import one_line
from bot.views.pressed import encode
from bot.views.refusals import hint, sentence
from bot.views.states import earlier, title

INPUT = "value"
"""The action_id of every input; its block_id is the field's name."""

_CHOICES = {"started": "It started", "not_started": "It did not start", "yes": "Done", "no": "Not done"}
_TITLES = {"open": "Open a release", "rollback": "Roll back", "settle": "What happened?", "tick": "Checklist"}
_HINTS = {
    "version": "Such as v2.1.0.",
    "environment": "Such as prod.",
    "digest": "Such as sha256:…, when the very artifact is to be named.",
    "duration": "Such as 30m or 2h: one hour unless you say so, a day at most. Then the gate counts again.",
    "item": "Their names, with commas between them.",
    "reason": "Everybody in the channel can read it.",
}
_FIELD_OF = {
    Code.NOT_THIS_GATE: "gate",
    Code.UNKNOWN_ITEM: "item",
    Code.MISSING_ROLE: "item",
    Code.UNKNOWN_SERVICE: "service",
    Code.UNKNOWN_VERSION: "version",
    Code.ALREADY_LIVE: "version",
    Code.UNKNOWN_ENVIRONMENT: "environment",
    Code.ALREADY_ACTIVE: "service",
}


def form(action: Action, release: Release | None, values: Mapping[str, str] | None = None) -> Modal:
    """The form of an action; `values` are filled in by name, as far as they fit."""
    given = values or {}
    verb = _TITLES.get(action.name, action.name.capitalize())
    blocks: list[Block] = []
    if release is not None:
        blocks.append(section(f"*{title(release)}* ({inline(release.id, 20)}){_consequence(action, release)}"))
    blocks += [_input(_for_now(field, action, release), given.get(field.name, "")) for field in action.fields]
    return Modal(
        callback=f"act:{action.name}",
        title=cut(f"{verb} {release.id}" if release and action.name != "settle" else verb, limits.TITLE),
        submit=cut(_TITLES.get(action.name, action.name.capitalize()) if action.name != "settle" else "Say it", 24),
        blocks=tuple(blocks) or (section("Nothing more is needed."),),
        private=encode(release, action.name) if release else "",
    )


def _for_now(field: Field, action: Action, release: Release | None) -> Field:
    """The field with what it can be now, where that is a short list."""
    if release is None or field.name != "gate":
        return field
    if action.name == "withdraw":
        return replace(field, choices=tuple(one.gate for one in release.overrides))
    return replace(field, choices=tuple(gate.name for gate in needed_gates(release.plan, release.state)))


def field_errors(refusal: Refusal) -> dict[str, str]:
    """The refusal as errors beside the fields concerned, by block id; empty when no field of a form is."""
    named = refusal.subject if refusal.code is Code.INVALID_INPUT else _FIELD_OF.get(refusal.code, "")
    if not named:
        return {}
    return {named: cut(one_line(f"{sentence(refusal)} {hint(refusal)}"), limits.CONFIRM_TEXT)}


def as_view(modal: Modal) -> dict[str, object]:
    """The form as the view that Slack opens."""
    return {
        "type": "modal",
        "callback_id": modal.callback,
        "title": plain_text(modal.title, limits.TITLE),
        "submit": plain_text(modal.submit, limits.TITLE),
        "close": plain_text("Cancel", limits.TITLE),
        "blocks": list(modal.blocks),
        "private_metadata": modal.private,
    }


def _consequence(action: Action, release: Release) -> str:
    if action.name == "rollback":
        return f"\nAll traffic goes back to {earlier(release)}."
    return f"\nThis will {action.summary}." if action.destructive or action.name == "hold" else ""


def _input(field: Field, value: str) -> Block:
    block: Block = {
        "type": "input",
        "block_id": field.name,
        "label": plain_text(field.label, limits.LABEL),
        "element": _menu(field, value) if field.choices else _text(field, value),
        "optional": not field.required,
    }
    return block | {"hint": plain_text(_HINTS[field.name], limits.HINT)} if field.name in _HINTS else block


def _menu(field: Field, value: str) -> Block:
    options = {choice: option(_CHOICES.get(choice, one_line(choice)), choice) for choice in field.choices}
    element: Block = {"type": "static_select", "action_id": INPUT, "options": list(options.values())}
    chosen = value or (field.choices[0] if field.required and len(field.choices) == 1 else "")
    return element | {"initial_option": options[chosen]} if chosen in options else element


def _text(field: Field, value: str) -> Block:
    most = min(field.limit, limits.INPUT)
    element: Block = {"type": "plain_text_input", "action_id": INPUT, "multiline": field.multiline, "max_length": most}
    filled = clean(value).strip()
    return element | {"initial_value": filled} if filled and length(filled) <= most else element
