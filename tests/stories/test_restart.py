"""The bot goes down and comes back: it goes on where it was, in the same thread."""

import pytest

from tests.stories.house import CANARY, House, Rules


@pytest.mark.parametrize("after", ["opened", "approved", "promoted"])
async def test_a_restart_in_the_middle_changes_nothing(house: House, after: str) -> None:
    """Stopped in order after a decision and started again, the release still ends done, once, in one thread."""
    house.configure(Rules(bake="[3s, 0s]", gates=CANARY))
    house.write_logs()
    await house.start()
    card = await house.open()
    if after == "opened":
        await house.restart()
    await house.approve()
    if after == "approved":
        await house.restart()
    await house.say("mika", "/promote checkout")
    if after == "promoted":
        await house.restart()
    done = await house.card_says("*Done*")
    assert done["ts"] == card["ts"]
    assert [line.split()[0] for line in house.deployments()] == ["start", "start"]


async def test_what_was_decided_without_slack_reaches_the_thread_later(house: House) -> None:
    """Slack answers every call with errors while the rollout goes on; afterwards the thread tells everything, once."""
    await house.start()
    await house.open()
    await house.approve()
    await house.say("mika", "/release status")  # Slack has just said who Mika is
    await house.workspace.misbehave("server_error", method="*", status=503)
    await house.say("mika", "/promote")
    await house.until(lambda: house.state() == "done")
    await house.workspace.behave()
    await house.card_says("*Done*", timeout=60)
    lines = await house.thread()
    assert len(lines) == len(set(lines))
