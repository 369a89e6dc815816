"""Views as forms: made, replaced without losing what was typed, and filled in by a person."""

from __future__ import annotations

import secrets
from typing import Any

from bot.sandbox.core import Core
from bot.sandbox.model import Json, View
from bot.sandbox.state import short_id
from bot.sandbox.strict import views
from bot.sandbox.strict.ids import elements, with_ids

SINGLE = {
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "rich_text_input": "rich_text_value",
}
MANY = {
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
    "file_input": "files",
}
ONE_OPTION = ("static_select", "external_select", "radio_buttons", "overflow")
MANY_OPTIONS = ("multi_static_select", "multi_external_select", "checkboxes")


class FormProblem(Exception):
    """A value that the element on the screen cannot take."""


def make_view(core: Core, user: str, body: Json, type: str, previous: View | None) -> View:
    """A checked view with ids; raises ViewProblem."""
    views.check(body, type)
    external_id = str(body.get("external_id") or "")
    if core.state.view_by_external_id(external_id) is not None:
        raise views.ViewProblem("duplicate_external_id", ["external_id is taken [json-pointer:/view/external_id]"])
    id = short_id("V")
    body = body | {"blocks": with_ids(body["blocks"])}
    root = previous.root_view_id if previous is not None else id
    made = View(id, user, type, body, _hash(core), root, previous.id if previous is not None else None)
    made.values = initial_values(made.blocks)
    return made


def replace_view(core: Core, view: View, body: Json) -> None:
    """New content under the same view id; what was typed stays where block_id and action_id stay."""
    views.check(body, view.type)
    typed = view.values
    view.body = body | {"blocks": with_ids(body["blocks"])}
    view.hash = _hash(core)
    view.values = initial_values(view.blocks)
    for block_id, actions in view.values.items():
        for action_id in actions:
            kept = typed.get(block_id, {}).get(action_id)
            if kept is not None and kept["type"] == actions[action_id]["type"]:
                actions[action_id] = kept


def initial_values(blocks: list[Json]) -> Json:
    """`state.values` of untouched blocks: one entry for every element that keeps a value."""
    values: Json = {}
    for block in blocks:
        for one in elements(block):
            if keeps_value(one):
                values.setdefault(block["block_id"], {})[one["action_id"]] = _initial(one)
    return values


def keeps_value(element: Json) -> bool:
    return element["type"] not in ("button", "overflow", "image")


def typed(element: Json, plain: Any) -> Json:
    """The element's entry in `state.values` for a plain value; raises FormProblem when it cannot take it."""
    type = element["type"]
    if type in SINGLE:
        return {"type": type, SINGLE[type]: plain if plain != "" else None}
    if type in MANY:
        return {"type": type, MANY[type]: list(plain or [])}
    if type in ONE_OPTION:
        return {"type": type, "selected_option": None if plain in (None, "") else option_of(element, plain)}
    if type in MANY_OPTIONS:
        return {"type": type, "selected_options": [option_of(element, one) for one in plain or []]}
    raise FormProblem(f"{type} takes no value")


def fill(view: View, given: Any) -> None:
    """Put plain values (block_id -> action_id -> value) into a view; raises FormProblem, and then changed nothing."""
    if not isinstance(given, dict):
        raise FormProblem("values must be an object of objects")
    present = {
        (block["block_id"], one["action_id"]): one
        for block in view.blocks
        for one in elements(block)
        if keeps_value(one)
    }
    entries: dict[tuple[str, str], Json] = {}
    for block_id, actions in given.items():
        for action_id, plain in (actions or {}).items():
            if (block_id, action_id) not in present:
                raise FormProblem(f"the view has no field {block_id}/{action_id}")
            entries[block_id, action_id] = typed(present[block_id, action_id], plain)
    for (block_id, action_id), entry in entries.items():
        view.values[block_id][action_id] = entry


def is_empty(entry: Json) -> bool:
    """Nothing was typed or chosen; spaces are nothing."""
    values = [value.strip() if isinstance(value, str) else value for name, value in entry.items() if name != "type"]
    return all(value in (None, "", []) for value in values)


def option_of(element: Json, value: str) -> Json:
    """The option object with this value; an external select takes any, as its options live with the app."""
    groups = element.get("option_groups") or []
    every = [*(element.get("options") or []), *(one for group in groups for one in group["options"])]
    for one in every:
        if one["value"] == value:
            return dict(one)
    if "external" in element["type"]:
        return {"text": {"type": "plain_text", "text": str(value), "emoji": True}, "value": str(value)}
    raise FormProblem(f"no option {value!r}; there are {', '.join(repr(one['value']) for one in every)}")


def _initial(element: Json) -> Json:
    type = element["type"]
    if type in ONE_OPTION:
        return {"type": type, "selected_option": element.get("initial_option")}
    if type in MANY_OPTIONS:
        return {"type": type, "selected_options": element.get("initial_options") or []}
    if type in MANY:
        return {"type": type, MANY[type]: element.get(MANY[type].replace("selected", "initial")) or []}
    initial = SINGLE[type].replace("selected", "initial") if "selected" in SINGLE[type] else "initial_value"
    return {"type": type, SINGLE[type]: element.get(initial)}


def _hash(core: Core) -> str:
    return f"{int(core.clock.now())}.{secrets.token_urlsafe(6)}"
