"""Makes text that somebody else wrote safe to show in Slack (slack-facts 5 #9, #10)."""

import re
from urllib.parse import urlsplit

from bot.views.limits import ELLIPSIS, LINK, cut, length

_DROPPED = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
    "|(?<![^\x00-\x7f])\u200d|\u200d(?![^\x00-\x7f])"
)
"""Bidi controls, zero-width and tag characters. The zero-width joiner stays where it joins something: in emoji."""
_LINE_ENDS = re.compile("\r\n?|[\u0085\u2028\u2029\v\f]")
_BLANKED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\t\u115f\u1160\u2800\u3164\uffa0]")
"""Control characters, and letters that show as nothing."""
_BROKEN = re.compile("[\ud800-\udfff]")
"""Lone surrogates: they cannot be encoded as UTF-8."""
_NEVER_IN_LINKS = re.compile(r"[\s<>|\"`\\]")

EMPTY = "(empty)"
_QUOTED_LINES = 40
_SPARE = 20
"""How much more than its limit a text is looked at; beyond that, it is nothing but invisible characters."""


def clean(raw: str) -> str:
    """The text without control, bidi and invisible characters; line ends become newlines."""
    text = _BROKEN.sub("\ufffd", _LINE_ENDS.sub("\n", raw))
    return _DROPPED.sub("", _BLANKED.sub(" ", text))


def escape(raw: str) -> str:
    """Cleaned, with Slack's three special characters escaped and backticks turned into apostrophes."""
    text = clean(raw).replace("`", "'")
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def inline(raw: str, limit: int = 300) -> str:
    """Escaped on a single line, cut to the limit; "(empty)" when nothing is left to see."""
    return cut(" ".join(escape(raw[: limit * _SPARE]).split()) or EMPTY, limit)


def quoted(raw: str, limit: int = 300) -> str:
    """Somebody's words inside a sentence of ours."""
    return f"“{inline(raw, limit)}”"


def code(raw: str, limit: int = 100) -> str:
    """A name as a code span. Formatting has no meaning inside, and a backtick cannot end it early."""
    return f"`{inline(raw, limit)}`"


def passage(raw: str, limit: int = 2400) -> str:
    """Several lines of somebody's words as a block quote, so that none of them can pass for ours."""
    lines = [" ".join(line.split()) for line in escape(raw[: limit * _SPARE]).split("\n")]
    filled = [line for line in lines if line] or [EMPTY]
    shown = [*filled[:_QUOTED_LINES], *([ELLIPSIS] if len(filled) > _QUOTED_LINES else [])]
    kept = cut("\n".join(shown), limit - len("> ") * len(shown))
    return "\n".join(f"> {line}" for line in kept.split("\n"))


def below(raw: str) -> str:
    """Somebody's words as a block quote on the lines below a sentence; nothing when there are none."""
    return f"\n{passage(raw)}" if raw.strip() else ""


def link(url: str, label: str) -> str:
    """A link with a label of ours, or nothing when the address is not plain http(s)."""
    if length(url) > LINK or not url.isprintable() or _NEVER_IN_LINKS.search(url) or clean(url) != url:
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    return f"<{url.replace('&', '&amp;')}|{label}>"
