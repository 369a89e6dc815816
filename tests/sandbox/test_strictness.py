"""Where Slack is strict the sandbox is at least as strict."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import seed
from bot.sandbox.person import SandboxRefused, Workspace
from bot.sandbox.server import Sandbox
from bot.sandbox.strict import blocks
from tests.sandbox.bolt_app import CARD, BoltApp, button, field, modal, option, plain

REL = "C01REL"
Json = dict[str, Any]


@pytest.fixture
def client(sandbox: Sandbox) -> AsyncWebClient:
    return AsyncWebClient(token=seed.BOT_TOKEN, base_url=sandbox.api_url, retry_handlers=[])


def _mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def _section(**more: Any) -> Json:
    return {"type": "section", "text": _mrkdwn("x")} | more


def _actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def _button(**more: Any) -> Json:
    return _actions(button("ok", "a") | more)


def _select(*options: Json, **more: Any) -> Json:
    return _actions({"type": "static_select", "action_id": "s", "options": list(options)} | more)


def _overflow(count: int) -> Json:
    return _actions({"type": "overflow", "action_id": "o", "options": [option("a", "a")] * count})


AT_THE_LIMIT_AND_OVER = [
    ([_section(text=_mrkdwn("x" * 3000))], [_section(text=_mrkdwn("x" * 3001))]),
    ([_section(fields=[_mrkdwn("x" * 2000)] * 10)], [_section(fields=[_mrkdwn("x")] * 11)]),
    ([_section(fields=[_mrkdwn("x")])], [_section(fields=[_mrkdwn("x" * 2001)])]),
    ([{"type": "header", "text": plain("x" * 150)}], [{"type": "header", "text": plain("x" * 151)}]),
    ([{"type": "header", "text": plain("x")}], [{"type": "header", "text": _mrkdwn("x")}]),
    ([{"type": "context", "elements": [_mrkdwn("x")] * 10}], [{"type": "context", "elements": [_mrkdwn("x")] * 11}]),
    ([_actions(*[button("b", f"a{n}") for n in range(25)])], [_actions(*[button("b", f"a{n}") for n in range(26)])]),
    ([_actions(button("b", "a"), button("b", "c"))], [_actions(button("b", "a"), button("b", "a"))]),
    ([_button(text=plain("x" * 75))], [_button(text=plain("x" * 76))]),
    ([_button(value="x" * 2000)], [_button(value="x" * 2001)]),
    ([_button(action_id="x" * 255)], [_button(action_id="x" * 256)]),
    ([_button(style="danger")], [_button(style="loud")]),
    ([_button(url="https://a.example")], [_button(href="https://a.example")]),
    ([_select(*[option("x", f"{n}") for n in range(100)])], [_select(*[option("x", f"{n}") for n in range(101)])]),
    ([_select(option("x" * 75, "v"))], [_select(option("x" * 76, "v"))]),
    ([_select(option("x", "v" * 150))], [_select(option("x", "v" * 151))]),
    ([_select(option("x", "v"))], [_select()]),
    (
        [_select(option("x", "v"), placeholder=plain("x" * 150))],
        [_select(option("x", "v"), placeholder=plain("x" * 151))],
    ),
    ([_overflow(5)], [_overflow(6)]),
    ([_overflow(1)], [_overflow(0)]),
    ([_section(block_id="x" * 255)], [_section(block_id="x" * 256)]),
    ([_section(block_id="a"), _section(block_id="b")], [_section(block_id="a"), _section(block_id="a")]),
    ([{"type": "divider"}] * 50, [{"type": "divider"}] * 51),
    ([_section(text=_mrkdwn("x"))], [_section(text=_mrkdwn(""))]),
    ([_section()], [{"type": "section"}]),
    ([{"type": "image", "image_url": "https://a", "alt_text": "a"}], [{"type": "image", "image_url": "https://a"}]),
    ([{"type": "markdown", "text": "x" * 12_000}], [{"type": "markdown", "text": "x" * 12_001}]),
    ([{"type": "markdown", "text": "x" * 6_000}] * 2, [{"type": "markdown", "text": "x" * 6_001}] * 2),
    ([{"type": "divider"}], [{"type": "hologram"}]),
    (
        [_button(confirm={"title": plain("x" * 100), "text": _mrkdwn("x" * 300), "confirm": plain("x" * 30)})],
        [_button(confirm={"title": plain("x" * 101), "text": _mrkdwn("x")})],
    ),
]


@pytest.mark.parametrize(("allowed", "refused"), AT_THE_LIMIT_AND_OVER, ids=range(len(AT_THE_LIMIT_AND_OVER)))
def test_block_limits_hold_to_the_character(allowed: list[Json], refused: list[Json]) -> None:
    """The last size that Slack takes passes, the next one does not (slack-facts 2.1)."""
    assert blocks.check(allowed, "message") == []
    assert blocks.check(refused, "message") != []


async def test_chat_update_takes_4000_characters_and_not_one_more(client: AsyncWebClient) -> None:
    """Posting is more generous than editing."""
    ts = (await client.chat_postMessage(channel=REL, text="x" * 4001))["ts"]
    await client.chat_update(channel=REL, ts=ts, text="x" * 4000)
    with pytest.raises(SlackApiError, match="msg_too_long"):
        await client.chat_update(channel=REL, ts=ts, text="x" * 4001)


async def test_update_keeps_metadata_unless_told_and_blocks_only_when_told(client: AsyncWebClient) -> None:
    """Left out is kept, `{}` is removed; text without blocks removes blocks (slack-facts 2.2)."""
    metadata = {"event_type": "release", "event_payload": {"id": "R-1"}}
    ts = (await client.chat_postMessage(channel=REL, text="x", blocks=CARD, metadata=metadata))["ts"]

    async def now() -> Json:
        found = await client.conversations_history(channel=REL, include_all_metadata=True)
        return next(one for one in found["messages"] if one["ts"] == ts)

    await client.chat_update(channel=REL, ts=ts, text="y", blocks=CARD)
    assert (await now())["metadata"] == metadata
    assert len((await now())["blocks"]) == 2
    await client.chat_update(channel=REL, ts=ts, text="z", metadata={})
    assert "metadata" not in await now()
    assert "blocks" not in await now()


async def test_others_messages_cannot_be_edited_or_deleted(client: AsyncWebClient, workspace: Workspace) -> None:
    """A bot edits its own messages only."""
    ts = await workspace.person("U01DANA").say(REL, "mine")
    with pytest.raises(SlackApiError, match="cant_update_message"):
        await client.chat_update(channel=REL, ts=ts, text="x")
    with pytest.raises(SlackApiError, match="cant_delete_message"):
        await client.chat_delete(channel=REL, ts=ts)


async def test_a_trigger_is_good_once_and_for_three_seconds(client: AsyncWebClient, sandbox: Sandbox) -> None:
    """exchanged_trigger_id the second time, expired_trigger_id after three seconds."""
    view = modal(field("reason", "Reason"))
    used, old = sandbox.core.state.new_trigger("U01DANA").id, sandbox.core.state.new_trigger("U01DANA").id
    await client.views_open(trigger_id=used, view=view)
    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        await client.views_open(trigger_id=used, view=view)
    sandbox.core.clock.advance(3.1)
    with pytest.raises(SlackApiError, match="expired_trigger_id"):
        await client.views_open(trigger_id=old, view=view)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"title": plain("x" * 25)}, "invalid_arguments"),
        ({"private_metadata": "x" * 3001}, "invalid_arguments"),
        ({"callback_id": "x" * 256}, "invalid_arguments"),
        ({"submit": None}, "invalid_arguments"),
        ({"type": "home"}, "invalid_arguments"),
        ({"blocks": [{"type": "divider"}] * 101}, "invalid_arguments"),
        ({"blocks": [{"type": "markdown", "text": "x"}]}, "invalid_arguments"),
        ({"blocks": [_section(text=_mrkdwn("x" * 3000))] * 90, "private_metadata": "ü" * 3000}, "view_too_large"),
    ],
    ids=lambda one: one if isinstance(one, str) else "-".join(one),
)
async def test_views_have_their_own_limits(client: AsyncWebClient, sandbox: Sandbox, wrong: Json, error: str) -> None:
    """Title 24, private_metadata 3,000, callback_id 255, submit with inputs, 100 blocks, 250 KB."""
    trigger = sandbox.core.state.new_trigger("U01DANA").id
    with pytest.raises(SlackApiError, match=error):
        await client.views_open(trigger_id=trigger, view=modal(field("reason", "Reason")) | wrong)


async def test_the_stack_holds_three_views(client: AsyncWebClient, sandbox: Sandbox) -> None:
    """The fourth push is refused."""
    view = modal(field("reason", "Reason"))
    state = sandbox.core.state
    opened = (await client.views_open(trigger_id=state.new_trigger("U01DANA").id, view=view))["view"]["id"]
    for _ in range(2):
        await client.views_push(trigger_id=state.new_trigger("U01DANA", opened).id, view=view)
    with pytest.raises(SlackApiError, match="push_limit_reached"):
        await client.views_push(trigger_id=state.new_trigger("U01DANA", opened).id, view=view)


async def test_a_stale_hash_does_not_overwrite_a_view(client: AsyncWebClient, sandbox: Sandbox) -> None:
    """hash_conflict, for modals and for the home tab."""
    view = modal(field("reason", "Reason"))
    opened = (await client.views_open(trigger_id=sandbox.core.state.new_trigger("U01DANA").id, view=view))["view"]
    await client.views_update(view_id=opened["id"], view=view, hash=opened["hash"])
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await client.views_update(view_id=opened["id"], view=view, hash=opened["hash"])
    home = {"type": "home", "blocks": [{"type": "divider"}]}
    published = (await client.views_publish(user_id="U01DANA", view=home))["view"]
    await client.views_publish(user_id="U01DANA", view=home, hash=published["hash"])
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await client.views_publish(user_id="U01DANA", view=home, hash=published["hash"])


async def test_each_method_needs_its_scope(client: AsyncWebClient, sandbox: Sandbox) -> None:
    """missing_scope names what is needed and what was granted; the header lists the grants."""
    manifest = sandbox.core.state.manifest
    assert manifest is not None
    object.__setattr__(manifest, "scopes", ("chat:write", "channels:read"))
    answer = await client.chat_postMessage(channel=REL, text="x")
    assert answer.headers["X-OAuth-Scopes"] == "chat:write,channels:read"
    with pytest.raises(SlackApiError) as refused:
        await client.pins_add(channel=REL, timestamp=answer["ts"])
    body = refused.value.response
    assert (body["error"], body["needed"], body["provided"]) == (
        "missing_scope",
        "pins:write",
        "chat:write,channels:read",
    )


async def test_a_channel_takes_a_burst_then_one_post_a_second(client: AsyncWebClient, sandbox: Sandbox) -> None:
    """429 with Retry-After; another channel is not affected, and a second later one more passes."""
    for number in range(5):
        await client.chat_postMessage(channel=REL, text=f"{number}")
    with pytest.raises(SlackApiError) as limited:
        await client.chat_postMessage(channel=REL, text="one too many")
    assert limited.value.response.status_code == 429
    assert limited.value.response.headers["Retry-After"] == "1"
    await client.chat_postMessage(channel="C01STG", text="elsewhere")
    sandbox.core.clock.advance(1)
    await client.chat_postMessage(channel=REL, text="a second later")


async def test_tiers_limit_calls_a_minute_and_scale_with_time(client: AsyncWebClient, workspace: Workspace) -> None:
    """usergroups.users.list is tier 2: 20 a minute; a scale of 60 makes the minute a second; limits can be off."""
    for _ in range(20):
        await client.usergroups_users_list(usergroup="S01SRE")
    with pytest.raises(SlackApiError) as limited:
        await client.usergroups_users_list(usergroup="S01SRE")
    assert 1 < int(limited.value.response.headers["Retry-After"]) <= 60
    await workspace.settings(limits_scale=60)
    with pytest.raises(SlackApiError) as limited:
        await client.usergroups_users_list(usergroup="S01SRE")
    assert limited.value.response.headers["Retry-After"] == "1"
    await workspace.settings(limits_enabled=False)
    await client.usergroups_users_list(usergroup="S01SRE")


async def test_slash_commands_do_not_run_in_threads_or_unknown(workspace: Workspace) -> None:
    """Slack refuses them before any app hears of it."""
    dana = workspace.person("U01DANA")
    root = await dana.say(REL, "hello")
    assert (await dana.command(REL, "/release status", thread_ts=root)).error == "not_supported_in_thread"
    assert (await dana.command(REL, "/relase status")).error == "not_a_command"
    with pytest.raises(SandboxRefused, match="starts_with_slash"):
        await dana.say(REL, "/release status")
    assert await workspace.deliveries("slash_commands") == []


async def test_who_may_act(workspace: Workspace) -> None:
    """The deactivated and bots cannot, strangers have no commands, nobody acts where they are not a member."""
    assert (await workspace.person("U01GONE").command(REL, "/release status")).error == "account_inactive"
    assert (await workspace.person("UOTHERBOT").command(REL, "/release status")).error == "user_is_bot"
    stranger = await workspace.person("U0STRANGER").command("C01STG", "/release status")
    assert stranger.error == "not_available_to_external_members"
    assert (await workspace.person("U0STRANGER").command(REL, "/release status")).error == "not_in_channel"
    assert (await workspace.person("U01GONE").command(REL, "/release status", force=True)).error == "dispatch_failed"


async def test_a_response_url_is_used_five_times_within_thirty_minutes(
    app: BoltApp, workspace: Workspace, sandbox: Sandbox
) -> None:
    """Then used_url, or expired_url."""
    await workspace.person("U01DANA").command(REL, "/release status")
    await workspace.person("U01DANA").command(REL, "/release status")
    used, old = (one["response_url"] for one in app.heard)
    assert [await _respond(used, {"text": "x"}) for _ in range(6)] == [200] * 5 + [404]
    sandbox.core.clock.advance(1801)
    assert await _respond(old, {"text": "x"}) == 404


async def test_a_response_url_replaces_and_deletes_its_message(app: BoltApp, workspace: Workspace) -> None:
    """replace_original edits what was clicked, delete_original removes it; in_channel is for all."""
    dana = workspace.person("U01DANA")
    await app.client.chat_postMessage(channel=REL, text="card", blocks=CARD)
    card = (await dana.messages(REL))[0]
    await dana.click(card, "act:approve")
    address = app.heard_of("block_actions")[0]["response_url"]
    assert await _respond(address, {"replace_original": True, "text": "new"}) == 200
    assert [one["text"] for one in await dana.messages(REL)] == ["new"]
    assert await _respond(address, {"response_type": "in_channel", "replace_original": False, "text": "all"}) == 200
    assert [one["text"] for one in await workspace.person("U01RAVI").messages(REL)] == ["new", "all"]
    assert await _respond(address, {"delete_original": True}) == 200
    assert [one["text"] for one in await dana.messages(REL)] == ["all"]


async def _respond(address: str, body: Json) -> int:
    async with aiohttp.ClientSession() as session, session.post(address, json=body) as response:
        return response.status


async def test_a_click_needs_a_real_element(client: AsyncWebClient, workspace: Workspace) -> None:
    """A button that is gone, an option that is not offered, a message of someone else's eyes: refused."""
    dana = workspace.person("U01DANA")
    await client.chat_postMessage(channel=REL, text="card", blocks=CARD)
    card = (await dana.messages(REL))[0]
    assert (await dana.click(card, "act:nothing")).error == "element_not_found"
    assert (await dana.click(card, "act:more", selected="explode")).error == "option_not_found"
    assert (await dana.click(card, "act:more")).error == "option_not_found"
    whisper = await client.chat_postEphemeral(channel=REL, user="U01RAVI", text="psst", blocks=CARD)
    other = {"channel": REL, "ts": whisper["message_ts"]}
    assert (await dana.click(other, "act:approve")).error == "message_not_found"


async def test_what_people_type_is_escaped_and_mentions_become_ids(workspace: Workspace) -> None:
    """`<!channel>` typed by a person is text; names become ids; nothing is interpreted."""
    dana = workspace.person("U01DANA")
    await dana.say(REL, "<!channel> a & b @ravi @sre #staging <@U01LEE> @nobody")
    seen = (await dana.messages(REL))[0]["text"]
    expected = "&lt;!channel&gt; a &amp; b <@U01RAVI> <!subteam^S01SRE> <#C01STG|staging> <@U01LEE> @nobody"
    assert seen == expected


async def test_the_control_api_is_not_for_other_sites(sandbox: Sandbox) -> None:
    """A foreign Origin, a rebound host name or a form: refused."""
    url = f"{sandbox.url}/control/workspace"
    async with aiohttp.ClientSession() as session:
        for headers in ({"Origin": "https://evil.example"}, {"Host": "evil.example"}):
            async with session.get(url, headers=headers) as response:
                assert response.status == 403
        async with session.post(f"{sandbox.url}/control/reset", data={"a": "b"}) as response:
            assert (await response.json())["error"] == "json_expected"
        async with session.get(url, headers={"Origin": sandbox.url}) as response:
            assert response.status == 200
