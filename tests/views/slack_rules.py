"""Slack's rules for messages, modals and home tabs, written down once more from its documentation (slack-facts 2.1)."""

from collections.abc import Iterator
from typing import Any

from bot.domain.message import Message
from bot.views.pressed import decode

MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}
TEXT = 4000
TOKEN_STARTS = ("<@", "<!date^", "<!subteam^", "<#", "<http://", "<https://")


def problems(blocks: Any, surface: str = "message") -> list[str]:
    """Everything that Slack would refuse about these blocks."""
    found = [] if 0 < len(blocks) <= MOST_BLOCKS[surface] else [f"{len(blocks)} blocks"]
    for index, block in enumerate(blocks):
        found += [f"blocks/{index}: {problem}" for problem in _block(block)]
    return found


def message_problems(message: Message) -> list[str]:
    """The same for a message, with its top-level text."""
    found = problems(message.blocks)
    if not 0 < units(message.text) <= TEXT:
        found.append(f"text has {units(message.text)} characters")
    return found + [f"text: {token}" for token in foreign_tokens(message.text)]


def foreign_tokens(text: str) -> list[str]:
    """Every `<` that begins nothing of ours: a mention, a date, a link."""
    starts = [index for index, letter in enumerate(text) if letter == "<"]
    return [text[start : start + 20] for start in starts if not text[start:].startswith(TOKEN_STARTS)]


def units(text: str) -> int:
    """Length as a program that counts UTF-16 would see it; the strictest way to count."""
    return len(text.encode("utf-16-le")) // 2


def texts(value: Any) -> Iterator[str]:
    """Every text object's text, wherever it stands."""
    if isinstance(value, dict):
        if value.get("type") in ("mrkdwn", "plain_text") and isinstance(value.get("text"), str):
            yield value["text"]
        for one in value.values():
            yield from texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from texts(one)


def elements(blocks: Any, kind: str) -> list[dict[str, Any]]:
    """Every interactive element of a kind."""
    found: list[dict[str, Any]] = []
    for block in blocks:
        everything = [*block.get("elements", []), block.get("accessory"), block.get("element")]
        found += [one for one in everything if isinstance(one, dict) and one.get("type") == kind]
    return found


def values(blocks: Any) -> list[str]:
    """Every value that a press on these blocks can send."""
    sent = [button["value"] for button in elements(blocks, "button")]
    for menu in (*elements(blocks, "overflow"), *elements(blocks, "static_select")):
        sent += [option["value"] for option in menu["options"]]
    return sent


def offered(blocks: Any) -> list[str]:
    """The actions that a press can ask for."""
    return [pressed.action if (pressed := decode(value)) else f"unreadable {value}" for value in values(blocks)]


def _block(block: dict[str, Any]) -> Iterator[str]:
    match block["type"]:
        case "header":
            yield from _text(block["text"], 150, "plain_text")
        case "section":
            yield from _text(block["text"], 3000)
            if "accessory" in block:
                yield from _element(block["accessory"])
        case "context":
            if not 1 <= len(block["elements"]) <= 10:
                yield "context elements"
            for one in block["elements"]:
                yield from _text(one, 2000)
        case "actions":
            ids = [one["action_id"] for one in block["elements"]]
            if not 1 <= len(ids) <= 25 or len(ids) != len(set(ids)):
                yield f"action ids {ids}"
            for one in block["elements"]:
                yield from _element(one)
        case "input":
            yield from _text(block["label"], 2000, "plain_text")
            yield from _text(block.get("hint", block["label"]), 2000, "plain_text")
            yield from _input(block["element"])
        case "divider":
            pass
        case other:
            yield f"unknown block {other}"


def _element(element: dict[str, Any]) -> Iterator[str]:
    if not 1 <= len(element["action_id"]) <= 255:
        yield "action_id"
    match element["type"]:
        case "button":
            yield from _text(element["text"], 75, "plain_text")
            yield from _value(element["value"], 2000)
            if element.get("style", "primary") not in ("primary", "danger"):
                yield f"style {element['style']}"
        case "overflow":
            yield from _options(element["options"], 5)
        case "static_select":
            yield from _options(element["options"], 100)
            yield from _text(element["placeholder"], 150, "plain_text")
        case other:
            yield f"unknown element {other}"
    if "confirm" in element:
        yield from _confirm(element["confirm"])


def _input(element: dict[str, Any]) -> Iterator[str]:
    if element["type"] == "static_select":
        yield from _options(element["options"], 100)
        if element.get("initial_option", element["options"][0]) not in element["options"]:
            yield "initial option is none of the options"
        return
    if element["type"] == "checkboxes":
        yield from _options(element["options"], 10, boxes=True)
        if any(one not in element["options"] for one in element.get("initial_options", ())):
            yield "an initial option is none of the options"
        return
    most = element["max_length"]
    if not 1 <= most <= 3000:
        yield f"max_length {most}"
    if "initial_value" in element and not 1 <= units(element["initial_value"]) <= most:
        yield "initial_value does not fit"


def _confirm(confirm: dict[str, Any]) -> Iterator[str]:
    for name, most in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
        yield from _text(confirm[name], most, "plain_text")


def _options(options: list[dict[str, Any]], most: int, boxes: bool = False) -> Iterator[str]:
    if not 1 <= len(options) <= most:
        yield f"{len(options)} options"
    if len({option["value"] for option in options}) != len(options):
        yield "two options have one value"
    for option in options:
        yield from _text(option["text"], 75, "plain_text")
        yield from _value(option["value"], 75)
        if "description" in option:
            yield from _text(option["description"], 75, "" if boxes else "plain_text")


def _value(value: str, most: int) -> Iterator[str]:
    if not 1 <= len(value) <= most:
        yield f"value {value!r}"


def _text(text: dict[str, Any], most: int, kind: str = "") -> Iterator[str]:
    if kind and text["type"] != kind:
        yield f"{text['type']} where {kind} is needed"
    if not 0 < units(text["text"]) <= most:
        yield f"{units(text['text'])} characters where {most} fit"
    for token in foreign_tokens(text["text"]):
        yield f"unescaped: {token}"
