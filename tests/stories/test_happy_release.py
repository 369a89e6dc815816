"""From open to done, in one quiet thread."""

from tests.stories.house import CANARY, CHANNEL, House, Rules


async def test_a_release_goes_from_open_to_done_in_its_thread(house: House) -> None:
    """Lee opens, two approve, Mika promotes, the canary is judged on its log, all traffic moves."""
    house.configure(Rules(bake="[3s, 0s]", gates=CANARY))
    house.write_logs()
    await house.start()

    card = await house.open()
    assert "0 of 2" in card["text"]
    await house.approve()
    await house.say("mika", "/promote checkout")
    done = await house.card_says("*Done*")

    assert done["ts"] == card["ts"], "one card, edited in place"
    assert [line.split()[0::3] for line in house.deployments()] == [["start", "10"], ["start", "100"]]
    lines = await house.thread()
    assert [
        word
        for word in ("approved (1 of 2)", "approved (2 of 2)", "10 %", "100 %")
        if not any(word in one for one in lines)
    ] == []
    await house.until(lambda: house.kinds()[-2:] == ["release_done", "evidence_sealed"])
    await house.card_says("interlock evidence verify R-1")


async def test_only_milestones_reach_the_channel(house: House) -> None:
    """Everything stands in the thread; the channel sees the card, the decision that is due, and the end."""
    await house.start()
    await house.open()
    await house.approve()
    await house.say("mika", "/promote")
    await house.card_says("*Done*")
    await house.thread_says("live")

    in_channel = [
        one for one in await house.person("lee").messages(CHANNEL) if one.get("bot_id") and not one.get("ephemeral_to")
    ]
    broadcast = [one["text"] for one in in_channel if one.get("broadcast") or one.get("subtype") == "thread_broadcast"]
    assert len(in_channel) - len(broadcast) == 1
    assert len(broadcast) == 2, broadcast
