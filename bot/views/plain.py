"""Slack's markup as plain words, for terminals and machines."""

import re

from bot.domain.message import Message
from bot.views.marks import SYMBOLS

_TOKEN = re.compile(r"<([^<>\n]*)>")
_BOLD = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+)(?<=\S)\*(?![\w*])")
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}
_ENTITY = re.compile("&(?:lt|gt|amp);")


def plain(message: Message) -> str:
    """The whole text of a message for a terminal."""
    return words(message.text)


def words(text: str) -> str:
    """Text without markup: dates in UTC, mentions as @ids, links with their address, entities as characters."""
    text = _TOKEN.sub(lambda token: _resolved(token[1]), text)
    for mark, symbol in SYMBOLS.items():
        text = text.replace(mark, symbol)
    text = _BOLD.sub(r"\1", text.replace("`", ""))
    return _ENTITY.sub(lambda entity: _ENTITIES[entity[0]], text)


def one_line(text: str) -> str:
    """The same on a single line without angle brackets, for places where Slack reads no markup."""
    return " ".join(words(text).replace("<", "‹").replace(">", "›").split())


def _resolved(token: str) -> str:
    body, _, label = token.partition("|")
    if body.startswith("!date^"):
        return label
    if body.startswith("!subteam^"):
        return f"@{body.removeprefix('!subteam^')}"
    if body.startswith(("@", "#", "!")):
        return "@" + body[1:] if body.startswith("!") else body
    return f"{label} ({body})" if label else body
