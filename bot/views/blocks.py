"""Block Kit blocks and elements, each cut to Slack's limits. Texts come in escaped."""

from collections.abc import Sequence

from bot.domain.message import Block, Message
from bot.views import limits
from bot.views.escape import EMPTY
from bot.views.limits import cut


def mrkdwn(text: str, limit: int) -> Block:
    """A text object with Slack's formatting."""
    return {"type": "mrkdwn", "text": cut(text, limit) or EMPTY, "verbatim": True}


def plain_text(text: str, limit: int) -> Block:
    """A text object without formatting."""
    return {"type": "plain_text", "text": cut(text, limit) or EMPTY, "emoji": True}


def header(text: str) -> Block:
    """The headline of a message."""
    return {"type": "header", "text": plain_text(text, limits.HEADER)}


def section(text: str, accessory: Block | None = None) -> Block:
    """A paragraph, with at most one element beside it."""
    block: Block = {"type": "section", "text": mrkdwn(text, limits.SECTION)}
    return block | {"accessory": accessory} if accessory else block


def context(text: str) -> Block:
    """Small print."""
    return {"type": "context", "elements": [mrkdwn(text, limits.CONTEXT)]}


def actions(elements: Sequence[Block]) -> Block:
    """A row of elements."""
    return {"type": "actions", "elements": list(elements)}


def divider() -> Block:
    """A line."""
    return {"type": "divider"}


def confirm(title: str, text: str, yes: str, no: str, danger: bool = True) -> Block:
    """The question before an element takes effect."""
    block: Block = {
        "title": plain_text(title, limits.CONFIRM_TITLE),
        "text": plain_text(text, limits.CONFIRM_TEXT),
        "confirm": plain_text(yes, limits.CONFIRM_BUTTON),
        "deny": plain_text(no, limits.CONFIRM_BUTTON),
    }
    return block | {"style": "danger"} if danger else block


def button(label: str, action_id: str, value: str, style: str = "", ask: Block | None = None) -> Block:
    """A button; `style` is `primary`, `danger` or nothing; `ask` is a confirmation."""
    block: Block = {
        "type": "button",
        "text": plain_text(label, limits.BUTTON),
        "action_id": action_id,
        "value": value,
    }
    if style:
        block["style"] = style
    if ask:
        block["confirm"] = ask
    return block


def option(label: str, value: str, description: str = "") -> Block:
    """One choice of a menu."""
    block: Block = {"text": plain_text(label, limits.OPTION), "value": value}
    return block | {"description": plain_text(description, limits.OPTION)} if description else block


def overflow(action_id: str, options: Sequence[Block], ask: Block | None = None) -> Block:
    """The menu behind "⋯"."""
    block: Block = {"type": "overflow", "action_id": action_id, "options": list(options[: limits.OVERFLOW_OPTIONS])}
    return block | {"confirm": ask} if ask else block


def select(action_id: str, options: Sequence[Block], placeholder: str) -> Block:
    """A drop-down list."""
    return {
        "type": "static_select",
        "action_id": action_id,
        "options": list(options[: limits.OPTIONS]),
        "placeholder": plain_text(placeholder, limits.HEADER),
    }


def message(text: str, blocks: Sequence[Block] = ()) -> Message:
    """A message within Slack's limits; without blocks, its text stands in one section."""
    made = tuple(blocks) or (section(text),)
    return Message(text=cut(text, limits.TEXT) or EMPTY, blocks=made[: limits.BLOCKS])
