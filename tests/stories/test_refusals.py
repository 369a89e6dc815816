"""Who may not, and what they are told: privately, exactly, and without a trace but one line in the journal."""

import pytest

from tests.stories.house import CHANNEL, PEOPLE, House


async def test_the_wrong_person_is_told_privately_which_scope_is_missing(house: House) -> None:
    """Lee may open but not approve: the answer names the scope and who holds it, and only Lee sees it."""
    await house.start()
    card = await house.open()

    answer = await house.say("lee", "/approve")
    assert "deploy:approve" in answer
    assert "S01OWNERS" in answer
    assert all("deploy:approve" not in one["text"] for one in await house.person("dana").messages(CHANNEL))

    assert (await house.person("lee").click(card, "act:approve")).ok
    told = await house.person("lee").sees(CHANNEL, lambda one: one.get("ephemeral_to") and "scope" in one["text"])
    assert told["ephemeral_to"] == PEOPLE["lee"]
    assert house.state() == "proposed"
    assert house.kinds().count("request_refused") == 2


async def test_nobody_approves_their_own_release_on_any_surface(house: House) -> None:
    """Dana opened it and holds the scope: slash command, button and mention all say no, for the same reason."""
    await house.start()
    await house.say("dana", "/release open checkout v2.1.0 prod")
    card = await house.card()
    dana = house.person("dana")

    assert "You opened" in await house.say("dana", "/approve")
    assert (await dana.click(card, "act:approve")).ok
    await dana.sees(CHANNEL, lambda one: one.get("ephemeral_to") and "You opened" in one["text"])
    await dana.say(CHANNEL, "<@U0INTERLOCK> approve", thread_ts=card["ts"])
    await dana.sees(CHANNEL, lambda one: one.get("ephemeral_to") and "You opened" in one["text"], thread_ts=card["ts"])
    assert house.state() == "proposed"
    assert house.kinds().count("request_refused") == 3


@pytest.mark.parametrize("who", ["gus", "stan", "gene"])
async def test_guests_strangers_and_the_departed_hold_nothing(house: House, who: str) -> None:
    """Whatever rbac.yaml says: no guest, no stranger from a shared channel, nobody who left."""
    rbac = house.folder / "configs" / "rbac.yaml"
    rbac.write_text(rbac.read_text() + f"  - {{role: deploy-owner, users: [{PEOPLE[who]}]}}\n")
    await house.start()
    card = await house.open()

    clicked = await house.person(who).click(card, "act:approve", channel=CHANNEL, force=True)
    assert clicked.ok
    await house.until(lambda: "request_refused" in house.kinds())
    assert house.state() == "proposed"


async def test_a_revoked_grant_counts_from_the_next_command(house: House) -> None:
    """Dana leaves the owners' group in Slack: her next approval is refused."""
    await house.start()
    await house.open()
    await house.say("dana", "/release status")
    await house.workspace.people(usergroups=[{"id": "S01OWNERS", "users": [PEOPLE["ravi"]]}])
    await house.workspace.wait_for(lambda: forgotten(house), 10)

    assert "deploy:approve" in await house.say("dana", "/approve")
    assert "You approved" in await house.say("ravi", "/approve")


async def test_an_old_card_is_refused_and_says_what_changed(house: House) -> None:
    """The rules change under an open release: approvals fall, and a click on the old card does nothing."""
    await house.start()
    card = await house.open()
    await house.say("dana", "/approve")
    await house.card_says("1 of 2")
    await house.workspace.misbehave("ratelimited", method="chat.update", retry_after=3)  # the card stays as it is
    house.configure(type(house.rules)(bake="[2s, 0s]"))
    await house.until(lambda: "plan_revised" in house.kinds())
    assert house.state() == "proposed"
    ravi = house.person("ravi")
    assert (await ravi.click(card, "act:approve")).ok
    told = await ravi.sees(CHANNEL, lambda one: bool(one.get("ephemeral_to")))
    assert "changed" in told["text"]
    assert house.kinds().count("approval_given") == 1
    await house.workspace.behave()
    await house.thread_says("strategy")
    await house.card_says("0 of 2")


async def forgotten(house: House) -> bool:
    """Whether the news of the group has reached the bot."""
    events = await house.workspace.deliveries("events_api")
    return any("subteam" in str(one["name"]) and one["status"] == "acknowledged" for one in events)
