"""Fills in what Slack fills in: block ids, action ids, and the `emoji` flag of plain text."""

from __future__ import annotations

import copy
import secrets
from typing import Any

from bot.sandbox.model import Json

NOT_INTERACTIVE = ("image", "mrkdwn", "plain_text")


def with_ids(blocks: list[Json]) -> list[Json]:
    """A copy of the blocks in which every block and every interactive element has its id."""
    filled = copy.deepcopy(blocks)
    for block in filled:
        block.setdefault("block_id", _id())
        for one in elements(block):
            if one.get("type") not in NOT_INTERACTIVE:
                one.setdefault("action_id", _id())
    _mark_emoji(filled)
    return filled


def elements(block: Json) -> list[Json]:
    """The elements of one block that a person can use, wherever the block keeps them."""
    if block["type"] == "actions":
        return list(block["elements"])
    found = [block.get("accessory"), block.get("element")]
    return [one for one in found if isinstance(one, dict)]


def _mark_emoji(value: Any) -> None:
    if isinstance(value, list):
        for one in value:
            _mark_emoji(one)
    elif isinstance(value, dict):
        if value.get("type") == "plain_text":
            value.setdefault("emoji", True)
        elif value.get("type") == "mrkdwn":
            value.setdefault("verbatim", False)
        for one in value.values():
            _mark_emoji(one)


def _id() -> str:
    return secrets.token_urlsafe(4)[:5]
