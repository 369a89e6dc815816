"""Text objects, confirmations and options: the small parts of every block (slack-facts 2.1)."""

from __future__ import annotations

from typing import Any

from bot.sandbox.strict.findings import Findings

PLAIN = ("plain_text",)
ANY = ("plain_text", "mrkdwn")


def text(found: Findings, value: Any, pointer: str, most: int, types: tuple[str, ...] = ANY) -> None:
    if value is None or not found.object(value, pointer):
        return
    if value.get("type") not in types:
        found.add(f"{pointer}/type", f"must be one of {', '.join(types)}")
        return
    extra = "emoji" if value["type"] == "plain_text" else "verbatim"
    found.keys(value, pointer, extra, "type text")
    found.boolean(value, extra, pointer)
    found.string(value, "text", pointer, most)


def confirm(found: Findings, value: Any, pointer: str) -> None:
    if value is None or not found.object(value, pointer):
        return
    found.keys(value, pointer, "style confirm deny", "title text")
    text(found, value.get("title"), f"{pointer}/title", 100, PLAIN)
    text(found, value.get("text"), f"{pointer}/text", 300)
    text(found, value.get("confirm"), f"{pointer}/confirm", 30, PLAIN)
    text(found, value.get("deny"), f"{pointer}/deny", 30, PLAIN)
    found.one_of(value, "style", pointer, ("primary", "danger"))


def option(found: Findings, value: Any, pointer: str, types: tuple[str, ...] = PLAIN, with_url: bool = False) -> None:
    if not found.object(value, pointer):
        return
    found.keys(value, pointer, "description url" if with_url else "description", "text value")
    text(found, value.get("text"), f"{pointer}/text", 75, types)
    text(found, value.get("description"), f"{pointer}/description", 75, types)
    found.string(value, "value", pointer, 150)
    found.string(value, "url", pointer, 3000)


def options(found: Findings, value: Any, pointer: str) -> None:
    """`options` or `option_groups` of a select, exactly one of them."""
    if (value.get("options") is None) == (value.get("option_groups") is None):
        found.add(pointer, "must have exactly one of options, option_groups")
    for index, one in enumerate(found.items(value, "options", pointer, 100)):
        option(found, one, f"{pointer}/options/{index}")
    for index, group in enumerate(found.items(value, "option_groups", pointer, 100)):
        where = f"{pointer}/option_groups/{index}"
        if not found.object(group, where):
            continue
        found.keys(group, where, "", "label options")
        text(found, group.get("label"), f"{where}/label", 75, PLAIN)
        for inner, one in enumerate(found.items(group, "options", where, 100)):
            option(found, one, f"{where}/options/{inner}")
