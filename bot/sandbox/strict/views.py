"""Modals and home tabs as a whole: titles, sizes, and what each kind of view may have (slack-facts 2.1)."""

from __future__ import annotations

import json

from bot.sandbox.model import Json
from bot.sandbox.strict import blocks
from bot.sandbox.strict.findings import Findings
from bot.sandbox.strict.texts import PLAIN, text

MOST_BYTES = 250_000


class ViewProblem(Exception):
    """A view that Slack refuses: `code` is its error, `messages` say where and why."""

    def __init__(self, code: str, messages: list[str]) -> None:
        super().__init__(code, messages)
        self.code = code
        self.messages = messages


def check(body: Json, type: str) -> None:
    """Raises ViewProblem unless `body` is a view of this type that Slack would take."""
    if len(json.dumps(body, ensure_ascii=False).encode()) > MOST_BYTES:
        raise ViewProblem("view_too_large", [f"view is larger than {MOST_BYTES} bytes [json-pointer:/view]"])
    found = Findings()
    if body.get("type") != type:
        raise ViewProblem("invalid_arguments", [f"view type must be {type} [json-pointer:/view/type]"])
    if type == "modal":
        _modal(found, body)
    else:
        found.keys(body, "/view", "private_metadata callback_id external_id", "type blocks")
    found.string(body, "private_metadata", "/view", 3000, 0)
    found.string(body, "callback_id", "/view", 255, 0)
    found.string(body, "external_id", "/view", 255, 0)
    found.messages.extend(
        one.replace("json-pointer:/blocks", "json-pointer:/view/blocks")
        for one in blocks.check(body.get("blocks"), type)
    )
    if found.messages:
        raise ViewProblem("invalid_arguments", found.messages)


def _modal(found: Findings, body: Json) -> None:
    optional = "close submit private_metadata callback_id external_id clear_on_close notify_on_close submit_disabled"
    found.keys(body, "/view", optional, "type title blocks")
    for name in ("title", "submit", "close"):
        text(found, body.get(name), f"/view/{name}", 24, PLAIN)
    found.boolean(body, "clear_on_close notify_on_close submit_disabled", "/view")
    has_input = any(isinstance(one, dict) and one.get("type") == "input" for one in body.get("blocks") or [])
    if has_input and not body.get("submit"):
        found.add("/view", "missing required field: submit (the view has input blocks)")
