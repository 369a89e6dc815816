"""Cutting texts to Slack's limits."""

from hypothesis import given
from hypothesis import strategies as st

from bot.views.limits import cut, join_lines
from tests.views.slack_rules import units


@given(st.text(alphabet="ab<@U1>&amp;`👩‍", max_size=200), st.integers(3, 60))
def test_a_cut_text_fits_and_says_that_it_was_cut(text: str, limit: int) -> None:
    """By the strictest way to count, and with an ellipsis at its end."""
    made = cut(text, limit)
    assert units(made) <= limit
    assert made == text or made.rstrip("`").endswith("…")


def test_tokens_are_kept_whole_or_left_out() -> None:
    """Half a mention would be shown as its source."""
    assert cut("by <@U01DANA> today", 12) == "by…"
    assert cut("by <@U01DANA> today", 15) == "by <@U01DANA>…"


def test_a_code_span_is_closed_where_it_is_cut() -> None:
    """Otherwise everything after it would be code."""
    assert cut("`a long name` and more", 9) == "`a long…`"


def test_lines_that_do_not_fit_are_counted() -> None:
    """Whole lines only, and how many are missing."""
    assert join_lines(["one", "two", "three", "four"], 18) == "one\n… and 3 more"
    assert join_lines(["one", "two", "three", "four"], 100) == "one\ntwo\nthree\nfour"
    assert join_lines(["one", "two", "three", "four"], 100, most=2) == "one\ntwo\n… and 2 more"
    assert join_lines(["x" * 50], 10) == "x" * 8 + "…"


@given(st.lists(st.text(max_size=40), max_size=20), st.integers(20, 200))
def test_joined_lines_always_fit(lines: list[str], limit: int) -> None:
    """Whatever they are."""
    assert units(join_lines(lines, limit)) <= limit
