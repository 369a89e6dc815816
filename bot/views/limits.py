"""Slack's limits on length, and how a text is cut to them (slack-facts 2.1, 6 #16)."""

import re
from collections.abc import Sequence

BLOCKS = 50
HOME_BLOCKS = 100
TEXT = 4000
"""chat.update refuses more in the top-level text; posting takes more, but a card is posted and then updated."""
SECTION = 3000
CONTEXT = 2000
HEADER = 150
BUTTON = 75
OPTION = 75
OPTIONS = 100
OVERFLOW_OPTIONS = 5
LABEL = 2000
HINT = 2000
INPUT = 3000
TITLE = 24
CONFIRM_TITLE = 100
CONFIRM_TEXT = 300
CONFIRM_BUTTON = 30
LINK = 1000

ELLIPSIS = "…"
_ATOM = re.compile(r"<[^<>\n]*>|&(?:amp|lt|gt);|.", re.DOTALL)
_JOINERS = "\u200d\ufe0f"


def length(text: str) -> int:
    """Length in UTF-16 units: never less than any way in which Slack may count."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, limit: int) -> str:
    """The text, or its beginning with "…" when it is longer than the limit. Entities (`&amp;`), Slack's tokens
    (`<@U1>`) and code spans are never cut in two."""
    if length(text) <= limit:
        return text
    kept: list[str] = []
    room = limit - len(ELLIPSIS) - 1  # one more, to close a code span
    for match in _ATOM.finditer(text):
        room -= length(match[0])
        if room < 0:
            break
        kept.append(match[0])
    start = "".join(kept).rstrip().rstrip(_JOINERS)
    return start + ELLIPSIS + ("`" if start.count("`") % 2 else "")


def join_lines(lines: Sequence[str], limit: int = SECTION, most: int | None = None) -> str:
    """As many whole lines as fit, then how many are left out; a first line that is too long is cut."""
    shown: list[str] = []
    for index, line in enumerate(lines):
        more = f"… and {len(lines) - index} more"
        spare = 0 if index == len(lines) - 1 else length(more) + 1
        taken = length("\n".join((*shown, line)))
        if (most is not None and index >= most) or (shown and taken + spare > limit):
            return cut("\n".join((*shown, more)), limit)
        shown.append(cut(line, limit - spare) if taken + spare > limit else line)
    return "\n".join(shown)
