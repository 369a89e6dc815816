"""A line that cannot be shown never keeps the lines after it from the thread."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from bot.domain.actor import MACHINE
from bot.domain.effects import Effect, PostLog
from bot.domain.events import BakeFinished, Event, ReleaseResumed
from bot.domain.message import Message
from bot.domain.reports import ThreadPosted
from bot.engine.deliver import Deliver
from bot.ports import Claim, MessengerRefused
from tests.engine.road import Road


@dataclass(slots=True)
class Channel:
    """Slack as far as a thread goes; it takes no message that holds a certain word."""

    refuses: str = ""
    lines: list[str] = field(default_factory=list)

    async def post(
        self, channel: str, message: Message, mark: str, thread: str | None = None, broadcast: bool = False
    ) -> str:
        """Post."""
        if self.refuses and self.refuses in message.text:
            raise MessengerRefused("invalid_blocks")
        self.lines.append(message.text)
        return f"{len(self.lines)}.0"

    async def update(self, channel: str, ts: str, message: Message, urgent: bool = False) -> None:
        """Nothing here is edited."""

    async def find(self, channel: str, mark: str, thread: str | None, since: datetime) -> str | None:
        """Nothing was posted before."""
        return None

    async def tell(self, person: str, message: Message, mark: str, since: datetime | None = None) -> None:
        """Nobody is told."""


@pytest.mark.parametrize("refuses", ["", "goes on"], ids=["cannot be put into words", "is refused by Slack"])
async def test_a_poisoned_line_is_named_and_the_thread_goes_on(road: Road, refuses: str) -> None:
    """The entry is named by its kind and number in place of the line, and the effect ends."""
    release = road.open()
    road.report(ThreadPosted(release, "C01REL", "1.0"))
    event: Event = ReleaseResumed(reason="") if refuses else BakeFinished(step=99)
    with road.core.store.write() as unit:
        (entry,) = unit.append(release, (event,), road.clock.now(), MACHINE.name, "test")
        task = PostLog(release=release, seq=entry.seq)
        unit.enqueue((Effect(key="poison", task=task, due_at=road.clock.now(), lane=f"thread:{release}-x"),))
    slack = Channel(refuses)
    core = road.core
    await Deliver(core.store, core.dispatch, core.questions, core.clock, slack, timedelta(0)).post_log(claim(road))
    (line,) = slack.lines
    assert event.kind in line
    assert str(entry.seq) in line
    road.clock.turn(minutes=1)
    assert not [one for one in due(road) if one.key == "poison"]


def due(road: Road) -> tuple[Claim, ...]:
    """Everything that is due, leased."""
    return road.core.store.claim("w", road.clock.now(), timedelta(seconds=30), 50)


def claim(road: Road) -> Claim:
    """The poisoned line, leased."""
    (found,) = (one for one in due(road) if one.key == "poison")
    return found
