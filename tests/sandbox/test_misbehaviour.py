"""Every switch does what it says, as often as it was told, and then stops."""

from __future__ import annotations

import asyncio
import email.utils
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import seed
from bot.sandbox.person import NothingHappened, SandboxRefused, Workspace
from bot.sandbox.server import Sandbox
from tests.sandbox.bolt_app import BoltApp

REL = "C01REL"
Json = dict[str, Any]


@pytest.fixture
def client(sandbox: Sandbox) -> AsyncWebClient:
    return AsyncWebClient(token=seed.BOT_TOKEN, base_url=sandbox.api_url, retry_handlers=[])


class Receiver:
    """A bare HTTP endpoint: keeps what arrives, answers what it is told."""

    def __init__(self) -> None:
        self.got: list[tuple[web.Request, bytes]] = []
        self.answers: list[web.Response] = []
        self.arrived = asyncio.Event()

    async def handle(self, request: web.Request) -> web.Response:
        self.got.append((request, await request.read()))
        self.arrived.set()
        return self.answers.pop(0) if self.answers else web.Response()


@pytest.fixture
async def receiver(workspace: Workspace) -> AsyncIterator[Receiver]:
    made = Receiver()
    application = web.Application()
    application.router.add_post("/slack/events", made.handle)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await workspace.app(request_url=f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
    yield made
    await runner.cleanup()


async def _settled(workspace: Workspace, count: int) -> list[Json]:
    async def look() -> list[Json]:
        done = [one for one in await workspace.deliveries() if one["status"] != "pending"]
        return done if len(done) >= count else []

    return await workspace.wait_for(look)


async def test_ratelimited_once_then_not(client: AsyncWebClient, workspace: Workspace) -> None:
    """429 with the Retry-After that was asked for, nothing posted, and the next call passes."""
    await workspace.misbehave("ratelimited", method="chat.postMessage", retry_after=7, times=1)
    with pytest.raises(SlackApiError) as limited:
        await client.chat_postMessage(channel=REL, text="x")
    assert (limited.value.response.status_code, limited.value.response.headers["Retry-After"]) == (429, "7")
    await client.auth_test()
    await client.chat_postMessage(channel=REL, text="y")
    assert [one["text"] for one in await workspace.person("U01DANA").messages(REL)] == ["y"]


async def test_server_errors_until_cleared(client: AsyncWebClient, workspace: Workspace) -> None:
    """Every method answers 503 without JSON until told to stop."""
    await workspace.misbehave("server_error", status=503)
    for _ in range(3):
        with pytest.raises(SlackApiError) as broken:
            await client.auth_test()
        assert broken.value.response.status_code == 503
    await workspace.behave("server_error")
    await client.auth_test()


async def test_a_lost_answer_leaves_the_post_behind(client: AsyncWebClient, workspace: Workspace) -> None:
    """The caller sees a broken connection; the channel shows the message."""
    await workspace.misbehave("lost_answer", method="chat.postMessage", times=1)
    with pytest.raises(aiohttp.ClientConnectionError):
        await client.chat_postMessage(channel=REL, text="made")
    assert [one["text"] for one in await workspace.person("U01DANA").messages(REL)] == ["made"]
    assert (await workspace.calls("chat.postMessage"))[0]["lost"] is True


async def test_an_error_code_of_choice_and_a_slow_answer(client: AsyncWebClient, workspace: Workspace) -> None:
    """`error` answers ok false with that code; `slow` answers late and right."""
    await workspace.misbehave("error", method="auth.test", error="internal_error", times=1)
    with pytest.raises(SlackApiError, match="internal_error"):
        await client.auth_test()
    await workspace.misbehave("slow", method="auth.test", seconds=0.2, times=1)
    started = time.monotonic()
    await client.auth_test()
    assert time.monotonic() - started >= 0.2


async def test_the_date_header_can_be_wrong(client: AsyncWebClient, workspace: Workspace) -> None:
    """clock_skew moves what the bot measures its own clock against."""
    await workspace.misbehave("clock_skew", seconds=-600)
    answer = await client.auth_test()
    date = email.utils.parsedate_to_datetime(answer.headers["Date"]).timestamp()
    assert -605 < date - time.time() < -595


async def test_http_deliveries_are_signed_over_the_raw_body(receiver: Receiver, workspace: Workspace) -> None:
    """Forms for commands, a payload field for interactivity, JSON for events; v0 over timestamp and body."""
    dana = workspace.person("U01DANA")
    assert (await dana.command("C01PAY", "/release status payload-service")).ok
    assert (await dana.shortcut(None, "new_release")).ok
    await dana.open_home()
    await _settled(workspace, 3)
    for request, body in receiver.got:
        stamp = request.headers["X-Slack-Request-Timestamp"]
        base = b"v0:" + stamp.encode() + b":" + body
        expected = hmac.new(seed.SIGNING_SECRET.encode(), base, hashlib.sha256).hexdigest()
        assert request.headers["X-Slack-Signature"] == f"v0={expected}"
        assert abs(int(stamp) - time.time()) < 5
    command, shortcut, event = (body for _, body in receiver.got)
    assert parse_qs(command.decode())["channel_name"] == ["payload-team"]
    assert json.loads(parse_qs(shortcut.decode())["payload"][0])["type"] == "shortcut"
    assert json.loads(event)["event"]["type"] == "app_home_opened"


async def test_an_old_signature_can_be_asked_for(receiver: Receiver, workspace: Workspace) -> None:
    """signature_skew signs correctly with a time that has passed."""
    await workspace.misbehave("signature_skew", seconds=-400)
    await workspace.person("U01DANA").command(REL, "/release status")
    assert int(receiver.got[0][0].headers["X-Slack-Request-Timestamp"]) < time.time() - 390


async def test_events_are_redelivered_with_reason_and_number(receiver: Receiver, workspace: Workspace) -> None:
    """Same body, retry headers 1, 2, 3, and then Slack gives up."""
    await workspace.settings(retry_delays=[0.01, 0.01, 0.01])
    receiver.answers = [web.Response(status=500) for _ in range(4)]
    await workspace.person("U01DANA").open_home()
    await _settled(workspace, 4)
    numbers = [request.headers.get("X-Slack-Retry-Num") for request, _ in receiver.got]
    assert numbers == [None, "1", "2", "3"]
    assert receiver.got[1][0].headers["X-Slack-Retry-Reason"] == "http_error"
    assert len({body for _, body in receiver.got}) == 1


async def test_an_app_can_decline_redelivery(receiver: Receiver, workspace: Workspace) -> None:
    """X-Slack-No-Retry: 1 beside an error ends it."""
    await workspace.settings(retry_delays=[0, 0, 0])
    receiver.answers = [web.Response(status=500, headers={"X-Slack-No-Retry": "1"})]
    await workspace.person("U01DANA").open_home()
    await _settled(workspace, 1)
    assert (await workspace.person("U01DANA").command(REL, "/release status")).ok
    assert len(receiver.got) == 2


async def test_commands_are_never_redelivered(receiver: Receiver, workspace: Workspace) -> None:
    """An error answer is dispatch_failed for the person, once."""
    await workspace.settings(retry_delays=[0.01])
    receiver.answers = [web.Response(status=500)]
    outcome = await workspace.person("U01DANA").command(REL, "/release status")
    assert outcome.error == "dispatch_failed"
    assert [one["attempt"] for one in await workspace.deliveries("slash_commands")] == [0]


async def test_deliveries_can_come_in_the_wrong_order(receiver: Receiver, workspace: Workspace) -> None:
    """Three events are held and let out last first."""
    await workspace.misbehave("reorder", of="events_api", count=3, times=3, seconds=5)
    dana = workspace.person("U01DANA")
    for text in ("first", "second", "third"):
        await dana.say(REL, text)
    await _settled(workspace, 3)
    assert [json.loads(body)["event"]["text"] for _, body in receiver.got] == ["third", "second", "first"]


async def test_a_delay_on_the_way_eats_into_the_three_seconds(receiver: Receiver, workspace: Workspace) -> None:
    """A command that travels longer than Slack waits has failed for the person."""
    await workspace.settings(ack_seconds=0.1)
    await workspace.misbehave("delay", of="slash_commands", seconds=0.2, times=1)
    assert (await workspace.person("U01DANA").command(REL, "/release status")).error == "operation_timeout"
    async with asyncio.timeout(5):
        await receiver.arrived.wait()


async def test_a_dropped_delivery_never_arrives(receiver: Receiver, workspace: Workspace) -> None:
    """Nothing is sent, and the person sees a timeout."""
    await workspace.settings(ack_seconds=0.1)
    await workspace.misbehave("drop", of="slash_commands", times=1)
    assert (await workspace.person("U01DANA").command(REL, "/release status")).error == "operation_timeout"
    assert receiver.got == []


async def test_a_silent_socket_is_noticed_and_replaced(socket_app: BoltApp, workspace: Workspace) -> None:
    """Commands time out on it; the client misses its pongs, reconnects, and the new socket works."""
    await workspace.settings(ack_seconds=0.3)
    await workspace.misbehave("silent_socket", times=1)
    dana = workspace.person("U01DANA")
    assert (await dana.command(REL, "/release status")).error == "operation_timeout"
    assert socket_app.heard == []

    async def works_again() -> bool:
        return len(await workspace.calls("apps.connections.open")) == 2

    await workspace.wait_for(works_again, 15)

    async def answered() -> bool:
        return (await dana.command(REL, "/release status")).ok

    await workspace.wait_for(answered, 15)


@pytest.mark.parametrize("how", ["disconnect", "drop_sockets"])
async def test_a_closed_socket_is_opened_again(socket_app: BoltApp, workspace: Workspace, how: str) -> None:
    """Told to go or cut off, the client fetches a new address and goes on."""
    await workspace.misbehave(how)

    async def reopened() -> bool:
        return len(await workspace.calls("apps.connections.open")) >= 2

    await workspace.wait_for(reopened, 15)
    dana = workspace.person("U01DANA")

    async def answered() -> bool:
        return (await dana.command(REL, "/release status")).ok

    assert await workspace.wait_for(answered, 15)


async def test_without_any_connection_a_click_fails_at_once_and_events_wait(workspace: Workspace) -> None:
    """Interactivity is lost; events are attempted again on schedule."""
    await workspace.settings(retry_delays=[0.01])
    dana = workspace.person("U01DANA")
    outcome = await dana.command(REL, "/release status")
    assert (outcome.error, outcome.ack_ms < 1000) == ("dispatch_failed", True)
    await dana.open_home()
    events = [one for one in await _settled(workspace, 3) if one["kind"] == "events_api"]
    assert [(one["attempt"], one["status"]) for one in events] == [(0, "no_connection"), (1, "no_connection")]


async def test_the_eleventh_socket_is_sent_away(sandbox: Sandbox, workspace: Workspace) -> None:
    """Ten connections an app; each payload goes to one of them."""
    client = AsyncWebClient(token=seed.APP_TOKEN, base_url=sandbox.api_url)
    async with aiohttp.ClientSession() as session:
        sockets = []
        for _ in range(11):
            url = (await client.apps_connections_open(app_token=seed.APP_TOKEN))["url"]
            sockets.append(await session.ws_connect(url))
        first = [await one.receive_json() for one in sockets]
        assert [one["type"] for one in first] == ["hello"] * 10 + ["disconnect"]
        assert first[-1]["reason"] == "too_many_websockets"
        await workspace.person("U01DANA").open_home()
        waiting = [asyncio.ensure_future(one.receive_json()) for one in sockets[:10]]
        done, rest = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        assert len(done) == 1
        for one in rest:
            one.cancel()


async def test_a_request_url_is_verified_by_a_challenge(receiver: Receiver, workspace: Workspace) -> None:
    """An app that does not echo the challenge is not verified."""
    receiver.answers = [web.Response(text="no")]
    assert (await workspace.post("app/verify", {}))["verified"] is False


async def test_bolt_passes_url_verification(app: BoltApp, workspace: Workspace) -> None:
    """A real app echoes it, on HTTP; on the socket Slack has no URL to verify."""
    if (await workspace.overview())["bot"]["connected"] == "http":
        assert (await workspace.post("app/verify", {}))["verified"] is True


async def test_nonsense_is_refused_and_reset_clears_all(workspace: Workspace) -> None:
    """Unknown kinds, fields and settings are errors; reset returns to the seed."""
    for wrong in ({"kind": "gremlins"}, {"kind": "slow", "speed": 1}, {"kind": "slow", "times": 0}):
        with pytest.raises(SandboxRefused):
            await workspace.post("misbehave", wrong)
    for setting in ({"speed": 1}, {"ack_seconds": "long"}, {"limits_scale": 0}, {"transport": "pigeon"}):
        with pytest.raises(SandboxRefused):
            await workspace.settings(**setting)
    await workspace.person("U01DANA").say(REL, "hello")
    await workspace.misbehave("slow")
    await workspace.people(users=[{"id": "U01DANA", "deleted": True}])
    await workspace.reset()
    assert await workspace.person("U01DANA").messages(REL) == []
    assert (await workspace.get("settings"))["misbehaviour"] == []


async def test_waiting_ends_with_a_change_or_at_the_deadline(workspace: Workspace) -> None:
    """wait_for returns on the change itself, and says what it last saw when nothing came."""
    dana = workspace.person("U01DANA")

    async def seen() -> list[Json]:
        return await dana.messages(REL)

    waiting = asyncio.ensure_future(workspace.wait_for(seen))
    await dana.say(REL, "now")
    assert (await waiting)[0]["text"] == "now"
    with pytest.raises(NothingHappened):
        await dana.sees(REL, lambda one: one["text"] == "never", timeout=0.05)


async def test_the_stream_tells_what_changed(sandbox: Sandbox, workspace: Workspace) -> None:
    """The page hears of a channel by name, with the growing number."""
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{sandbox.url}/control/stream?user=U01DANA") as ws,
    ):
        await workspace.person("U01DANA").say(REL, "hello")
        news = await ws.receive_json()
        assert (news["type"], news["what"], news["channel"]) == ("changed", "channel", REL)
        assert news["seq"] > 0
