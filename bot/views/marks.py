"""The few marks that Interlock uses; the word always stands beside them."""

GOOD = ":white_check_mark:"
BAD = ":x:"
WAITING = ":hourglass_flowing_sand:"
UNKNOWN = ":grey_question:"
ATTENTION = ":warning:"

SYMBOLS = {GOOD: "✅", BAD: "❌", WAITING: "⏳", UNKNOWN: "❔", ATTENTION: "⚠️"}
"""The same marks for a terminal."""


def unmarked(text: str) -> str:
    """The text without marks, for screen readers: the words say it all."""
    for mark in SYMBOLS:
        text = text.replace(f"{mark} ", "").replace(mark, "")
    return text
