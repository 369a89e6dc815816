"""Slack at its worst: it throttles, fails, loses answers, falls silent, repeats itself; the thread comes out whole."""

import asyncio
import hashlib
import hmac
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
import structlog.testing
from slack_sdk.socket_mode.aiohttp import SocketModeClient

from bot.adapters.slack.pace import Pace
from bot.adapters.store.migrate import upgrade
from tests.stories.bots import built, happens, until
from tests.stories.house import CHANNEL, PEOPLE, SECRET, House, Rules, is_reply
from tests.stories.killed import hurried
from tests.stories.told import posted, settled, told_once

ALONE = Rules(approvals="{count: 0}")
BOT = "U0INTERLOCK"


@dataclass(slots=True)
class Leaping:
    """The real time, and a way to leap over a long wait."""

    ahead: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        """The current moment."""
        return datetime.now(UTC) + self.ahead


@pytest.fixture(params=["socket"])
async def world(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[House]:
    """A house on SQLite where nobody has to approve; the story starts the bot."""
    monkeypatch.setattr("bot.app.Pace", hurried)
    database = f"sqlite:///{tmp_path / 'interlock.db'}"
    upgrade(database)
    async with built(tmp_path, database, str(request.param), ALONE) as house:
        yield house
        await house.stop()


over_http = pytest.mark.parametrize("world", ["http"], indirect=True)
both_ways = pytest.mark.parametrize("world", ["socket", "http"], indirect=True)


async def release_it(house: House) -> None:
    """Lee opens, Mika promotes, and it goes to its end."""
    await house.say("lee", "/release open checkout v2.1.0 prod")
    await house.say("mika", "/promote checkout")
    await settled(house, "done")


async def test_slack_is_given_the_time_that_it_asks_for(world: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """429 on posts and edits: nothing is sent again before Retry-After is over; the thread is whole and in order."""
    monkeypatch.setattr("bot.app.Pace", Pace)
    await world.start()
    await world.open()
    await world.workspace.misbehave("ratelimited", method="chat.postMessage", retry_after=2, times=2)
    await world.workspace.misbehave("ratelimited", method="chat.update", retry_after=2, times=2)
    await world.say("mika", "/promote checkout")
    await settled(world, "done")
    told_once(world)
    await world.card_says("*Done*")
    for method in ("chat.postMessage", "chat.update"):
        calls = await world.workspace.calls(method)
        refused = [place for place, call in enumerate(calls) if call["status"] == 429]
        assert len(refused) == 2, method
        for place in refused:
            assert calls[place + 1]["at"] - calls[place]["at"] >= 2, method


@pytest.mark.parametrize("fault", ["server_error", "lost_answer"])
async def test_what_slack_may_have_done_is_looked_up_before_it_is_done_again(world: House, fault: str) -> None:
    """Answers of 500, or none, after the message was made or not: every line once, every person told once."""
    await world.start()
    await world.workspace.misbehave(fault, method="chat.postMessage", times=4)
    await world.workspace.misbehave(fault, method="chat.update", times=1)
    await world.workspace.misbehave(fault, method="conversations.replies", times=1)
    await release_it(world)
    told_once(world)
    await world.card_says("*Done*")


async def test_a_card_found_again_is_brought_up_to_date(world: House) -> None:
    """The answer to the card's post is lost and the release moves on meanwhile: the card still ends with the truth."""
    await world.start()
    await world.workspace.misbehave("lost_answer", method="chat.postMessage", times=1)
    await world.workspace.misbehave("server_error", method="conversations.history", times=1)
    await release_it(world)
    told_once(world)
    await world.card_says("*Done*")


async def test_a_slow_slack_slows_no_decision(world: House) -> None:
    """Every post and edit takes a second: commands are acknowledged at once, and the thread keeps its order."""
    await world.start()
    await world.say("lee", "/release status")
    for method in ("chat.postMessage", "chat.update"):
        await world.workspace.misbehave("slow", method=method, seconds=1.0)
    opened = await world.person("lee").command(CHANNEL, "/release open checkout v2.1.0 prod")
    promoted = await world.person("mika").command(CHANNEL, "/promote checkout")
    assert opened.ok
    assert promoted.ok
    assert max(opened.ack_ms, promoted.ack_ms) < 900
    await world.workspace.wait_for(lambda: _roots(world), 20)
    await world.workspace.behave()
    await settled(world, "done")
    told_once(world)


async def test_a_channel_without_the_bot_waits_for_an_invitation(world: House) -> None:
    """Not in the channel: the release goes its way, the log says what to do, and the invitation brings the thread."""
    clock = Leaping()
    world.clock = clock
    await world.workspace.people(channels=[{"id": CHANNEL, "remove": [BOT]}])
    await world.start()
    with structlog.testing.capture_logs() as lines:
        await world.say("lee", "/release open checkout v2.1.0 prod")
        await world.say("mika", "/promote checkout")
        await until(lambda: world.state() == "done", "the release is done")
        await until(lambda: [one for one in lines if one["event"] == "slack_refused"], "the log says why it waits")
    told = next(one for one in lines if one["event"] == "slack_refused")
    assert (told["code"], told["hint"]) == ("not_in_channel", "invite the bot to the channel")
    assert len(await world.workspace.calls("chat.postMessage")) < 5, "no hammering"
    await world.workspace.people(channels=[{"id": CHANNEL, "add": [BOT]}])
    clock.ahead = timedelta(minutes=6)
    await settled(world, "done")
    told_once(world)


async def test_a_channel_that_does_not_exist_keeps_nothing_else_waiting(world: House) -> None:
    """A wrong channel id in the service file: the log says so, and the next release in a right one is told at once."""
    wrong = Rules(approvals="{count: 0}")
    path = world.folder / "configs" / "services" / "checkout.yaml"
    path.write_text(wrong.service(world.folder).replace(CHANNEL, "C0NOWHERE"))
    await world.start()
    with structlog.testing.capture_logs() as lines:
        await world.say("lee", "/release open checkout v2.1.0 prod")
        await until(lambda: [one for one in lines if one["event"] == "slack_refused"], "the log says why it waits")
    told = next(one for one in lines if one["event"] == "slack_refused")
    assert told["code"] == "channel_not_found"
    assert "configs/services" in told["hint"]
    world.configure(ALONE)
    cart = ALONE.service(world.folder / "cart").replace("service: checkout", "service: cart")
    path.with_name("cart.yaml").write_text(cart)
    await until(lambda: world.core is not None and world.core.catalogue.service("cart"), "the rules are read again")
    await world.say("lee", "/release open cart v3.0.0 prod")
    await world.workspace.wait_for(lambda: _roots(world, "R-2"), 20)


@pytest.mark.parametrize("sdk", ["reconnects", "does not reconnect"])
async def test_a_socket_that_falls_silent_is_replaced(world: House, monkeypatch: pytest.MonkeyPatch, sdk: str) -> None:
    """The connection stays open and carries nothing, not even pongs: a new one is made, and commands work again."""
    if sdk == "does not reconnect":
        monkeypatch.setattr(SocketModeClient, "connect_to_new_endpoint", in_vain)
    monkeypatch.setattr("handlers.slack_socket.PING_SECONDS", 0.2)
    monkeypatch.setattr("handlers.slack_socket.LOOK_SECONDS", 0.2)
    monkeypatch.setattr("handlers.slack_socket.DEAD_AFTER_SECONDS", 1.0)
    await world.start()
    await world.workspace.settings(ack_seconds=0.5)
    await world.workspace.misbehave("silent_socket", times=1)

    async def answered() -> bool:
        return (await world.person("lee").command(CHANNEL, "/release status")).ok

    assert not await answered()
    await happens(answered, "a command is answered again", 15)


@both_ways
async def test_deliveries_that_come_twice_count_once(world: House) -> None:
    """Commands, clicks and events are all delivered three times: one release, one approval, one answer each."""
    world.configure(Rules())
    await world.start()
    await world.workspace.misbehave("duplicate", of="*", copies=2)
    await world.say("lee", "/release open checkout v2.1.0 prod")
    card = await world.card()
    assert (await world.person("dana").click(card, "act:approve")).ok
    await world.card_says("1 of 2")
    await world.person("ravi").say(CHANNEL, f"<@{BOT}> approve", thread_ts=card["ts"])
    await world.thread_says("2 of 2")
    await world.say("mika", "/promote checkout")
    await settled(world, "done")
    told_once(world)
    assert world.kinds().count("approval_given") == 2
    assert world.kinds().count("request_refused") == 0
    assert [line.split()[0] for line in world.deployments()] == ["start", "start"]


@both_ways
@pytest.mark.parametrize("of", ["slash_commands", "interactive", "events_api"])
async def test_deliveries_in_the_wrong_order_both_count(world: House, of: str) -> None:
    """Two approvals overtake each other on their way: both stand, by whatever door they came."""
    world.configure(Rules())
    await world.start()
    await world.say("lee", "/release open checkout v2.1.0 prod")
    card = await world.card()
    await world.workspace.misbehave("reorder", of=of, count=2, seconds=2.0, times=2)
    dana, ravi = world.person("dana"), world.person("ravi")
    if of == "slash_commands":
        await asyncio.gather(world.say("dana", "/approve"), world.say("ravi", "/approve"))
    elif of == "interactive":
        await asyncio.gather(dana.click(card, "act:approve"), ravi.click(card, "act:approve"))
    else:
        await dana.say(CHANNEL, f"<@{BOT}> approve", thread_ts=card["ts"])
        await ravi.say(CHANNEL, f"<@{BOT}> approve", thread_ts=card["ts"])
    await until(lambda: world.state() == "approved", "both approvals stand")
    assert world.kinds().count("approval_given") == 2


async def test_a_deleted_card_is_posted_anew(world: House) -> None:
    """Somebody with the right to it deletes the card: a new one takes its place, and the thread goes on below that."""
    world.configure(Rules())
    await world.start()
    card = await world.open()
    assert (await slack(world, "chat.delete", channel=CHANNEL, ts=card["ts"]))["ok"]
    await world.approve()
    new = await world.workspace.wait_for(lambda: _roots(world), 20)
    assert new[0]["ts"] != card["ts"]
    await world.say("mika", "/promote checkout")
    await settled(world, "done")
    await world.card_says("*Done*")
    roots = [one for one in posted(world) if one.channel == CHANNEL and not one.thread]
    below = [one for one in posted(world) if one.channel == CHANNEL and one.thread]
    assert len(roots) == 1, roots
    assert {one.thread for one in below} == {new[0]["ts"]}
    assert any("is done" in one.text for one in below)
    assert len({one.mark for one in below}) == len(below)


@over_http
async def test_what_slack_did_not_sign_just_now_is_not_believed(world: House) -> None:
    """No signature, a forged one, a true one of ten minutes ago, no time at all: 401, and nothing is written."""
    await world.start()
    assert world.process is not None
    address = f"http://127.0.0.1:{world.process.port}/slack/events"
    asked = {"command": "/release", "text": "open checkout v2.1.0 prod", "trigger_id": "1"}
    body = urlencode(asked | {"user_id": PEOPLE["lee"], "team_id": "T01ACME", "channel_id": CHANNEL}).encode()
    now = str(int(time.time()))
    then = str(int(time.time()) - 600)
    wrong: list[dict[str, str]] = [
        {},
        {"X-Slack-Request-Timestamp": now},
        {"X-Slack-Request-Timestamp": now, "X-Slack-Signature": signed(b"another secret", now, body)},
        {"X-Slack-Request-Timestamp": now, "X-Slack-Signature": signed(SECRET.encode(), now, body + b"&more=1")},
        {"X-Slack-Request-Timestamp": then, "X-Slack-Signature": signed(SECRET.encode(), then, body)},
        {"X-Slack-Request-Timestamp": "yesterday", "X-Slack-Signature": signed(SECRET.encode(), "yesterday", body)},
    ]
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    async with aiohttp.ClientSession() as session:
        for headers in wrong:
            async with session.post(address, data=body, headers=kind | headers) as answer:
                assert answer.status == 401, headers
        assert world.core is not None
        assert list(world.core.store.streams()) == []
        true = {"X-Slack-Request-Timestamp": now, "X-Slack-Signature": signed(SECRET.encode(), now, body)}
        async with session.post(address, data=body, headers=kind | true) as answer:
            assert answer.status == 200
    assert [stream for stream, _ in world.core.store.streams()] == ["R-1"]


@pytest.mark.parametrize("method", ["users.info", "usergroups.list"])
async def test_while_slack_does_not_say_who_somebody_is_nobody_may(world: House, method: str) -> None:
    """The directory is down: the command is refused and says why; when it is back, the same command works."""
    await world.start()
    await world.workspace.misbehave("server_error", method=method)
    answer = await world.say("lee", "/release open checkout v2.1.0 prod")
    assert "Slack does not say who you are" in answer
    assert world.core is not None
    assert [entry.event.kind for _, entries in world.core.store.streams() for entry in entries] == ["request_refused"]
    await world.workspace.behave()
    await world.say("lee", "/release open checkout v2.1.0 prod")
    await world.card()


@both_ways
async def test_before_slack_has_said_who_the_bot_is_nothing_is_swallowed(world: House) -> None:
    """auth.test fails at the start: a command gets no answer instead of an empty one, so that people see it failed."""
    await world.workspace.misbehave("server_error", method="auth.test", times=1)
    starting = asyncio.create_task(world.start())
    await happens(lambda: _failed(world, "auth.test"), "auth.test failed")
    if world.transport == "socket":
        await happens(lambda: _connected(world), "the socket is connected")
    else:
        await until(lambda: world.process is not None, "the port is open")
        assert world.process is not None
        address = f"http://127.0.0.1:{world.process.port}/slack/events"
        await world.workspace.app(request_url=address, signing_secret=SECRET)
    await world.workspace.settings(ack_seconds=0.5)
    came = await world.person("lee").command(CHANNEL, "/release status")
    assert not came.ok
    await starting
    assert (await world.person("lee").command(CHANNEL, "/release status")).ok


async def slack(house: House, method: str, **arguments: Any) -> dict[str, Any]:
    """A call to the Web API in the bot's name."""
    headers = {"Authorization": "Bearer xoxb-sandbox"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{house.sandbox.api_url}{method}", json=arguments, headers=headers) as answer,
    ):
        came: dict[str, Any] = await answer.json()
        return came


def signed(secret: bytes, at: str, body: bytes) -> str:
    """Slack's signature of a request."""
    return "v0=" + hmac.new(secret, f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()


async def in_vain(_client: SocketModeClient, force: bool = False) -> None:
    """The SDK's own way back, when it fails as in slack-facts 6, 6."""


async def _roots(house: House, release: str = "R-1") -> list[dict[str, Any]]:
    """The cards of a release that stand in the channel."""
    every = await house.person("lee").messages(CHANNEL)
    versions = {"R-1": "checkout v2.1.0", "R-2": "cart v3.0.0"}
    return [one for one in every if one.get("bot_id") and not is_reply(one) and versions[release] in one["text"]]


async def _failed(house: House, method: str) -> bool:
    return any(call["status"] == 500 for call in await house.workspace.calls(method))


async def _connected(house: House) -> bool:
    return bool((await house.workspace.overview())["bot"].get("connected") == "socket")
