"""Threads of the demo's channel as text, printed as they grow."""

import sys
from typing import Any

from bot.sandbox import seed
from bot.sandbox.person import Workspace
from bot.views.plain import words
from handlers.cli.say import Say

CHANNEL = "C01REL"

_NAMES = {one.id: one.real_name for one in seed.PEOPLE} | {one.id: f"@{one.handle}" for one in seed.ACME.usergroups}
_WATCHER = "U01LEE"
_LISTEN_SECONDS = 20.0


class Transcript:
    """What was said so far, in order. It goes to stdout, or with `--json` is kept for the end."""

    def __init__(self, say: Say) -> None:
        self.lines: list[str] = []
        self._say = say
        self._seen: dict[str, str] = {}

    def line(self, text: str) -> None:
        """A line of the story."""
        self.lines.append(text)
        if not self._say.as_json:
            sys.stdout.write(f"{text}\n")
            sys.stdout.flush()

    def said(self, person: str, text: str) -> None:
        """Somebody typed something."""
        self.line(f"{_NAMES[person]}: {text}")

    def answered(self, person: str, text: str) -> None:
        """Only they see the answer."""
        self.line(_below(f"(to {_NAMES[person]} alone) {_plain(text)}"))

    def show(self, message: dict[str, Any]) -> None:
        """A message of the bot, once; a card again whenever its first line says something new."""
        text = _plain(message["text"])
        shown = text.splitlines()[0] if is_card(message) and message["ts"] in self._seen else text
        first = text.splitlines()[0]
        if self._seen.get(message["ts"]) == first or not text:
            return
        self._seen[message["ts"]] = first
        self.line(_below(f"{'[card]' if is_card(message) else '[thread]'} {shown}"))

    async def caught_up(self, workspace: Workspace) -> None:
        """Show what stands there by now."""
        watcher = workspace.person(_WATCHER)
        for card in [one for one in await watcher.messages(CHANNEL) if is_card(one)]:
            for message in await watcher.messages(CHANNEL, card["ts"]):
                if not message.get("ephemeral_to"):
                    self.show(message)


async def follow(workspace: Workspace, transcript: Transcript) -> None:
    """Show every message as it comes, until cancelled."""
    while True:
        seq = (await workspace.get("changes", since=-1, timeout=0))["seq"]
        await transcript.caught_up(workspace)
        await workspace.get("changes", since=seq, timeout=_LISTEN_SECONDS)


def is_card(message: dict[str, Any]) -> bool:
    """Whether a message is a release's card: the bot's, for everybody, and not in a thread."""
    in_thread = (message.get("thread_ts") or message["ts"]) != message["ts"]
    return bool(message.get("bot_id")) and not message.get("ephemeral_to") and not in_thread


def _plain(text: str) -> str:
    """Without markup, and with names instead of ids."""
    said = words(text)
    for id, name in _NAMES.items():
        said = said.replace(f"@{id}", name)
    return said


def _below(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())
