"""What people say beside the gates: an override while a step bakes, a checklist, and a gate that is only watched."""

import asyncio

from tests.stories.house import CANARY, House, Rules

BEFORE = """[{name: before, kind: checklist, items: [
  {id: flags, text: Flags are off in prod},
  {id: way-back, text: The way back is written down, roles: [deploy-owner]}]}]"""


async def test_a_person_answers_for_a_gate_while_it_bakes(house: House) -> None:
    """The canary has no log: Dana overrides it, the card shows it, and the release goes on to its end."""
    house.configure(Rules(bake="[6s, 0s]", gates=CANARY))
    await house.start()
    await house.open()
    await house.say("ravi", "/approve")
    await house.say("dana", "/approve")
    await house.say("mika", "/promote")
    card = await house.card_says("Baking at 10 %")
    dana = house.person("dana")

    assert "gate:override" in await house.say("mika", '/release override R-1 canary --reason "me too"')
    assert (await dana.click(card, "act:more", next(one for one in offered(card) if one.startswith("override")))).ok
    assert (await dana.submit(await dana.modal(), reason="No log on this host; I watch the graphs")).ok
    await house.card_says("overridden by")
    await house.thread_says("No log on this host")
    await house.card_says("*Done*")
    assert "gate_overridden" in house.kinds()


async def test_a_checklist_is_ticked_by_the_right_people(house: House) -> None:
    """Mika may tick one of two; Dana the other, with a double click; then the release may be promoted."""
    house.configure(Rules(gates=BEFORE))
    await house.start()
    card = await house.open()
    mika, dana = house.person("mika"), house.person("dana")
    entry = next(one for one in offered(card) if one.startswith("tick"))

    assert (await mika.click(card, "act:more", entry)).ok
    refused = await mika.submit(await mika.modal(), item=["flags", "way-back"])
    assert "deploy-owner" in str(refused.errors)
    assert (await mika.submit(await mika.modal(), item=["flags"])).ok
    await house.thread_says("Flags are off in prod")
    assert "gate:tick" in await house.say("lee", "/release tick R-1 flags")

    assert (await dana.click(card, "act:more", entry)).ok
    form = await dana.modal()
    await asyncio.gather(*(dana.submit(form, item=["flags", "way-back"]) for _ in range(2)))
    await house.thread_says("2 of 2")
    assert house.kinds().count("item_ticked") == 2
    await house.approve()
    await house.say("mika", "/promote")
    await house.card_says("*Done*")


async def test_a_bad_canary_in_shadow_stops_nothing(house: House) -> None:
    """One request in five fails; the thread says that it would have been stopped, and it is done."""
    house.configure(Rules(bake="[6s, 0s]", gates=CANARY.replace("canary, kind", "canary, mode: shadow, kind")))
    house.write_logs(canary_errors=0.2)
    await house.start()
    await house.open()
    await house.approve()
    await house.say("mika", "/promote")

    await house.card_says("would have brought traffic back")
    await house.card_says("*Done*")
    assert "would have stopped it" in await house.thread_says("In shadow")
    assert "rollback_started" not in house.kinds()


def offered(card: dict[str, object]) -> list[str]:
    """The values behind a card's dots."""
    blocks: list[dict[str, object]] = card["blocks"]  # type: ignore[assignment]  # Block Kit is JSON
    (row,) = (block for block in blocks if block["type"] == "actions")
    return [option["value"] for one in row["elements"] for option in one.get("options", ())]  # type: ignore[attr-defined]  # Block Kit is JSON
