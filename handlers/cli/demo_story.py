"""The story of `demo --play`: a good build goes all the way, a bad one is caught and comes back by itself."""

import asyncio
from typing import Any

from bot.sandbox.person import NothingHappened, SandboxRefused
from bot.sandbox.shop import ship
from bot.views.plain import words as plain_words
from handlers.cli.demo_house import DemoHouse
from handlers.cli.demo_thread import CHANNEL, Transcript, follow, is_card
from handlers.cli.exits import Exit
from handlers.cli.failures import StoryBroke
from handlers.cli.say import Say

GOOD, BAD = "v2.1.0", "v2.2.0"
LEE, MIKA, DANA, RAVI = "U01LEE", "U01MIKA", "U01DANA", "U01RAVI"

_PATIENCE = 120.0
"""Seconds for one chapter; the longest, a bake that is judged three windows long, takes about thirty."""


async def play_story(say: Say, house: DemoHouse) -> int:
    """Play it and print the thread as it grows. Raises StoryBroke when anything goes another way."""
    story = _Story(house, Transcript(say))
    story.transcript.line(f"To watch in a browser: {house.sandbox.url}")
    following = asyncio.create_task(follow(house.workspace, story.transcript))
    try:
        await story.play()
        await story.transcript.caught_up(house.workspace)
    except (NothingHappened, SandboxRefused) as broke:
        raise StoryBroke(f"The story broke off: {broke}. The bot's log is {house.bot.log}.") from broke
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
    ending = "The story held: the good build is live, the bad one was caught and rolled back by itself."
    story.transcript.line(f"\n{ending}")
    if say.as_json:
        say.result({"held": True, "thread": story.transcript.lines}, "")
    return Exit.DONE


class _Story:
    def __init__(self, house: DemoHouse, transcript: Transcript) -> None:
        self.transcript = transcript
        self._house = house

    async def play(self) -> None:
        """Both builds, one after the other."""
        await self._chapter("A good build")
        await self._open(GOOD)
        await self._refused(MIKA)
        await self._agree(GOOD)
        await self._says(GOOD, "*Done*", unless="Rolled back")
        await self._thread_says(GOOD, "is done")
        await self._expect_live(GOOD)

        await self._chapter("A build that answers errors")
        await self._open(BAD)
        await self._agree(BAD)
        await self._says(BAD, f"*Rolled back to {GOOD}*", unless="*Done*")
        for line in ("because gate `canary` failed", "is rolled back"):
            await self._thread_says(BAD, line)
        await self._expect_live(GOOD)

    async def _chapter(self, title: str) -> None:
        self.transcript.line(f"\n== {title} ==")

    async def _open(self, version: str) -> None:
        answer = await self._type(LEE, f"/release open checkout {version} prod")
        _expect("is open" in answer, f"an open release of {version}", answer)
        await self._says(version, "0 of 2", unless="*Done*")

    async def _refused(self, person: str) -> None:
        answer = await self._type(person, "/approve")
        _expect("deploy:approve" in answer, "a refusal that names the missing scope", answer)

    async def _agree(self, version: str) -> None:
        for owner in (DANA, RAVI):
            answer = await self._type(owner, '/approve --reason "looked at the change"')
            _expect("You approved" in answer, "a counted approval", answer)
        await self._says(version, "ready to promote", unless="*Rolled back")
        answer = await self._type(MIKA, "/promote")
        _expect("of traffic is being moved" in answer, "a rollout that begins", answer)

    async def _type(self, person: str, line: str) -> str:
        self.transcript.said(person, line)
        came = await self._house.workspace.person(person).command(CHANNEL, line)
        answer = str((came.response or {}).get("text", "")) if isinstance(came.response, dict) else ""
        _expect(came.ok, f"an answer to {line}", came.error)
        self.transcript.answered(person, answer)
        return answer

    async def _says(self, version: str, words: str, unless: str) -> None:
        """Wait until the version's card says something; give up at once when it says something that rules it out."""

        def matches(message: dict[str, Any]) -> bool:
            text = message["text"]
            mine = is_card(message) and f"checkout {version}" in text
            _expect(not (mine and unless in text), f"{words!r} on the card of {version}", text)
            return mine and words in text

        await self._house.workspace.person(LEE).sees(CHANNEL, matches, timeout=_PATIENCE)

    async def _thread_says(self, version: str, words: str) -> None:
        lee = self._house.workspace.person(LEE)
        card = await lee.sees(CHANNEL, lambda one: is_card(one) and f"checkout {version}" in one["text"])
        await lee.sees(CHANNEL, lambda one: not is_card(one) and words in one["text"], card["ts"], timeout=_PATIENCE)

    async def _expect_live(self, version: str) -> None:
        """Ask the shop itself who serves its customers."""
        said = await asyncio.to_thread(ship.ask, self._house.shop.address_file, "GET", "/state")
        served = (said.body.get("stable"), said.body.get("canary"))
        _expect(served == (version, None), f"a shop that serves {version} alone", str(served))
        self.transcript.line(f"  (the shop serves {version} to everybody)")


def _expect(holds: object, expected: str, seen: str) -> None:
    if not holds:
        raise StoryBroke(f"Expected {expected}; saw: {plain_words(seen) or 'nothing'}")
