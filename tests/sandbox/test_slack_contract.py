"""The sandbox's answers, errors and deliveries against Slack's published shapes and recorded payloads."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import seed
from bot.sandbox.person import Workspace
from bot.sandbox.server import Sandbox, start
from bot.sandbox.webapi.catalogue import METHODS
from tests.sandbox.bolt_app import CARD, BoltApp, button, field, modal
from tests.sandbox.vendor import documented_errors, needs_vendor, paths, read, shape, strangers

pytestmark = needs_vendor
REL = "C01REL"
Json = dict[str, Any]

MESSAGES = [
    ("chat.postMessage", "message."),
    ("chat.update", "message."),
    ("conversations.history", "messages[]."),
    ("conversations.replies", "messages[]."),
]
MATTERS = {
    "apps.connections.open": "url",
    "auth.test": "url team user team_id user_id bot_id is_enterprise_install",
    "chat.delete": "channel ts",
    "chat.getPermalink": "channel permalink",
    "chat.postEphemeral": "message_ts",
    "chat.postMessage": "channel ts message.text message.ts message.bot_id message.app_id message.user message.blocks "
    "message.metadata.event_type message.thread_ts",
    "chat.update": "channel ts text message.edited.ts message.edited.user",
    "conversations.history": "messages[].ts messages[].reply_count messages[].latest_reply messages[].reply_users "
    "messages[].bot_id has_more response_metadata.next_cursor",
    "conversations.info": "channel.id channel.name channel.is_member channel.is_private channel.is_ext_shared "
    "channel.is_shared channel.is_archived channel.is_im channel.num_members",
    "conversations.join": "channel.id channel.is_member",
    "conversations.list": "channels[].id channels[].is_member channels[].name response_metadata.next_cursor",
    "conversations.members": "members response_metadata.next_cursor",
    "conversations.open": "channel.id",
    "conversations.replies": "messages[].ts messages[].thread_ts messages[].parent_user_id "
    "messages[].metadata.event_type messages[].text has_more",
    "files.completeUploadExternal": "files[].id files[].title files[].permalink",
    "files.getUploadURLExternal": "upload_url file_id",
    "files.info": "file.id file.size file.name file.shares.public",
    "pins.add": "",
    "reactions.add": "",
    "team.info": "team.id team.name team.domain",
    "usergroups.list": "usergroups[].id usergroups[].handle usergroups[].users usergroups[].date_delete",
    "usergroups.users.list": "users",
    "users.conversations": "channels[].id response_metadata.next_cursor",
    "users.info": "user.id user.team_id user.deleted user.is_bot user.is_restricted user.is_ultra_restricted user.tz "
    "user.profile.display_name user.real_name",
    "users.list": "members[].id members[].deleted members[].is_bot members[].team_id response_metadata.next_cursor",
    "views.open": "view.id view.hash view.root_view_id view.state.values view.callback_id view.private_metadata",
    "views.publish": "view.id view.hash view.type",
    "views.push": "view.id view.previous_view_id view.root_view_id",
    "views.update": "view.id view.hash",
}
"""What a bot reads of every answer."""

NEWER_THAN_THE_SPECIFICATION = {
    # the specification is of 2021; these codes are in Slack's documentation of today (slack-facts 1.3, 2.1, 2.2, 4, 6)
    *("missing_scope", "not_allowed_token_type", "invalid_arguments", "invalid_blocks", "invalid_blocks_format"),
    *(
        "invalid_metadata_format",
        "invalid_metadata_schema",
        "metadata_too_large",
        "invalid_attachments",
        "not_in_channel",
    ),
    *("thread_not_found", "cannot_reply_to_message", "invalid_cursor", "invalid_limit", "ratelimited"),
    *("no_such_subteam", "subteam_disabled", "user_not_found"),
    # views.* and files.*External list no codes in the specification
    *("invalid_trigger_id", "expired_trigger_id", "exchanged_trigger_id", "not_found", "hash_conflict"),
    *("push_limit_reached", "view_too_large", "duplicate_external_id", "file_not_found", "file_update_failed"),
    *("not_authed", "invalid_auth", "invalid_json", "json_not_object", "channel_not_found"),
}


@pytest.fixture
async def open_sandbox() -> Any:
    running = await start()
    await _settle(running)
    yield running
    await running.stop()


async def _settle(running: Sandbox) -> None:
    running.core.settings.limits_enabled = False
    running.core.settings.retry_delays = []


async def _ask(sandbox: Sandbox, method: str, token: str = seed.BOT_TOKEN, **args: Any) -> Json:
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{sandbox.api_url}{method}", json=args, headers=headers) as response,
    ):
        return dict(await response.json())


async def _answers(sandbox: Sandbox) -> dict[str, Json]:
    """A successful answer of every method, from one small story."""
    client = AsyncWebClient(token=seed.BOT_TOKEN, base_url=sandbox.api_url)
    core = sandbox.core
    metadata = {"event_type": "release", "event_payload": {"id": "R-1"}}
    got: dict[str, Any] = {}
    root = await client.chat_postMessage(channel=REL, text="root", blocks=CARD, metadata=metadata)
    ts = root["ts"]
    got["chat.postMessage"] = await client.chat_postMessage(
        channel=REL, text="reply", blocks=CARD, metadata=metadata, thread_ts=ts, reply_broadcast=True
    )
    got["conversations.history"] = await client.conversations_history(channel=REL, include_all_metadata=True)
    got["conversations.replies"] = await client.conversations_replies(channel=REL, ts=ts, include_all_metadata=True)
    got["chat.update"] = await client.chat_update(channel=REL, ts=ts, text="changed", blocks=CARD)
    got["chat.postEphemeral"] = await client.chat_postEphemeral(channel=REL, user="U01DANA", text="psst")
    got["chat.getPermalink"] = await client.chat_getPermalink(channel=REL, message_ts=ts)
    got["reactions.add"] = await client.reactions_add(channel=REL, timestamp=ts, name="eyes")
    got["pins.add"] = await client.pins_add(channel=REL, timestamp=ts)
    got["chat.delete"] = await client.chat_delete(channel=REL, ts=got["chat.postMessage"]["ts"])
    got["conversations.info"] = await client.conversations_info(channel=REL, include_num_members=True)
    got["conversations.join"] = await client.conversations_join(channel="C01GEN")
    got["conversations.open"] = await client.conversations_open(users="U01DANA")
    got["conversations.list"] = await client.conversations_list(types="public_channel,private_channel,im", limit=3)
    got["conversations.members"] = await client.conversations_members(channel=REL)
    got["auth.test"] = await client.auth_test()
    got["team.info"] = await client.team_info()
    got["users.info"] = await client.users_info(user="U01DANA")
    got["users.list"] = await client.users_list()
    got["users.conversations"] = await client.users_conversations(user="U01DANA")
    got["usergroups.list"] = await client.usergroups_list(include_users=True)
    got["usergroups.users.list"] = await client.usergroups_users_list(usergroup="S01SRE")
    got["apps.connections.open"] = await client.apps_connections_open(app_token=seed.APP_TOKEN)
    await _files(client, got)
    view = modal(field("reason", "Reason"), callback_id="reject")
    trigger = core.state.new_trigger("U01DANA")
    got["views.open"] = await client.views_open(trigger_id=trigger.id, view=view)
    inside = core.state.new_trigger("U01DANA", got["views.open"]["view"]["id"])
    got["views.push"] = await client.views_push(trigger_id=inside.id, view=view)
    got["views.update"] = await client.views_update(view_id=got["views.open"]["view"]["id"], view=view)
    home = {"type": "home", "blocks": [{"type": "actions", "elements": [button("Go", "go")]}]}
    got["views.publish"] = await client.views_publish(user_id="U01DANA", view=home)
    return {method: dict(answer.data) for method, answer in got.items()}


async def _files(client: AsyncWebClient, got: dict[str, Any]) -> None:
    got["files.getUploadURLExternal"] = await client.files_getUploadURLExternal(filename="gate.txt", length=5)
    address, id = got["files.getUploadURLExternal"]["upload_url"], got["files.getUploadURLExternal"]["file_id"]
    async with aiohttp.ClientSession() as session, session.post(address, data=b"hello") as response:
        assert await response.text() == "OK - 5"
    got["files.completeUploadExternal"] = await client.files_completeUploadExternal(
        files=[{"id": id, "title": "Gate"}], channel_id=REL, initial_comment="see"
    )
    got["files.info"] = await client.files_info(file=id)


def _known(method: str) -> dict[str, type]:
    """The method's own shape, with what Slack's four message shapes have together."""
    known = shape(f"api-shapes/{method}.json")
    for own, prefix in MESSAGES:
        if method == own:
            for other, from_prefix in MESSAGES:
                theirs = shape(f"api-shapes/{other}.json")
                known |= {
                    prefix + path.removeprefix(from_prefix): kind
                    for path, kind in theirs.items()
                    if path.startswith(from_prefix)
                }
            known |= {f"{prefix}{name}": list for name in ("blocks", "files")}
            known[f"{prefix}metadata.event_payload"] = dict
    if method == "users.list":
        # users.list and users.info describe the same user object
        known["members[].is_stranger"] = bool
    if method.startswith("views."):
        known |= {
            f"view.{path}": kind
            for path, kind in paths(read("payloads/chat-sdk/view_submission.2.json")["view"]).items()
        }
    if method == "conversations.history":
        known |= {
            f"messages[].files[].{path.removeprefix('file.')}": kind
            for path, kind in shape("api-shapes/files.info.json").items()
        }
    return known


async def test_every_answer_has_what_bots_read_and_nothing_slack_never_sends(open_sandbox: Sandbox) -> None:
    """Key by key and type by type, for every method."""
    answers = await _answers(open_sandbox)
    assert set(answers) == set(METHODS)
    wrong = {}
    for method, answer in answers.items():
        missing = [one for one in MATTERS[method].split() if one not in paths(answer)]
        unknown = strangers(answer, _known(method))
        if missing or unknown:
            wrong[method] = {"missing": missing, "unknown": unknown}
    assert wrong == {}


def _refusals() -> list[tuple[str, Json, str]]:
    long = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}
    view = modal(field("reason", "Reason"))
    return [
        ("chat.postMessage", {"channel": "C0NOPE", "text": "x"}, "channel_not_found"),
        ("chat.postMessage", {"channel": "C01GEN", "text": "x"}, "not_in_channel"),
        ("chat.postMessage", {"channel": REL}, "no_text"),
        ("chat.postMessage", {"channel": REL, "text": "x", "blocks": [long]}, "invalid_blocks"),
        ("chat.postMessage", {"channel": REL, "text": "x", "blocks": "{"}, "invalid_blocks_format"),
        ("chat.postMessage", {"channel": REL, "text": "x", "thread_ts": "1.000000"}, "thread_not_found"),
        ("chat.postMessage", {"channel": REL, "text": "x", "metadata": {"event_type": "a"}}, "invalid_metadata_schema"),
        (
            "chat.postMessage",
            {"channel": REL, "text": "x", "metadata": {"event_type": "a", "event_payload": {"b": "c" * 5000}}},
            "metadata_too_large",
        ),
        ("chat.postMessage", {"channel": REL, "text": "x", "attachments": [{}] * 101}, "too_many_attachments"),
        ("chat.update", {"channel": REL, "ts": "1.000000", "text": "x"}, "message_not_found"),
        ("chat.update", {"channel": "general", "ts": "1.000000", "text": "x"}, "channel_not_found"),
        ("chat.delete", {"channel": REL, "ts": "1.000000"}, "message_not_found"),
        ("chat.postEphemeral", {"channel": REL, "user": "U0STRANGER", "text": "x"}, "user_not_in_channel"),
        ("chat.getPermalink", {"channel": REL, "message_ts": "1.000000"}, "message_not_found"),
        ("conversations.info", {"channel": "C0NOPE"}, "channel_not_found"),
        ("conversations.history", {"channel": "C01GEN"}, "not_in_channel"),
        ("conversations.history", {"channel": REL, "latest": "soon"}, "invalid_ts_latest"),
        ("conversations.replies", {"channel": REL, "ts": "1.000000"}, "thread_not_found"),
        ("conversations.members", {"channel": REL, "cursor": "!!"}, "invalid_cursor"),
        ("conversations.members", {"channel": REL, "limit": 5000}, "invalid_limit"),
        ("conversations.open", {}, "users_list_not_supplied"),
        ("conversations.open", {"users": "U0NOPE"}, "user_not_found"),
        ("conversations.open", {"users": "U01GONE"}, "user_disabled"),
        ("conversations.join", {"channel": "C0NOPE"}, "channel_not_found"),
        ("users.info", {"user": "U0NOPE"}, "user_not_found"),
        ("users.conversations", {"types": "secret"}, "invalid_types"),
        ("usergroups.users.list", {"usergroup": "S0NOPE"}, "no_such_subteam"),
        ("reactions.add", {"channel": REL, "timestamp": "x", "name": "eyes"}, "bad_timestamp"),
        ("reactions.add", {"channel": REL, "name": "eyes"}, "no_item_specified"),
        ("pins.add", {"channel": REL, "timestamp": "1.000000"}, "message_not_found"),
        ("files.info", {"file": "F0NOPE"}, "file_not_found"),
        ("views.open", {"trigger_id": "made.up", "view": view}, "invalid_trigger_id"),
        ("views.open", {"trigger_id": "made.up", "view": []}, "invalid_arguments"),
        ("views.update", {"view_id": "V0NOPE", "view": view}, "not_found"),
        ("views.publish", {"user_id": "U0NOPE", "view": view}, "invalid_arguments"),
    ]


@pytest.mark.parametrize(("method", "args", "error"), _refusals(), ids=lambda one: one if isinstance(one, str) else "")
async def test_refusals_use_slacks_own_codes(open_sandbox: Sandbox, method: str, args: Json, error: str) -> None:
    """Every refusal is the expected one, and a code that Slack documents for this method or everywhere."""
    answer = await _ask(open_sandbox, method, **args)
    assert answer.get("error", "") == error, answer
    assert answer["ok"] is False
    assert error in documented_errors(method) | NEWER_THAN_THE_SPECIFICATION


@pytest.mark.parametrize("method", sorted(METHODS))
async def test_a_wrong_or_missing_token_is_refused_by_every_method(open_sandbox: Sandbox, method: str) -> None:
    """invalid_auth, not_authed, and not_allowed_token_type for the other kind of token."""
    assert (await _ask(open_sandbox, method, token="xoxb-other"))["error"] == "invalid_auth"
    assert (await _ask(open_sandbox, method, token=""))["error"] == "not_authed"
    other = seed.BOT_TOKEN if METHODS[method].app_token else seed.APP_TOKEN
    assert (await _ask(open_sandbox, method, token=other))["error"] == "not_allowed_token_type"


async def test_an_invalid_block_is_pointed_at(open_sandbox: Sandbox) -> None:
    """response_metadata.messages carry a JSON pointer to the field that is wrong."""
    client = AsyncWebClient(token=seed.BOT_TOKEN, base_url=open_sandbox.api_url)
    blocks = [{"type": "divider"}, {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel=REL, text="x", blocks=blocks)
    assert refused.value.response["response_metadata"]["messages"] == [
        "[ERROR] must be less than 151 characters [json-pointer:/blocks/1/text/text]"
    ]


def _samples(*files: str) -> dict[str, type]:
    known: dict[str, type] = {}
    for file in files:
        known |= paths(read(file))
    return known


def _views_known() -> dict[str, type]:
    return {
        f"view.{path}": kind for path, kind in paths(read("payloads/chat-sdk/view_submission.2.json")["view"]).items()
    }


def _messages_known(prefix: str) -> dict[str, type]:
    known: dict[str, type] = {f"{prefix}blocks": list, f"{prefix}metadata.event_payload": dict}
    for other, from_prefix in MESSAGES:
        theirs = shape(f"api-shapes/{other}.json")
        known |= {
            prefix + path.removeprefix(from_prefix): kind
            for path, kind in theirs.items()
            if path.startswith(from_prefix)
        }
    return known


SAMPLES = {
    "slash_commands": ("payload-shapes/slash_command.json", "payloads/chat-sdk/slash_command.json"),
    "block_actions": (
        "payload-shapes/block_actions.json",
        "payloads/chat-sdk/block_actions.button.ephemeral.json",
        "payloads/chat-sdk/block_actions.static_select.message.json",
        "payloads/block_actions.button.home.json",
        "payloads/chat-sdk/block_actions.button.thread.json",
    ),
    "message_action": ("payload-shapes/message_action.json", "payloads/message_action.json"),
    "view_submission": (
        "payload-shapes/view_submission.json",
        "payloads/view_submission.json",
        "payloads/chat-sdk/view_submission.2.json",
    ),
    "view_closed": ("payload-shapes/view_closed.json", "payloads/view_closed.json"),
    "shortcut": ("payloads/shortcut.global.json",),
    "app_mention": ("event-shapes/app_mention.json", "payloads/event.app_mention.json"),
    "message": ("event-shapes/message.json", "payloads/event.message.json"),
    "message_changed": ("payloads/event.message.message_changed.json",),
    "message_deleted": ("payloads/event.message.message_deleted.json",),
    "app_home_opened": ("event-shapes/app_home_opened.json", "payloads/event.app_home_opened.json"),
    "subteam_members_changed": ("event-shapes/subteam_members_changed.json",),
    "subteam_updated": ("event-shapes/subteam_updated.json",),
    "user_change": ("event-shapes/user_change.json",),
    "member_joined_channel": ("payloads/chat-sdk/event.member_joined_channel.json",),
}
ALWAYS = {
    "slash_commands": "token team_id team_domain channel_id channel_name user_id user_name command text api_app_id "
    "is_enterprise_install response_url trigger_id",
    "block_actions": "type user.id user.username user.name user.team_id api_app_id token container.type trigger_id "
    "team.id team.domain is_enterprise_install actions[].action_id actions[].block_id actions[].type "
    "actions[].action_ts",
    "message_action": "type token action_ts team.id user.id channel.id channel.name callback_id trigger_id "
    "response_url message_ts message.ts message.text message.type is_enterprise_install",
    "view_submission": "type team.id user.id api_app_id trigger_id view.id view.hash view.callback_id "
    "view.private_metadata view.state.values view.root_view_id response_urls",
    "view_closed": "type team.id user.id api_app_id view.id view.callback_id view.private_metadata is_cleared",
    "shortcut": "type token action_ts team.id user.id is_enterprise_install callback_id trigger_id",
    **dict.fromkeys(
        (
            *("app_mention", "message", "message_changed", "message_deleted", "app_home_opened", "user_change"),
            *("subteam_members_changed", "subteam_updated", "member_joined_channel"),
        ),
        "token team_id api_app_id event.type event.event_ts type event_id event_time authorizations[].team_id "
        "authorizations[].user_id authorizations[].is_bot is_ext_shared_channel event_context",
    ),
}


def _kind(delivery: Json) -> str:
    payload = delivery["payload"]
    if delivery["kind"] == "slash_commands":
        return "slash_commands"
    if delivery["kind"] == "interactive":
        return str(payload["type"])
    return str(payload["event"].get("subtype") or payload["event"]["type"])


def _delivery_known(kind: str) -> dict[str, type]:
    # the envelope's schema requires event_ts of every event, the shape of user_change leaves it out
    known = _samples(*SAMPLES[kind]) | {"event.event_ts": str}
    # a slash command's boolean travels as a string in a form; is_enterprise_install of the shape is its parsed form
    if kind == "slash_commands":
        known["is_enterprise_install"] = str
    if kind in ("block_actions", "message_action"):
        known |= _messages_known("message.")
    if kind in ("message", "app_mention", "thread_broadcast"):
        known |= _messages_known("event.")
    if kind in ("message_changed", "message_deleted"):
        known |= _messages_known("event.message.") | _messages_known("event.previous_message.")
        known |= _samples("payloads/event.message.message_changed.json")
    if kind in ("view_submission", "view_closed", "block_actions"):
        known |= _views_known()
    if kind == "app_home_opened":
        known |= {f"event.{path}": kind_ for path, kind_ in _views_known().items()}
    return known


async def test_every_delivery_is_one_that_slack_could_have_sent(socket_app: BoltApp, workspace: Workspace) -> None:
    """Nothing that Slack's shapes and samples do not have, and everything that they all have."""
    app, dana = socket_app, workspace.person("U01DANA")
    root = await dana.say(REL, "shall we?")
    await dana.say(REL, "@interlock go", thread_ts=root)
    await dana.command(REL, "/release open checkout v2.1.0 prod")
    card = await dana.sees(REL, lambda one: one.get("blocks"))
    await dana.shortcut(card, "release_actions")
    await dana.submit(await dana.modal(), reason="because")
    await dana.click(card, "act:reject")
    await dana.close(await dana.modal())
    await dana.click(card, "act:more", selected="hold")
    await dana.click(card, "act:approve")
    whisper = await app.client.chat_postEphemeral(channel=REL, user=dana.id, text="x", blocks=CARD)
    await dana.click({"channel": REL, "ts": whisper["message_ts"]}, "act:more", selected="hold")
    await dana.shortcut(None, "new_release")
    await dana.open_home()
    home = await dana.wait_for(dana.home)
    assert home is not None
    await dana.click(home, "home:refresh")
    await dana.open_home()
    await app.client.chat_delete(channel=REL, ts=card["ts"])
    groups = [{"id": "S01SRE", "remove": ["U01SAM"]}]
    channels = [{"id": REL, "add": ["U0STRANGER"]}]
    await workspace.people(usergroups=groups, channels=channels, users=[{"id": "U01SAM", "real_name": "Samuel"}])

    async def all_kinds() -> list[Json]:
        sent = await workspace.deliveries()
        return sent if set(SAMPLES) <= {_kind(one) for one in sent} else []

    wrong = {}
    for delivery in await workspace.wait_for(all_kinds):
        kind = _kind(delivery)
        present = paths(delivery["payload"])
        missing = [one for one in ALWAYS[kind].split() if one not in present]
        unknown = strangers(delivery["payload"], _delivery_known(kind))
        if missing or unknown:
            wrong[kind] = {"missing": missing, "unknown": unknown}
    assert wrong == {}


async def test_envelopes_and_hello_have_slacks_fields(sandbox: Sandbox, workspace: Workspace) -> None:
    """The socket's own frames, against the recorded ones."""
    opened = await _ask(sandbox, "apps.connections.open", token=seed.APP_TOKEN)
    async with aiohttp.ClientSession() as session, session.ws_connect(opened["url"]) as ws:
        hello = await ws.receive_json()
        assert strangers(hello, shape("socket-mode/hello.json")) == []
        assert set(paths(read("socket-mode/hello.json"))) == set(paths(hello))
        await workspace.person("U01DANA").say(REL, "hello")
        envelope = await ws.receive_json()
        assert set(envelope) == set(read("socket-mode/envelope.events_api.json"))
        await ws.send_json({"envelope_id": envelope["envelope_id"]})
        await workspace.misbehave("disconnect", reason="refresh_requested")
        farewell = await ws.receive_json()
        assert strangers(farewell, shape("socket-mode/disconnect.json")) == []
        assert farewell["reason"] == "refresh_requested"
        again = await session.get(opened["url"].replace("ws", "http", 1))
        assert again.status == 403
