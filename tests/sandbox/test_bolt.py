"""A real Bolt app, unmodified, lives in the sandbox on both transports."""

from __future__ import annotations

from bot.sandbox.person import Person, Workspace
from tests.sandbox.bolt_app import CARD, BoltApp

REL = "C01REL"


def dana(workspace: Workspace) -> Person:
    return workspace.person("U01DANA")


async def test_a_command_is_acknowledged_and_answered_to_its_sender_alone(app: BoltApp, workspace: Workspace) -> None:
    """The body of the acknowledgement appears as an ephemeral message, and nobody else sees it."""
    outcome = await dana(workspace).command(REL, "/release status checkout")
    assert outcome.ok, outcome
    assert [one["text"] for one in await dana(workspace).ephemerals(REL)] == ["heard status checkout"]
    assert await workspace.person("U01RAVI").messages(REL) == []
    assert app.heard[0]["user_id"] == "U01DANA"


async def test_an_in_channel_answer_is_public_under_an_echo(app: BoltApp, workspace: Workspace) -> None:
    """`response_type: in_channel` shows everyone what was typed and what was answered."""
    assert (await dana(workspace).command(REL, "/release public")).ok
    seen = await workspace.person("U01RAVI").messages(REL)
    assert [one["text"] for one in seen] == ["/release public", "for all"]


async def test_a_button_reaches_its_listener_and_the_card_changes(app: BoltApp, workspace: Workspace) -> None:
    """chat.update with text alone takes the blocks away."""
    await app.client.chat_postMessage(channel=REL, text="checkout", blocks=CARD)
    card = (await dana(workspace).messages(REL))[0]
    outcome = await dana(workspace).click(card, "act:approve")
    assert outcome.ok, outcome
    updated = (await dana(workspace).messages(REL))[0]
    assert updated["text"] == "approved"
    assert "blocks" not in updated
    assert updated["edited"]["user"] == "U0INTERLOCK"


async def test_an_overflow_choice_answers_through_its_response_url(app: BoltApp, workspace: Workspace) -> None:
    """respond() with replace_original false leaves the card and whispers to the person."""
    await app.client.chat_postMessage(channel=REL, text="checkout", blocks=CARD)
    card = (await dana(workspace).messages(REL))[0]
    assert (await dana(workspace).click(card, "act:more", selected="abort")).ok
    assert [one["text"] for one in await dana(workspace).ephemerals(REL)] == ["chosen abort"]


async def test_a_modal_shows_errors_then_closes(app: BoltApp, workspace: Workspace) -> None:
    """Errors keep the modal and what was typed; a good answer closes it."""
    await app.client.chat_postMessage(channel=REL, text="checkout", blocks=CARD)
    person = dana(workspace)
    assert (await person.click((await person.messages(REL))[0], "act:reject")).ok
    view = await person.modal()
    assert view["private_metadata"] == "R-1"
    empty = await person.submit(view, reason="")
    assert (empty.ok, empty.error) == (False, "required_fields")
    wrong = await person.submit(view, reason="no")
    assert (wrong.ok, wrong.response_action, wrong.errors) == (True, "errors", {"reason": "Say more."})
    assert (await person.modals())[0]["state"]["values"]["reason"]["reason"]["value"] == "no"
    assert (await person.submit(view, reason="because")).ok
    assert await person.modals() == []


async def test_a_modal_can_be_pushed_updated_and_cleared(app: BoltApp, workspace: Workspace) -> None:
    """push stacks, update keeps the view id and what was typed, clear empties the stack."""
    person = dana(workspace)
    assert (await person.command(REL, "/release form")).ok
    first = await person.modal()
    assert (await person.submit(first, reason="push")).response_action == "push"
    second = await person.modal()
    assert second["previous_view_id"] == first["id"]
    assert (await person.close(second)).ok
    assert (await person.submit(first, reason="update")).response_action == "update"
    updated = await person.modal()
    assert updated["id"] == first["id"]
    assert updated["title"]["text"] == "New"
    assert updated["hash"] != first["hash"]
    assert updated["state"]["values"]["reason"]["reason"]["value"] == "update"
    assert (await person.submit(first, reason="clear")).response_action == "clear"
    assert await person.modals() == []


async def test_errors_for_a_block_that_is_not_there_are_trouble(app: BoltApp, workspace: Workspace) -> None:
    """Slack cannot show such errors, so the person sees that something is wrong with the app."""
    person = dana(workspace)
    await person.command(REL, "/release form")
    outcome = await person.submit(await person.modal(), reason="wrong")
    assert (outcome.ok, outcome.error) == (False, "invalid_errors")


async def test_a_closed_modal_is_told_when_it_asked_to_be(app: BoltApp, workspace: Workspace) -> None:
    """notify_on_close brings view_closed."""
    await app.client.chat_postMessage(channel=REL, text="checkout", blocks=CARD)
    person = dana(workspace)
    await person.click((await person.messages(REL))[0], "act:reject")
    assert (await person.close(await person.modal())).ok
    assert app.heard[-1]["type"] == "view_closed"
    assert app.heard[-1]["is_cleared"] is False


async def test_a_mention_in_a_thread_is_answered_in_the_thread(app: BoltApp, workspace: Workspace) -> None:
    """@interlock becomes the bot's id; the answer is a reply and the root counts it."""
    person = dana(workspace)
    root = await person.say(REL, "shall we?")
    await person.say(REL, "@interlock promote", thread_ts=root)
    reply = await person.sees(REL, lambda one: one["text"] == "here", thread_ts=root)
    assert reply["thread_ts"] == root
    assert app.heard_of("app_mention")[0]["text"] == "<@U0INTERLOCK> promote"
    assert [one["text"] for one in await person.messages(REL)] == ["shall we?"]
    assert (await person.messages(REL))[0]["reply_count"] == 2


async def test_the_home_tab_is_published_and_its_button_works(app: BoltApp, workspace: Workspace) -> None:
    """app_home_opened brings a home view; a click on it carries the view and no channel."""
    person = dana(workspace)
    await person.open_home()
    home = await person.wait_for(person.home)
    assert home is not None
    assert (await person.click(home, "home:refresh")).ok
    click = app.heard_of("block_actions")[0]
    assert click["container"] == {"type": "view", "view_id": home["id"]}
    assert "channel" not in click
    assert "response_url" not in click


async def test_a_message_shortcut_opens_a_modal(app: BoltApp, workspace: Workspace) -> None:
    """Shortcuts are how a person in a thread asks for what slash commands cannot do there."""
    person = dana(workspace)
    await person.say(REL, "look at this")
    message = (await person.messages(REL))[0]
    assert (await person.shortcut(message, "release_actions")).ok
    assert (await person.modal())["callback_id"] == "reject"


async def test_a_redelivered_command_carries_the_same_trigger(app: BoltApp, workspace: Workspace) -> None:
    """A replay is the same payload to the byte: the trigger id is what tells it apart."""
    outcome = await dana(workspace).command(REL, "/release status")
    await workspace.redeliver(outcome.delivery_id)

    async def twice() -> bool:
        return len(app.heard) == 2

    await workspace.wait_for(twice)
    assert app.heard[0] == app.heard[1]


async def test_a_duplicated_mention_has_the_same_event_id(app: BoltApp, workspace: Workspace) -> None:
    """Both copies arrive, and only event_id and ts say that they are one."""
    await workspace.misbehave("duplicate", of="events_api", times=1)
    await dana(workspace).say(REL, "@interlock status")

    async def both() -> list[str]:
        done = [one for one in await workspace.deliveries("events_api") if one["status"] == "acknowledged"]
        ids = [one["payload"]["event_id"] for one in done]
        return [one for one in ids if ids.count(one) == 2]

    assert len(set(await workspace.wait_for(both))) == 1


async def test_a_command_answered_late_times_out_for_the_person(app: BoltApp, workspace: Workspace) -> None:
    """Slack gives up after its patience, and says so as Slackbot."""
    await workspace.settings(ack_seconds=0.2)
    outcome = await dana(workspace).command(REL, "/slow")
    assert (outcome.ok, outcome.error) == (False, "operation_timeout")
    seen = await dana(workspace).ephemerals(REL)
    assert [(one["user"], "operation_timeout" in one["text"]) for one in seen] == [("USLACKBOT", True)]


async def test_a_failing_command_is_a_dispatch_failure_or_silence(app: BoltApp, workspace: Workspace) -> None:
    """HTTP tells Slack of the 500; a socket app that fails says nothing at all (slack-facts 1.7)."""
    await workspace.settings(ack_seconds=0.3)
    outcome = await dana(workspace).command(REL, "/broken")
    socket = (await workspace.overview())["bot"]["connected"] == "socket"
    assert outcome.error == ("operation_timeout" if socket else "dispatch_failed")


async def test_group_changes_and_deactivation_reach_the_app(app: BoltApp, workspace: Workspace) -> None:
    """subteam_members_changed, subteam_updated and user_change say who lost what."""
    await workspace.people(users=[{"id": "U01RAVI", "deleted": True}])

    async def heard() -> bool:
        return bool(app.heard_of("subteam_members_changed") and app.heard_of("user_change"))

    await workspace.wait_for(heard)
    assert app.heard_of("subteam_members_changed")[0]["removed_users"] == ["U01RAVI"]
    assert app.heard_of("user_change")[0]["user"]["deleted"] is True
    assert (await workspace.person("U01RAVI").command(REL, "/release status")).error == "account_inactive"


async def test_a_click_on_an_ephemeral_message_does_not_carry_it(app: BoltApp, workspace: Workspace) -> None:
    """Slack leaves `message` out, says is_ephemeral, and the response URL can still replace it."""
    whisper = await app.client.chat_postEphemeral(channel=REL, user="U01DANA", text="choose", blocks=CARD)
    assert (await dana(workspace).click({"channel": REL, "ts": whisper["message_ts"]}, "act:more", "hold")).ok
    click = app.heard_of("block_actions")[0]
    assert click["container"]["is_ephemeral"] is True
    assert "message" not in click
    assert [one["text"] for one in await dana(workspace).ephemerals(REL)] == ["choose", "chosen hold"]
