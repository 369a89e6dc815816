"""What becomes of text that a person types: mentions turn into ids, all else is escaped, nothing interpreted."""

from __future__ import annotations

import re

from bot.sandbox.state import State

_KEPT = re.compile(r"<(?:@[UW][A-Z0-9]+|#C[A-Z0-9]+(?:\|[^<>|]*)?|!subteam\^S[A-Z0-9]+)(?:\|[^<>|]*)?>")
_NAMED = re.compile(r"(?<![\w<&])([@#])([a-z0-9][a-z0-9._-]*)")
_LINK = re.compile(r"https?://[^\s<>|]+")


def sent(state: State, written: str) -> str:
    """`@dana` -> `<@U01DANA>`, `@sre` -> `<!subteam^S01SRE>`, `#releases` -> `<#C01REL|releases>`, links in angle
    brackets, `& < >` escaped. Ready-made mentions of people, groups and channels are kept; `<!channel>` is text."""
    out, at = [], 0
    for kept in _KEPT.finditer(written):
        out += [_plain(state, written[at : kept.start()]), kept.group()]
        at = kept.end()
    return "".join([*out, _plain(state, written[at:])])


def _plain(state: State, part: str) -> str:
    escaped = part.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    linked = _LINK.sub(lambda found: f"<{found.group()}>", escaped)
    return _NAMED.sub(lambda found: _mention(state, found), linked)


def _mention(state: State, found: re.Match[str]) -> str:
    sign, name = found.groups()
    if sign == "#":
        channel = state.channel_named(name)
        return f"<#{channel.id}|{'' if channel.is_private else channel.name}>" if channel is not None else found.group()
    for user in state.users.values():
        if user.name == name:
            return f"<@{user.id}>"
    for group in state.usergroups.values():
        if group.handle == name:
            return f"<!subteam^{group.id}>"
    return found.group()
