"""Everything happens once: double clicks, redeliveries, and two people at the same moment."""

import asyncio

from tests.stories.house import House


async def test_a_double_click_approves_once(house: House) -> None:
    """Two clicks are two payloads; the second finds that the approval stands."""
    await house.start()
    card = await house.open()
    dana = house.person("dana")
    await asyncio.gather(dana.click(card, "act:approve"), dana.click(card, "act:approve"))
    await house.card_says("1 of 2")
    assert house.kinds().count("approval_given") == 1


async def test_a_redelivered_command_opens_one_release(house: House) -> None:
    """The same slash command, delivered three times, gives one release and the same answer."""
    await house.start()
    await house.open()
    (delivery,) = await house.workspace.deliveries("slash_commands")
    for _ in range(2):
        again = await house.workspace.redeliver(delivery["id"])
        await house.workspace.wait_for(lambda again=again: answered(house, again), 10)
    assert house.core is not None
    assert [one.id for one in house.core.questions.listing()] == ["R-1"]


async def test_opening_the_same_again_answers_with_its_thread(house: House) -> None:
    """One active release for a service and environment; the second opening is pointed to it."""
    await house.start()
    await house.open()
    answer = await house.say("sam", "/release open checkout v2.1.0 prod")
    assert "R-1" in answer


async def test_two_promotes_at_once_start_one_rollout(house: House) -> None:
    """Mika and Sam promote in the same moment: one starts it, the other is told; the deployer is asked once a step."""
    await house.start()
    await house.open()
    await house.approve()
    answers = await asyncio.gather(house.say("mika", "/promote R-1"), house.say("sam", "/promote R-1"))
    await house.card_says("*Done*")
    assert len({*answers}) == 2
    assert [line.split()[0] for line in house.deployments()] == ["start", "start"]
    assert house.kinds().count("step_started") == 2


async def test_a_modal_submitted_twice_rejects_once(house: House) -> None:
    """Reject asks for a reason; an empty one is answered beside the field, a second submission changes nothing."""
    await house.start()
    card = await house.open()
    dana = house.person("dana")
    await dana.click(card, "act:reject")
    form = await dana.modal()
    empty = await dana.submit(form, reason="")
    assert empty.errors or not empty.ok
    first, second = await asyncio.gather(
        dana.submit(form, reason="the cart is red"), dana.submit(form, reason="the cart is red")
    )
    assert first.ok or second.ok
    await house.card_says("Rejected")
    assert house.kinds().count("release_rejected") == 1


async def answered(house: House, delivery: str) -> bool:
    """Whether a delivery has come to its end."""
    return any(one["id"] == delivery and one["status"] == "acknowledged" for one in await house.workspace.deliveries())
