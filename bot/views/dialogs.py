"""Dialogs that are no forms of one action: an answer to read, and the choice of an action."""

from bot.domain.message import Block, Message
from bot.domain.release import Release
from bot.views import limits
from bot.views.blocks import option, plain_text, section
from bot.views.buttons import label, offered
from bot.views.limits import cut
from bot.views.modals import INPUT
from bot.views.pressed import encode
from bot.views.states import named


def notice_view(message: Message) -> dict[str, object]:
    """An answer as a dialog, where there is no message below which it could stand."""
    blocks = [block for block in message.blocks if block.get("type") != "input"] or [section(message.text)]
    return {
        "type": "modal",
        "title": plain_text("Interlock", limits.TITLE),
        "close": plain_text("Close", limits.TITLE),
        "blocks": blocks[: limits.BLOCKS],
    }


def choices(release: Release, moves: tuple[str, ...], callback: str) -> dict[str, object]:
    """What can be done with a release now, to choose from, with room for a reason."""
    offers = offered(release, moves)
    if not offers:
        return notice_view(Message(f"{named(release)} is over. Nothing is left to do here."))
    menu: Block = {
        "type": "input",
        "block_id": "action",
        "label": plain_text("What do you want to do?", limits.LABEL),
        "element": {
            "type": "static_select",
            "action_id": INPUT,
            "options": [option(label(release, move), move) for move in offers],
        },
    }
    reason: Block = {
        "type": "input",
        "block_id": "reason",
        "label": plain_text("Reason", limits.LABEL),
        "element": {"type": "plain_text_input", "action_id": INPUT, "multiline": True, "max_length": limits.INPUT},
        "optional": True,
        "hint": plain_text("Needed to reject, hold or abort.", limits.HINT),
    }
    return {
        "type": "modal",
        "callback_id": callback,
        "title": plain_text(cut(release.id, limits.TITLE), limits.TITLE),
        "submit": plain_text("Go", limits.TITLE),
        "close": plain_text("Cancel", limits.TITLE),
        "private_metadata": encode(release, "status"),
        "blocks": [section(f"*{named(release)}*"), menu, reason],
    }
