"""A person uses an element: a button, a menu, a select, in a message, a modal or the home tab."""

from __future__ import annotations

from typing import Any

from bot.sandbox import forms
from bot.sandbox.control.act import answer
from bot.sandbox.control.asked import Refused, channel_of, person, text
from bot.sandbox.core import Core
from bot.sandbox.model import Json, Message, View
from bot.sandbox.strict.ids import elements

CARRIED = ("text", "value", "style", "placeholder", "confirm")
"""Keys of an element that come along in `actions[0]`."""


async def click(core: Core, asked: Json) -> Json:
    user = person(core, asked)
    if asked.get("view_id"):
        view = core.state.view(text(asked, "view_id"))
        if view is None or view.user != user.id:
            raise Refused("view_not_found")
        _typed_so_far(view, asked.get("values") or {})
        action = _action(core, asked, view.blocks)
        _keep(view, action)
        outcome = await core.courier.ask("interactive", "block_actions", core.payloads.view_click(user, view, action))
        return answer(core, user, "", outcome)
    channel = channel_of(core, asked, user)
    message = core.state.message(channel.id, text(asked, "ts"))
    if message is None or message.ephemeral_to not in ("", user.id):
        raise Refused("message_not_found")
    action = _action(core, asked, message.blocks)
    values = _values(message, action)
    payload = core.payloads.message_click(user, message, action, values)
    outcome = await core.courier.ask("interactive", "block_actions", payload)
    return answer(core, user, channel.id, outcome, message.thread_ts)


async def suggest(core: Core, asked: Json) -> Json:
    """What an external select in a view offers for the typed text: `{options}` or `{option_groups}` from the app."""
    user = person(core, asked)
    view = core.state.view(text(asked, "view_id"))
    if view is None or view.user != user.id:
        raise Refused("view_not_found")
    block, element = _find(asked, view.blocks)
    typed = str(asked.get("value") or "")
    payload = core.payloads.suggestion(user, view, block["block_id"], element["action_id"], typed)
    return answer(core, user, "", await core.courier.ask("interactive", "block_suggestion", payload))


def _action(core: Core, asked: Json, blocks: list[Json]) -> Json:
    block, element = _find(asked, blocks)
    action: Json = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": core.clock.ts(),
    }
    action |= {name: element[name] for name in CARRIED if name in element}
    if element["type"] != "button":
        action |= _chosen(element, asked)
    return action


def _find(asked: Json, blocks: list[Json]) -> tuple[Json, Json]:
    """The one element that is really there; several with this action_id need block_id, or for buttons a value."""
    action_id, block_id, value = text(asked, "action_id"), asked.get("block_id"), asked.get("value")
    found = [
        (block, one)
        for block in blocks
        for one in elements(block)
        if one.get("action_id") == action_id and block_id in (None, "", block["block_id"])
    ]
    if len(found) > 1 and value is not None:
        found = [(block, one) for block, one in found if one.get("value") == value]
    if not found:
        present = [one["action_id"] for block in blocks for one in elements(block) if "action_id" in one]
        raise Refused("element_not_found", present=present)
    if len(found) > 1:
        raise Refused("element_ambiguous", hint="give block_id")
    return found[0]


def _chosen(element: Json, asked: Json) -> Json:
    plain: Any = asked.get("selected_options")
    for name in ("selected", "value", "selected_option", "selected_user", "selected_users"):
        plain = asked.get(name) if plain is None else plain
    if isinstance(plain, dict):
        plain = plain.get("value")
    if isinstance(plain, list):
        plain = [one.get("value") if isinstance(one, dict) else one for one in plain]
    try:
        entry = forms.typed(element, plain)
    except forms.FormProblem as problem:
        raise Refused("option_not_found", detail=str(problem)) from problem
    if element["type"] == "overflow" and entry["selected_option"] is None:
        raise Refused("option_not_found", detail="an overflow needs `selected`")
    return entry


def _typed_so_far(view: View, values: Any) -> None:
    """The page sends along what stands in the other fields, as Slack's client does."""
    try:
        forms.fill(view, values)
    except forms.FormProblem as problem:
        raise Refused("invalid_values", detail=str(problem)) from problem


def _entry(action: Json) -> Json:
    return {name: action[name] for name in action if name == "type" or name.startswith("selected") or name == "value"}


def _keep(view: View, action: Json) -> None:
    if forms.keeps_value(action):
        view.values.setdefault(action["block_id"], {})[action["action_id"]] = _entry(action)


def _values(message: Message, action: Json) -> Json:
    values = forms.initial_values(message.blocks)
    if forms.keeps_value(action):
        values.setdefault(action["block_id"], {})[action["action_id"]] = _entry(action)
    return values
