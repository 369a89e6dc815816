"""kill -9 at every effect boundary: started again, a story ends as if nothing had been; nothing lost, nothing twice."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.person import elements
from tests.stores import fresh_database
from tests.stories.bots import DEADLINE, built, insist, kept
from tests.stories.house import CANARY, CHANNEL, House, Rules
from tests.stories.killed import Kill, Moment
from tests.stories.told import asked_once, sealed_once, settled, told_once, whole, written

STEPS = ["step_started", "traffic_shifted", "step_started", "traffic_arrived"]
BACK = ["step_started", "deployment_failed", "rollback_started", "rollback_finished"]


@dataclass(frozen=True, slots=True)
class Tale:
    """A story without a kill: its rules, what people do, and how it ends."""

    rules: Rules
    people: Callable[[House], Awaitable[object]]
    state: str
    card: str
    ledger: tuple[str, ...]
    asked: tuple[str, ...]


async def release_it(house: House) -> None:
    """Lee opens, nobody has to approve, Mika promotes."""
    await insist(house, "lee", "/release open checkout v2.1.0 prod")
    await insist(house, "mika", "/promote checkout")


async def release_what_fails(house: House) -> None:
    """The same, and the deployer cannot do its first step."""
    (house.folder / "fail").touch()
    await release_it(house)


async def only_open(house: House) -> None:
    """Lee opens, and nobody approves."""
    await insist(house, "lee", "/release open checkout v2.1.0 prod")


ALONE = "{count: 0}"
FORWARD = Tale(
    Rules(approvals=ALONE),
    release_it,
    "done",
    "*Done*",
    ("release_opened", "quorum_reached", *STEPS, "release_done"),
    ("start 10", "start 100"),
)
JUDGED = Tale(
    Rules(approvals=ALONE, gates=CANARY),
    release_it,
    "done",
    "*Done*",
    ("release_opened", "quorum_reached", *STEPS, "release_done"),
    ("start 10", "start 100"),
)
TAKEN_BACK = Tale(
    Rules(approvals=ALONE),
    release_what_fails,
    "rolled_back",
    "Rolled back",
    ("release_opened", "quorum_reached", *BACK),
    ("rollback 100",),
)
FORGOTTEN = Tale(
    Rules(approvals="{count: 2, expires: 2s}"),
    only_open,
    "expired",
    "xpired",
    ("release_opened", "release_expired"),
    (),
)

TALES = {
    "open_thread": FORWARD,
    "post_log": FORWARD,
    "edit_card": FORWARD,
    "tell": FORWARD,
    "start_step": FORWARD,
    "start_rollback": TAKEN_BACK,
    "measure": JUDGED,
    "bake_over": FORWARD,
    "expire": FORGOTTEN,
    "seal_evidence": FORWARD,
}


@pytest.fixture
def databases(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Makes fresh databases of the kind that the test names, as many as are asked for."""
    with ExitStack() as open_ones:
        numbers = itertools.count()

        def fresh() -> str:
            folder = tmp_path / f"database-{next(numbers)}"
            folder.mkdir()
            migrated = request.param == "sqlite"
            return open_ones.enter_context(fresh_database(request, folder, migrated=migrated))

        yield fresh


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
@pytest.mark.parametrize("moment", ["before", "after", "recorded"])
async def test_a_process_killed_at_any_effect_is_followed_by_one_that_ends_the_story(
    moment: Moment, databases: Callable[[], str], tmp_path: Path
) -> None:
    """Killed before an outside call, after it, or after its record, at each kind of task: the same end, told once."""
    kills = [Kill(task, moment) for task in TALES]
    if moment == "after":
        kills += [Kill("post_log", moment, 4), Kill("bake_over", moment, 2)]
    await side_by_side(
        {str(kill): survives(kill, TALES[kill.task], tmp_path / str(kill), databases(), "socket") for kill in kills}
    )


@pytest.mark.parametrize(
    ("databases", "transport"),
    [("sqlite", "http"), ("postgresql", "socket"), ("postgresql", "http")],
    indirect=["databases"],
)
async def test_the_same_on_every_database_and_transport(
    databases: Callable[[], str], transport: str, tmp_path: Path
) -> None:
    """The kills that are hardest to survive, one of each kind, wherever the program runs."""
    kills = [
        Kill("open_thread", "after"),
        Kill("start_step", "after"),
        Kill("start_rollback", "before"),
        Kill("bake_over", "after"),
    ]
    await side_by_side(
        {str(kill): survives(kill, TALES[kill.task], tmp_path / str(kill), databases(), transport) for kill in kills}
    )


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_what_nobody_can_tell_a_person_settles(databases: Callable[[], str], tmp_path: Path) -> None:
    """Killed around a call to a deployer that has no status command: the thread asks whether it started, a person
    answers by a button, and the deployer was asked once for what did start."""
    doubts = {
        "step started": (Kill("start_step", "after"), in_doubt(FORWARD, "It started")),
        "step not started": (Kill("start_step", "before"), in_doubt(FORWARD, "It did not start")),
        "rollback started": (Kill("start_rollback", "after"), in_doubt(TAKEN_BACK, "It started")),
        "rollback not started": (Kill("start_rollback", "before"), in_doubt(TAKEN_BACK, "It did not start")),
    }
    await side_by_side(
        {name: survives(kill, tale, tmp_path / name, databases(), "socket") for name, (kill, tale) in doubts.items()}
    )


class Mute(Rules):
    """Rules whose deployer has no status command."""

    def service(self, folder: Path) -> str:
        """The service file."""
        lines = super().service(folder).splitlines()
        return "\n".join(line for line in lines if not line.strip().startswith("status:"))


def in_doubt(tale: Tale, words: str) -> Tale:
    """The same tale with a deployer that cannot be asked again; Mika answers the question that follows."""

    async def people(house: House) -> None:
        await tale.people(house)
        await answer(house, words)

    moved = tale.ledger.index("rollback_started" if "rollback_started" in tale.ledger else "step_started") + 1
    ledger = (*tale.ledger[:moved], "deployment_doubted", "deployment_settled", *tale.ledger[moved:])
    return replace(tale, rules=Mute(approvals=ALONE), people=people, ledger=ledger)


async def answer(house: House, words: str) -> None:
    """Mika presses a button of the question in the thread, as soon as it stands there."""
    card = await house.card()
    mika = house.person("mika")

    def buttons(message: dict[str, Any]) -> list[dict[str, Any]]:
        return [one for one in elements(message["blocks"]) if one.get("text", {}).get("text") == words]

    question = await mika.sees(CHANNEL, buttons, thread_ts=card["ts"], timeout=DEADLINE)
    (button,) = buttons(question)
    came = await mika.click(question, button["action_id"], value=button["value"])
    assert came.ok, came


async def survives(kill: Kill, tale: Tale, folder: Path, database: str, transport: str) -> None:
    """A tale with a kill in it ends like the tale without."""
    async with built(folder, database, transport, tale.rules) as house:
        house.write_logs(seconds=60)
        async with kept(house, kill):
            await tale.people(house)
            await settled(house, tale.state)
            await house.card_says(tale.card)
        told_once(house)
        assert written(house) == list(tale.ledger)
        assert asked_once(house) == list(tale.asked)
        sealed_once(house)
        whole(house)


async def side_by_side(stories: Mapping[str, Coroutine[Any, Any, None]]) -> None:
    """Tell stories at the same time; each failure bears its story's name."""

    async def named(name: str, story: Coroutine[Any, Any, None]) -> None:
        try:
            await story
        except Exception as error:
            error.add_note(f"--- in the story: killed at {name}")
            raise

    results = await asyncio.gather(*(named(name, story) for name, story in stories.items()), return_exceptions=True)
    failures = [one for one in results if isinstance(one, Exception)]
    if failures:
        raise ExceptionGroup(f"{len(failures)} of {len(results)} stories", failures)
