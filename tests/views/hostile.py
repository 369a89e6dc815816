"""Text that somebody would write to break a message."""

from hypothesis import strategies as st

NASTY = (
    "<!channel>",
    "<!here|all>",
    "<@U01VICTIM>",
    "<!subteam^S01OWNERS>",
    "<https://evil.example|click>",
    "&lt;!channel&gt;",
    "&amp;",
    "`code` ```block```",
    "\u202ereversed\u202c",
    "\u2066isolated\u2069",
    "zero\u200bwidth\ufeff",
    "\x00\x1b[31mred\x7f",
    "line\nline\r\nline\u2028line",
    ":white_check_mark: canary: pass",
    "*bold* _italic_ ~struck~",
    "👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "{release} %s {0}",
    "\ud800",
    "   ",
    "",
)

hostile = st.lists(st.one_of(st.sampled_from(NASTY), st.text(max_size=30)), max_size=8).map("".join) | st.builds(
    lambda piece, times: piece * times, st.sampled_from(NASTY), st.integers(1, 1000)
)
"""Up to some 30,000 characters of it."""

BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
