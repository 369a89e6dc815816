"""Slack's markup on a terminal."""

import pytest
from hypothesis import given

from bot.views.escape import inline
from bot.views.plain import one_line, words
from tests.views.hostile import BIDI, hostile


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("by <@U01DANA>", "by @U01DANA"),
        ("ask <!subteam^S01OWNERS>", "ask @S01OWNERS"),
        ("in <#C01REL>", "in #C01REL"),
        ("until <!date^1772548020^{time}|14:27 UTC>", "until 14:27 UTC"),
        ("<https://ci.example.com/?a=1&amp;b=2|details>", "details (https://ci.example.com/?a=1&b=2)"),
        ("*Gates:* `canary`", "Gates: canary"),
        ("a &lt; b &amp;lt; c", "a < b &lt; c"),
        (":warning: stop", "⚠️ stop"),
        ("2 * 3 * 4", "2 * 3 * 4"),
    ],
)
def test_markup_becomes_words(text: str, shown: str) -> None:
    """Mentions, links, dates, emphasis and entities."""
    assert words(text) == shown


@given(hostile)
def test_what_others_wrote_cannot_steer_a_terminal(raw: str) -> None:
    """No escape sequence and no bidi control gets through."""
    assert not set(words(inline(raw))) & set("\x1b\x00\x07\n\r" + BIDI)
    assert not set(one_line(inline(raw))) & set("<>\n")
