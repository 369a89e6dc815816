"""What a message may carry: text, blocks, attachments, metadata (slack-facts 2.1, 2.2)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from bot.sandbox.model import Json
from bot.sandbox.strict import blocks as blocks_rules
from bot.sandbox.strict.ids import with_ids
from bot.sandbox.webapi.call import ApiError, Call

POST_TRUNCATES = 40_000
UPDATE_MOST = 4_000
MOST_METADATA_BYTES = 4_096
"""Slack enforces a limit and does not publish it; this is the careful guess of slack-facts 2.2."""
MOST_ATTACHMENTS = 100


@dataclass(frozen=True, slots=True)
class Content:
    text: str
    has_text: bool
    blocks: list[Json] | None
    attachments: list[Json] | None
    metadata: Json | None
    """None when not given; empty to remove."""


def read(call: Call, surface: str) -> Content:
    """The content of a call; raises the ApiError that Slack would answer."""
    text = call.text("text")
    blocks = call.structure("blocks", "invalid_blocks_format")
    attachments = call.structure("attachments", "invalid_attachments")
    if blocks is not None:
        if not isinstance(blocks, list):
            raise ApiError("invalid_blocks_format")
        _refuse(blocks_rules.check(blocks, surface))
        blocks = with_ids(blocks)
    if attachments is not None and not isinstance(attachments, list):
        raise ApiError("invalid_attachments")
    if len(attachments or []) > MOST_ATTACHMENTS:
        raise ApiError("too_many_attachments")
    if not text and not blocks and not attachments:
        raise ApiError("no_text")
    return Content(text, bool(text), blocks, attachments, _metadata(call))


def _refuse(messages: list[str]) -> None:
    if messages:
        errors = [f"[ERROR] {one}" for one in messages]
        raise ApiError("invalid_blocks", errors=messages, response_metadata={"messages": errors})


def _metadata(call: Call) -> Json | None:
    given: Any = call.structure("metadata", "invalid_metadata_format")
    if given is None:
        return None
    if not isinstance(given, dict):
        raise ApiError("invalid_metadata_format")
    if not given:
        return {}
    if set(given) - {"event_type", "event_payload"} or not isinstance(given.get("event_type"), str):
        raise ApiError("invalid_metadata_schema")
    if not isinstance(given.get("event_payload"), dict):
        raise ApiError("invalid_metadata_schema")
    if len(json.dumps(given).encode()) > MOST_METADATA_BYTES:
        raise ApiError("metadata_too_large")
    return given
