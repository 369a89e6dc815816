"""Typed words into commands: `approve R-12 --reason "looks good"`, from a slash command or a mention."""

import html
import re
import shlex
from dataclasses import dataclass, field

from bot.domain.actions import ACTIONS, Action
from bot.domain.command import Command, has_unseen, read_command
from bot.domain.refusal import Code, Refusal
from handlers.targets import placed, split_target

LONGEST = 4000
"""Characters that are read of a typed command."""

HELP = "help"

_TYPED_ALIKE = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "\u00a0": " ", "—": "--", "–": "--"}
)
"""What phones make of straight quotes, spaces and double dashes (slack-facts 1.1)."""

_APOSTROPHE = "\u2019"
"""Stands for an apostrophe while words are split; typed ones have all been made straight before."""


@dataclass(slots=True)
class _Typed:
    words: list[str] = field(default_factory=list)
    flags: dict[str, str] = field(default_factory=dict)
    noop: bool = False


def read_words(text: str) -> Command | Refusal | None:
    """The command that a line asks for; a refusal that says what is wrong with it; None when it asks for help."""
    if len(text) > LONGEST:
        return Refusal(code=Code.INVALID_INPUT, subject="text", detail="too_long", known=(str(LONGEST),))
    plain = html.unescape(text)
    if has_unseen(plain.replace("\r", "")):
        return Refusal(code=Code.INVALID_INPUT, subject="text", detail="unseen")
    try:
        words = [word.replace(_APOSTROPHE, "'") for word in shlex.split(_quoted_alike(plain))]
    except ValueError:
        return Refusal(code=Code.INVALID_INPUT, subject="text", detail="quotes")
    if not words or words[0].lower() == HELP:
        return None
    action = ACTIONS.get(words[0].lower())
    if action is None:
        return Refusal(code=Code.UNKNOWN_ACTION, subject=words[0][:80], known=(*ACTIONS, HELP))
    typed = _sort(words[1:])
    return typed if isinstance(typed, Refusal) else _command(action, typed)


def _quoted_alike(text: str) -> str:
    """Straight quotes and dashes; an apostrophe inside a word is a letter, not a quote, inside quotes too."""
    return re.sub(r"(?<=\w)'(?=\w)", _APOSTROPHE, text.translate(_TYPED_ALIKE))


def _sort(words: list[str]) -> _Typed | Refusal:
    """Tell flags and their values from plain words."""
    typed = _Typed()
    rest = iter(words)
    for word in rest:
        if not word.startswith("--"):
            typed.words.append(word)
            continue
        name, equals, value = word[2:].partition("=")
        if name == "noop" and not equals:
            typed.noop = True
        elif equals:
            typed.flags[name] = value
        elif (following := next(rest, None)) is None:
            return Refusal(code=Code.INVALID_INPUT, subject=f"--{name}"[:80], detail="missing")
        else:
            typed.flags[name] = following
    return typed


def _command(action: Action, typed: _Typed) -> Command | Refusal:
    """Put words where the action's row wants them; words left over are the reason."""
    values = dict(typed.flags)
    target, words = split_target(action, typed.words, tuple(values))
    for one in placed(action):
        if words and one.name not in values:
            values[one.name] = words.pop(0)
    if words and "reason" in {one.name for one in action.fields} and "reason" not in values:
        values["reason"] = " ".join(words)
    elif words:
        return Refusal(code=Code.INVALID_INPUT, subject=words[0][:80], detail="extra")
    return read_command(action.name, values, target=target, noop=typed.noop)
