"""The demo from start to end: its parts come up, a person (or the story) uses them, all of them go."""

import asyncio

from handlers.cli.demo_house import DemoHouse, open_house
from handlers.cli.demo_story import play_story
from handlers.cli.demo_words import welcome
from handlers.cli.exits import Exit
from handlers.cli.failures import PartFailed
from handlers.cli.say import Say
from handlers.cli.told import told_to_end


async def run_demo(say: Say, port: int | None, rate: float, play: bool) -> int:
    """Run until Ctrl-C or, with `play`, to the story's end. Raises PartFailed, StoryBroke."""
    ended = told_to_end()
    with say.working("Starting"):
        opening = open_house(port, rate, say.aside)
        house = await opening.__aenter__()
    try:
        return await _use(say, house, ended, play)
    finally:
        await opening.__aexit__(None, None, None)


async def _use(say: Say, house: DemoHouse, ended: asyncio.Event, play: bool) -> int:
    if not play:
        say.result(house.shape(), welcome(house))
    waits = {
        "told": asyncio.create_task(ended.wait()),
        "bot": asyncio.create_task(house.bot.keep()),
        "shop": asyncio.create_task(house.shop.supervisor.process.wait()),
    }
    if play:
        waits["story"] = asyncio.create_task(play_story(say, house))
    try:
        done, _ = await asyncio.wait(waits.values(), return_when=asyncio.FIRST_COMPLETED)
        if waits["shop"] in done:
            raise PartFailed(f"The shop ended. What it complained about stands in {house.shop.var / 'shop.log'}.")
        for task in done:
            task.result()
        return Exit.INTERRUPTED if play and waits["story"] not in done else Exit.DONE
    finally:
        for task in waits.values():
            task.cancel()
        await asyncio.gather(*waits.values(), return_exceptions=True)
