"""What stands before the one road in Slack: who asks, what they typed, and where the answer may go."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack.directory import FRESH_SECONDS, STALE_SECONDS, SlackDirectory
from bot.adapters.slack.pace import Pace
from bot.adapters.slack.web import SlackWeb
from bot.domain.actor import Actor, Standing
from bot.domain.command import Command
from bot.domain.refusal import Code, Refusal
from handlers.reply import may_answer
from handlers.words import read_words

TEAM = "T01ACME"
MEMBER = {"id": "U01LEE", "team_id": TEAM}


@dataclass(slots=True)
class Slack:
    """Slack's answers about people; `silent` never answers, `down` answers 500."""

    user: dict[str, Any] = field(default_factory=lambda: dict(MEMBER))
    silent: bool = False
    down: bool = False
    seconds: float = 0.0

    async def answer(self, request: web.Request) -> web.Response:
        """One call to the Web API."""
        if self.silent:
            await asyncio.Event().wait()
        if self.down:
            return web.Response(status=500)
        group = {"id": "S01OWNERS", "users": ["U01LEE"]}
        said = {"user": self.user} if request.path.endswith("users.info") else {"usergroups": [group]}
        return web.json_response({"ok": True, **said})


@asynccontextmanager
async def directory_of(slack: Slack) -> AsyncIterator[SlackDirectory]:
    """A directory that asks this Slack, on a clock of its own."""
    app = web.Application()
    app.router.add_post("/api/{method}", slack.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(
            token="xoxb-test", base_url=f"http://127.0.0.1:{port}/api/", session=session, retry_handlers=[]
        )
        slack_web = SlackWeb(client, Pace(), lambda method, code: None)
        yield SlackDirectory(slack_web, lambda: TEAM, lambda: slack.seconds)
    await runner.cleanup()


@pytest.mark.parametrize(
    ("flags", "standing"),
    [
        ({}, Standing.MEMBER),
        ({"deleted": True}, Standing.DEACTIVATED),
        ({"is_restricted": True}, Standing.GUEST),
        ({"is_ultra_restricted": True}, Standing.GUEST),
        ({"is_bot": True}, Standing.BOT),
        ({"is_workflow_bot": True}, Standing.BOT),
        ({"is_stranger": True}, Standing.STRANGER),
        ({"team_id": "T0OTHER"}, Standing.STRANGER),
        ({"is_restricted": True, "deleted": True}, Standing.DEACTIVATED),
    ],
)
async def test_slacks_flags_decide_the_standing(flags: dict[str, Any], standing: Standing) -> None:
    """A payload cannot say otherwise: its team only ever makes somebody a stranger."""
    async with directory_of(Slack(user=MEMBER | flags)) as directory:
        assert (await directory.actor(TEAM, "U01LEE")).standing is standing
        assert (await directory.actor("T0OTHER", "U01LEE")).standing is Standing.STRANGER


async def test_a_silent_slack_makes_nobody_somebody_and_keeps_nobody_waiting() -> None:
    """Asked for the first time, it must be answered within the three seconds of an acknowledgement: as a nobody."""
    async with directory_of(Slack(silent=True)) as directory, asyncio.timeout(2.9):
        assert (await directory.actor(TEAM, "U01LEE")).standing is Standing.UNKNOWN


async def test_what_is_known_counts_for_a_while_without_slack() -> None:
    """A minute without asking, five without an answer; then nobody is anybody."""
    slack = Slack()
    async with directory_of(slack) as directory:
        assert (await directory.actor(TEAM, "U01LEE")).groups == {"S01OWNERS"}
        slack.down = True
        for seconds, standing in (
            (FRESH_SECONDS - 1, Standing.MEMBER),
            (STALE_SECONDS - 1, Standing.MEMBER),
            (STALE_SECONDS + 1, Standing.UNKNOWN),
        ):
            slack.seconds = seconds
            assert (await directory.actor(TEAM, "U01LEE")).standing is standing


async def test_a_change_that_slack_announces_counts_at_once() -> None:
    """Deactivated within the minute in which nobody would ask again."""
    slack = Slack()
    async with directory_of(slack) as directory:
        known: Actor = await directory.actor(TEAM, "U01LEE")
        slack.user |= {"deleted": True}
        assert await directory.actor(TEAM, "U01LEE") == known
        directory.forget("U01LEE")
        assert (await directory.actor(TEAM, "U01LEE")).standing is Standing.DEACTIVATED


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.slack.com/actions/T/1",
        "https://hooks.slack.com.evil.test/x",
        "https://evil.test/hooks.slack.com",
        "https://hooks.slack.com@evil.test/x",
        "https://evil.test#@hooks.slack.com",
        "https://169.254.169.254/latest",
        "file:///etc/passwd",
        "//hooks.slack.com/x",
        "",
    ],
)
def test_an_answer_goes_to_slack_alone(url: str) -> None:
    """A response_url in a payload is a place that somebody wrote there."""
    assert not may_answer(url, "http://127.0.0.1:1")
    assert may_answer("https://hooks.slack.com/actions/T/1", "")


def test_the_origin_of_the_api_is_slack_too() -> None:
    """The sandbox answers where SLACK_API_URL is, on that very port."""
    assert may_answer("http://127.0.0.1:81/r/1", "http://127.0.0.1:81")
    for url in ("http://127.0.0.1:8/r", "https://127.0.0.1:81/r", "http://127.0.0.1:81@evil.test/r"):
        assert not may_answer(url, "http://127.0.0.1:81")


HOSTILE = {
    "NUL": "hold R-1 --reason a\0b",
    "a lone surrogate": "hold R-1 --reason \ud800",
    "an escape sequence": "hold R-1 \x1b[2J",
    "an override of the reading direction": "open checkout v2.1.0\u202e prod",
    "an isolate in the target": "approve R-1\u2066",
    "an open quote": 'hold R-1 "never closed',
    "too much": "hold R-1 " + "a" * 4000,
    "a flag of no action": "approve R-1 --force yes",
    "a flag without a value": "hold R-1 --reason",
    "a reason beyond its limit": "hold R-1 --reason " + "a" * 3001,
    "words left over": "status R-1 R-2",
    "no such verb": "destroy R-1",
}


@pytest.mark.parametrize("typed", HOSTILE.values(), ids=HOSTILE)
def test_hostile_words_are_refused_before_anything_is_looked_up(typed: str) -> None:
    """Each with a code; none becomes a command that means something else."""
    refusal = read_words(typed)
    assert isinstance(refusal, Refusal)
    assert refusal.code in (Code.INVALID_INPUT, Code.UNKNOWN_ACTION)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("hold R-1 “wait for Dana’s word”", "wait for Dana's word"),
        ("hold R-1 —reason “ok now”", "ok now"),
        ("hold R-1 can't say", "can't say"),
        ("hold R-1 &lt;!channel&gt; &amp; all", "<!channel> & all"),
        ("HOLD R-1 --reason=a=b", "a=b"),
        ("hold R-1 " + "a" * 3000, "a" * 3000),
    ],
)
def test_what_phones_make_of_words_is_read_as_meant(typed: str, reason: str) -> None:
    """Smart quotes, dashes, apostrophes and Slack's own escapes."""
    command = read_words(typed)
    assert isinstance(command, Command), command
    assert (command.action, command.target) == ("hold", "R-1")
    assert command.reason == reason
