"""Interactive elements: which keys each takes, how long they may be, where it may stand (slack-facts 2.1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.sandbox.model import Json
from bot.sandbox.strict.findings import Findings
from bot.sandbox.strict.texts import ANY, PLAIN, confirm, option, options, text

COMMON = "type action_id confirm focus_on_load placeholder"
SELECTS = ("static_select", "external_select", "users_select", "conversations_select", "channels_select")
MULTI_SELECTS = tuple(f"multi_{one}" for one in SELECTS)
PICKERS = ("datepicker", "timepicker", "datetimepicker")
CHOICES = ("checkboxes", "radio_buttons")
INPUTS = ("plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input", "file_input")
IN_ACTIONS = ("button", "overflow", *SELECTS, *PICKERS, *CHOICES)
IN_SECTION = (*IN_ACTIONS, *MULTI_SELECTS, "image")
IN_INPUT = (*INPUTS, *SELECTS, *MULTI_SELECTS, *PICKERS, *CHOICES)

EXTRA_KEYS = {
    "static_select": "options option_groups initial_option",
    "external_select": "min_query_length initial_option",
    "users_select": "initial_user",
    "conversations_select": "initial_conversation default_to_current_conversation response_url_enabled filter",
    "channels_select": "initial_channel response_url_enabled",
    "multi_static_select": "options option_groups initial_options max_selected_items",
    "multi_external_select": "min_query_length initial_options max_selected_items",
    "multi_users_select": "initial_users max_selected_items",
    "multi_conversations_select": "initial_conversations default_to_current_conversation filter max_selected_items",
    "multi_channels_select": "initial_channels max_selected_items",
    "datepicker": "initial_date",
    "timepicker": "initial_time timezone",
    "datetimepicker": "initial_date_time",
    "checkboxes": "options initial_options",
    "radio_buttons": "options initial_option",
    "plain_text_input": "initial_value multiline min_length max_length dispatch_action_config",
    "email_text_input": "initial_value dispatch_action_config",
    "url_text_input": "initial_value dispatch_action_config",
    "number_input": "initial_value is_decimal_allowed min_value max_value dispatch_action_config",
    "rich_text_input": "initial_value dispatch_action_config",
    "file_input": "filetypes max_files",
}


def element(found: Findings, value: Any, pointer: str, allowed: tuple[str, ...]) -> None:
    if not found.object(value, pointer):
        return
    type = value.get("type")
    if type not in allowed:
        found.add(f"{pointer}/type", f"unsupported type: {type}")
        return
    SPECIAL.get(type, _plain_element)(found, value, pointer)


def _plain_element(found: Findings, value: Json, pointer: str) -> None:
    found.keys(value, pointer, f"{COMMON} {EXTRA_KEYS[value['type']]}")
    _action_id(found, value, pointer)
    confirm(found, value.get("confirm"), f"{pointer}/confirm")
    text(found, value.get("placeholder"), f"{pointer}/placeholder", 150, PLAIN)
    found.boolean(value, "focus_on_load multiline", pointer)
    if value["type"] in ("static_select", "multi_static_select"):
        options(found, value, pointer)
    _lengths(found, value, pointer)


def _lengths(found: Findings, value: Json, pointer: str) -> None:
    for name in ("min_length", "max_length"):
        number = value.get(name)
        if number is not None and (not isinstance(number, int) or not 0 <= number <= 3000):
            found.add(f"{pointer}/{name}", "must be an integer from 0 to 3000")
    if value["type"] == "plain_text_input":
        found.string(value, "initial_value", pointer, 3000, 0)


def _button(found: Findings, value: Json, pointer: str) -> None:
    found.keys(value, pointer, "action_id url value style confirm accessibility_label", "type text")
    _action_id(found, value, pointer)
    text(found, value.get("text"), f"{pointer}/text", 75, PLAIN)
    found.string(value, "value", pointer, 2000)
    found.string(value, "url", pointer, 3000)
    found.string(value, "accessibility_label", pointer, 75)
    found.one_of(value, "style", pointer, ("primary", "danger"))
    confirm(found, value.get("confirm"), f"{pointer}/confirm")


def _overflow(found: Findings, value: Json, pointer: str) -> None:
    found.keys(value, pointer, "action_id confirm", "type options")
    _action_id(found, value, pointer)
    confirm(found, value.get("confirm"), f"{pointer}/confirm")
    for index, one in enumerate(found.items(value, "options", pointer, 5)):
        option(found, one, f"{pointer}/options/{index}", with_url=True)


def _choices(found: Findings, value: Json, pointer: str) -> None:
    found.keys(value, pointer, f"{COMMON} {EXTRA_KEYS[value['type']]}", "type options")
    _action_id(found, value, pointer)
    confirm(found, value.get("confirm"), f"{pointer}/confirm")
    for index, one in enumerate(found.items(value, "options", pointer, 10)):
        option(found, one, f"{pointer}/options/{index}", ANY)


def _image(found: Findings, value: Json, pointer: str) -> None:
    found.keys(value, pointer, "image_url slack_file", "type alt_text")
    found.string(value, "image_url", pointer, 3000)
    found.string(value, "alt_text", pointer, 2000)


def _action_id(found: Findings, value: Json, pointer: str) -> None:
    found.string(value, "action_id", pointer, 255)


SPECIAL: dict[str, Callable[[Findings, Json, str], None]] = {
    "button": _button,
    "overflow": _overflow,
    "checkboxes": _choices,
    "radio_buttons": _choices,
    "image": _image,
}
