"""Block Kit: every block's keys and limits, per surface, and ids that must not repeat (slack-facts 2.1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.sandbox.model import Json
from bot.sandbox.strict.elements import IN_ACTIONS, IN_INPUT, IN_SECTION, element
from bot.sandbox.strict.findings import Findings
from bot.sandbox.strict.texts import PLAIN, text

MOST = {"message": 50, "modal": 100, "home": 100}
ANYWHERE = ("section", "header", "context", "actions", "divider", "image", "input", "rich_text", "video")
ALLOWED = {"message": (*ANYWHERE, "markdown", "table", "file"), "modal": ANYWHERE, "home": ANYWHERE}
MOST_MARKDOWN = 12_000


def check(blocks: Any, surface: str) -> list[str]:
    """What Slack would refuse, as messages with JSON pointers; `surface` is message, modal or home."""
    found = Findings()
    if not isinstance(blocks, list):
        return ["must be an array [json-pointer:/blocks]"]
    if len(blocks) > MOST[surface]:
        found.add("/blocks", f"no more than {MOST[surface]} items allowed")
    for index, block in enumerate(blocks):
        _block(found, block, f"/blocks/{index}", surface)
    if not found.messages:
        _whole(found, blocks)
    return found.messages


def _block(found: Findings, block: Any, pointer: str, surface: str) -> None:
    if not found.object(block, pointer):
        return
    type = block.get("type")
    if type not in ALLOWED[surface]:
        found.add(f"{pointer}/type", f"unsupported type: {type}")
        return
    found.string(block, "block_id", pointer, 255)
    CHECKS[type](found, block, pointer)


def _whole(found: Findings, blocks: list[Json]) -> None:
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        id = block.get("block_id")
        if id is not None and id in seen:
            found.add(f"/blocks/{index}/block_id", f"block_id {id} already exists")
        seen.add(id or "")
        _action_ids(found, block, f"/blocks/{index}")
    if sum(len(one["text"]) for one in blocks if one["type"] == "markdown") > MOST_MARKDOWN:
        found.add("/blocks", f"markdown text exceeds {MOST_MARKDOWN} characters")
    if sum(one["type"] == "table" for one in blocks) > 1:
        found.add("/blocks", "only_one_table_allowed")


def _action_ids(found: Findings, block: Json, pointer: str) -> None:
    ids = [one.get("action_id") for one in block.get("elements", []) if block["type"] == "actions"]
    for id in {one for one in ids if one and ids.count(one) > 1}:
        found.add(pointer, f"action_id {id} already exists in this block")


def _section(found: Findings, block: Json, pointer: str) -> None:
    found.keys(block, pointer, "block_id text fields accessory expand", "type")
    if block.get("text") is None and not block.get("fields"):
        found.add(pointer, "must have text or fields")
    text(found, block.get("text"), f"{pointer}/text", 3000)
    for index, one in enumerate(found.items(block, "fields", pointer, 10)):
        text(found, one, f"{pointer}/fields/{index}", 2000)
    if block.get("accessory") is not None:
        element(found, block["accessory"], f"{pointer}/accessory", IN_SECTION)
    found.boolean(block, "expand", pointer)


def _header(found: Findings, block: Json, pointer: str) -> None:
    found.keys(block, pointer, "block_id level", "type text")
    text(found, block.get("text"), f"{pointer}/text", 150, PLAIN)


def _context(found: Findings, block: Json, pointer: str) -> None:
    found.keys(block, pointer, "block_id", "type elements")
    for index, one in enumerate(found.items(block, "elements", pointer, 10)):
        where = f"{pointer}/elements/{index}"
        if isinstance(one, dict) and one.get("type") == "image":
            element(found, one, where, ("image",))
        else:
            text(found, one, where, 3000)


def _actions(found: Findings, block: Json, pointer: str) -> None:
    found.keys(block, pointer, "block_id", "type elements")
    for index, one in enumerate(found.items(block, "elements", pointer, 25)):
        element(found, one, f"{pointer}/elements/{index}", IN_ACTIONS)


def _input(found: Findings, block: Json, pointer: str) -> None:
    found.keys(block, pointer, "block_id dispatch_action hint optional", "type label element")
    text(found, block.get("label"), f"{pointer}/label", 2000, PLAIN)
    text(found, block.get("hint"), f"{pointer}/hint", 2000, PLAIN)
    found.boolean(block, "dispatch_action optional", pointer)
    if block.get("element") is not None:
        element(found, block["element"], f"{pointer}/element", IN_INPUT)


def _divider(found: Findings, block: Json, pointer: str) -> None:
    found.keys(block, pointer, "block_id", "type")


def _image(found: Findings, block: Json, pointer: str) -> None:
    found.keys(block, pointer, "block_id title image_url slack_file", "type alt_text")
    text(found, block.get("title"), f"{pointer}/title", 2000, PLAIN)
    found.string(block, "image_url", pointer, 3000)
    found.string(block, "alt_text", pointer, 2000)
    if (block.get("image_url") is None) == (block.get("slack_file") is None):
        found.add(pointer, "must have exactly one of image_url, slack_file")


def _markdown(found: Findings, block: Json, pointer: str) -> None:
    found.keys(block, pointer, "block_id", "type text")
    found.string(block, "text", pointer, MOST_MARKDOWN)


def _rich_text(found: Findings, block: Json, pointer: str) -> None:
    found.keys(block, pointer, "block_id", "type elements")
    known = ("rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted")
    for index, one in enumerate(found.items(block, "elements", pointer, 1000, 0)):
        where = f"{pointer}/elements/{index}"
        if found.object(one, where):
            found.one_of({"type": one.get("type", "")}, "type", where, known)
            found.items(one, "elements", where, 10_000, 0)


def _table(found: Findings, block: Json, pointer: str) -> None:
    found.keys(block, pointer, "block_id column_settings", "type rows")
    found.items(block, "column_settings", pointer, 20)
    for row, cells in enumerate(found.items(block, "rows", pointer, 100)):
        where = f"{pointer}/rows"
        for column, cell in enumerate(found.items({str(row): cells}, str(row), where, 20)):
            at = f"{where}/{row}/{column}"
            if found.object(cell, at):
                found.one_of({"type": cell.get("type", "")}, "type", at, ("raw_text", "raw_number", "rich_text"))
                found.string(cell, "text", at, 3000)


def _file(found: Findings, block: Json, pointer: str) -> None:
    found.keys(block, pointer, "block_id", "type external_id source")


def _video(found: Findings, block: Json, pointer: str) -> None:
    required = "type title video_url thumbnail_url alt_text"
    found.keys(block, pointer, "block_id author_name description provider_icon_url provider_name title_url", required)
    text(found, block.get("title"), f"{pointer}/title", 199, PLAIN)


CHECKS: dict[str, Callable[[Findings, Json, str], None]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "divider": _divider,
    "image": _image,
    "markdown": _markdown,
    "rich_text": _rich_text,
    "table": _table,
    "file": _file,
    "video": _video,
}
