"""The workspace itself: who sees what, direct messages, threads, pages of lists, files, subscriptions."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import seed
from bot.sandbox.person import SandboxRefused, Workspace
from bot.sandbox.server import Sandbox
from tests.sandbox.bolt_app import BoltApp, field, modal, option, plain

REL = "C01REL"
Json = dict[str, Any]


@pytest.fixture
def client(sandbox: Sandbox) -> AsyncWebClient:
    return AsyncWebClient(token=seed.BOT_TOKEN, base_url=sandbox.api_url, retry_handlers=[])


async def test_each_person_sees_their_own_channels(workspace: Workspace) -> None:
    """Full members see every public channel, guests and strangers only where they are members, nobody another's DM."""

    async def names(user: str) -> list[str]:
        return [one["name"] for one in (await workspace.overview(user))["channels"]]

    await workspace.person("U01DANA").dm()
    assert await names("U01DANA") == ["releases", "staging", "general", "payload-team", "interlock"]
    assert await names("U01LEE") == ["releases", "staging", "general", "payload-team"]
    assert await names("U01GUEST") == ["releases", "staging"]
    assert await names("U0STRANGER") == ["staging"]
    with pytest.raises(SandboxRefused, match="not_in_channel"):
        await workspace.person("U0STRANGER").messages(REL)


async def test_users_say_what_they_are(client: AsyncWebClient, workspace: Workspace) -> None:
    """Guest, stranger, deactivated and bot are told apart by the flags that Slack has for them."""
    await workspace.people(users=[{"id": "U01SOLO", "name": "solo", "is_ultra_restricted": True}])
    flags = {}
    for id in ("U01DANA", "U01GUEST", "U01SOLO", "U0STRANGER", "U01GONE", "UOTHERBOT"):
        user = (await client.users_info(user=id))["user"]
        names = ("is_restricted", "is_ultra_restricted", "is_stranger", "deleted", "is_bot")
        flags[id] = {one for one in names if user.get(one)}
    assert flags == {
        "U01DANA": set(),
        "U01GUEST": {"is_restricted"},
        "U01SOLO": {"is_restricted", "is_ultra_restricted"},
        "U0STRANGER": {"is_stranger"},
        "U01GONE": {"deleted"},
        "UOTHERBOT": {"is_bot"},
    }
    assert (await client.users_info(user="U0STRANGER"))["user"]["team_id"] == "T0PARTNER"


async def test_a_direct_message_reaches_both_sides(app: BoltApp, workspace: Workspace) -> None:
    """Posting to a user id opens the DM; what the person says there is message.im and no mention."""
    answer = await app.client.chat_postMessage(channel="U01DANA", text="hello Dana")
    dana = workspace.person("U01DANA")
    channel = await dana.dm()
    assert answer["channel"] == channel
    await dana.say(channel, "@interlock hello")

    async def heard() -> list[Json]:
        return [one for one in app.heard_of("message") if one.get("user") == "U01DANA"]

    assert (await workspace.wait_for(heard))[0]["channel_type"] == "im"
    assert app.heard_of("app_mention") == []


async def test_events_need_a_subscription_and_membership(app: BoltApp, workspace: Workspace) -> None:
    """In #general, where the bot is not, nothing is heard, and unsubscribed events are not sent."""
    await workspace.person("U01DANA").say("C01GEN", "@interlock hello")
    assert await workspace.deliveries("events_api") == []
    await app.client.conversations_join(channel="C01GEN")
    await workspace.person("U01DANA").say("C01GEN", "@interlock hello")

    async def mentioned() -> list[Json]:
        return app.heard_of("app_mention")

    assert (await workspace.wait_for(mentioned))[0]["channel"] == "C01GEN"


async def test_an_event_that_is_not_subscribed_is_not_sent(sandbox: Sandbox, workspace: Workspace) -> None:
    """The manifest decides."""
    manifest = sandbox.core.state.manifest
    assert manifest is not None
    object.__setattr__(manifest, "events", ("app_mention",))
    await workspace.person("U01DANA").say(REL, "@interlock hello")
    assert [one["name"] for one in await workspace.deliveries()] == ["app_mention"]


async def test_threads_and_broadcasts(client: AsyncWebClient, workspace: Workspace) -> None:
    """A reply is in the thread, a broadcast also in the channel, and history and replies agree with the page."""
    root = (await client.chat_postMessage(channel=REL, text="root"))["ts"]
    await client.chat_postMessage(channel=REL, text="reply", thread_ts=root)
    await client.chat_postMessage(channel=REL, text="news", thread_ts=root, reply_broadcast=True)
    dana = workspace.person("U01DANA")
    assert [one["text"] for one in await dana.messages(REL)] == ["root", "news"]
    assert [one["text"] for one in await dana.messages(REL, root)] == ["root", "reply", "news"]
    history = await client.conversations_history(channel=REL)
    assert [one["text"] for one in history["messages"]] == ["news", "root"]
    assert history["messages"][1]["reply_count"] == 2
    replies = await client.conversations_replies(channel=REL, ts=root)
    assert [one["text"] for one in replies["messages"]] == ["root", "reply", "news"]
    with pytest.raises(SlackApiError, match="cannot_reply_to_message"):
        await client.chat_postMessage(channel=REL, text="x", thread_ts=replies["messages"][1]["ts"])


async def test_metadata_finds_a_post_again(client: AsyncWebClient) -> None:
    """Only with include_all_metadata, as Slack does."""
    metadata = {"event_type": "release", "event_payload": {"id": "R-1"}}
    root = (await client.chat_postMessage(channel=REL, text="root"))["ts"]
    await client.chat_postMessage(channel=REL, text="reply", thread_ts=root, metadata=metadata)
    plainly = await client.conversations_replies(channel=REL, ts=root)
    fully = await client.conversations_replies(channel=REL, ts=root, include_all_metadata=True)
    assert "metadata" not in plainly["messages"][1]
    assert fully["messages"][1]["metadata"] == metadata


async def test_lists_come_in_pages(client: AsyncWebClient) -> None:
    """Cursors lead through all of it, once."""
    seen: list[str] = []
    async for page in await client.users_list(limit=5):
        seen += [one["id"] for one in page["members"]]
    assert len(seen) == len(set(seen)) == len(seed.PEOPLE)


async def test_a_file_goes_up_in_three_steps_into_a_thread(client: AsyncWebClient, workspace: Workspace) -> None:
    """files_upload_v2 of the SDK works unmodified, and the bytes come back for the token."""
    root = (await client.chat_postMessage(channel=REL, text="root"))["ts"]
    done = await client.files_upload_v2(
        channel=REL, thread_ts=root, filename="gate.txt", content="p95 212 ms", initial_comment="evidence"
    )
    shared = (await workspace.person("U01DANA").messages(REL, root))[1]
    assert (shared["text"], shared["files"][0]["name"]) == ("evidence", "gate.txt")
    address = (await client.files_info(file=done["file"]["id"]))["file"]["url_private"]
    async with aiohttp.ClientSession(headers={"Authorization": "Bearer xoxb-other"}) as session:
        assert (await session.get(address)).status == 403
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {seed.BOT_TOKEN}"}) as session:
        assert await (await session.get(address)).read() == b"p95 212 ms"


async def test_a_click_in_a_modal_keeps_what_was_typed(sandbox: Sandbox, workspace: Workspace, app: BoltApp) -> None:
    """block_actions of a view carry the state of every field, and views.update keeps it."""
    select = {
        "type": "static_select",
        "action_id": "home:refresh",
        "options": [option("Prod", "prod"), option("Dev", "dev")],
    }
    pick = {"type": "section", "block_id": "pick", "text": plain("Where"), "accessory": select}
    view = modal(field("reason", "Reason"), pick, callback_id="reject")
    trigger = sandbox.core.state.new_trigger("U01DANA").id
    opened = (await app.client.views_open(trigger_id=trigger, view=view))["view"]
    dana = workspace.person("U01DANA")
    values = {"reason": {"reason": "half a sen"}}
    assert (await dana.click(opened, "home:refresh", selected="dev", values=values)).ok
    heard = app.heard_of("block_actions")[0]
    assert heard["view"]["state"]["values"]["reason"]["reason"]["value"] == "half a sen"
    assert heard["view"]["state"]["values"]["pick"]["home:refresh"]["selected_option"]["value"] == "dev"
    assert heard["actions"][0]["selected_option"]["value"] == "dev"
    updated = (await app.client.views_update(view_id=opened["id"], view=view))["view"]
    assert updated["state"]["values"]["reason"]["reason"]["value"] == "half a sen"


async def test_the_token_is_never_in_the_log(client: AsyncWebClient, workspace: Workspace, sandbox: Sandbox) -> None:
    """Neither from the header nor from the body."""
    await client.auth_test()
    async with aiohttp.ClientSession() as session:
        answer = await session.post(f"{sandbox.api_url}auth.test", data={"token": seed.BOT_TOKEN})
        assert (await answer.json())["ok"] is True
    calls = await workspace.calls("auth.test")
    assert len(calls) == 2
    assert seed.BOT_TOKEN not in str(calls)
