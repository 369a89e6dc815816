"""Escaping: what others wrote can be read and can do nothing."""

import pytest
from hypothesis import given

from bot.views.escape import clean, code, inline, link, passage, quoted
from tests.views.hostile import BIDI, hostile
from tests.views.slack_rules import units


@given(hostile)
def test_nothing_hostile_survives_on_one_line(raw: str) -> None:
    """No angle bracket, control, bidi or line end; within its limit; never empty."""
    made = inline(raw, 200)
    assert made.strip()
    assert units(made) <= 200
    assert not set(made) & set("<>`\n\r\x00\x1b\u200b\ufeff" + BIDI)
    made.encode()


@given(hostile)
def test_entities_are_never_cut_in_two(raw: str) -> None:
    """Every ampersand begins a whole entity, at any length."""
    for limit in (8, 20, 75, 150):
        rest = inline(raw, limit).replace("&amp;", "").replace("&lt;", "").replace("&gt;", "")
        assert "&" not in rest


@given(hostile)
def test_a_code_span_ends_where_it_should(raw: str) -> None:
    """A name cannot close the span that it stands in."""
    made = code(raw, 50)
    assert made.startswith("`")
    assert made.endswith("`")
    assert made.count("`") == 2


@given(hostile)
def test_every_line_of_a_passage_is_a_quote(raw: str) -> None:
    """So that nobody's words can pass for the bot's."""
    assert all(line.startswith("> ") for line in passage(raw, 500).split("\n"))
    assert units(passage(raw, 500)) <= 500


def test_text_is_escaped_once() -> None:
    """What was typed is what is read, entities included."""
    assert inline("a < b && c > d") == "a &lt; b &amp;&amp; c &gt; d"
    assert inline("&lt;") == "&amp;lt;"


def test_bidi_and_zero_width_characters_vanish() -> None:
    """A version cannot be shown backwards."""
    assert quoted("v2.\u202e0.1") == "“v2.0.1”"
    assert clean("a\u200bb\ufeffc\u2066d") == "abcd"


def test_emoji_stay_whole_when_they_are_shown() -> None:
    """The joiner of an emoji is no zero-width trick; between letters it is."""
    assert inline("👩‍💻") == "👩‍💻"
    assert inline("pay\u200dments") == "payments"


def test_text_without_anything_to_see_says_so() -> None:
    """Slack refuses empty text objects."""
    assert inline(" \u200b\u3164\n") == "(empty)"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "ftp://example.com/x",
        "https://",
        "https://example.com/a b",
        "https://example.com/|label>",
        "https://example.com/<!channel>",
        "https://exam\u202eple.com/",
        "https://[broken",
        "https://example.com/" + "a" * 2000,
        "",
    ],
)
def test_only_plain_web_addresses_become_links(url: str) -> None:
    """Anything else is left out, not repaired."""
    assert link(url, "open") == ""


def test_a_link_keeps_its_query() -> None:
    """The ampersand is escaped as Slack wants it."""
    assert link("https://example.com/?a=1&b=2", "open") == "<https://example.com/?a=1&amp;b=2|open>"
