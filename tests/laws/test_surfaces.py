"""Every action on every surface: who may leaves the same journal everywhere, who may not leaves one line alone."""

import logging
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
import structlog

from bot.domain.actions import ACTIONS, Action
from bot.domain.actor import MACHINE, Actor
from bot.domain.command import Command, read_command
from bot.engine.dispatch import Request
from handlers.shortcuts import SHORTCUT
from tests.laws.surfaces import SURFACES, Wish, cells
from tests.laws.town import ALLOWED, LACKING, Someone, Town, Trace, town_at, values_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

OVER_HTTP = ("open", "why", "approve", "reject", "promote")
"""The sample that also goes over Slack's other transport; all the rest comes by socket."""
BY_SLACK = ("slash", "alias", "button", "modal", "mention", "shortcut")
CELLS = [("socket", *cell) for cell in cells()]
CELLS += [("http", surface, action) for surface, action in cells() if surface in BY_SLACK and action in OVER_HTTP]
DRY_CELLS = [("socket", *cell) for cell in cells(leave_out_reads=True, typed_only=True)]

each_cell = pytest.mark.parametrize(("transport", "surface", "action"), CELLS)
each_dry_cell = pytest.mark.parametrize(("transport", "surface", "action"), DRY_CELLS)


@pytest.fixture(scope="module", autouse=True)
def logging_as_before() -> Iterator[None]:
    """The command line sends this process's log elsewhere; give it back."""
    root, structured = logging.getLogger(), structlog.get_config()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.configure(**structured)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def towns(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[dict[str, Town]]:
    """One town for each transport."""
    folder = tmp_path_factory.mktemp
    async with town_at(folder("socket"), "socket") as by_socket, town_at(folder("http"), "http") as by_http:
        yield {"socket": by_socket, "http": by_http}


@each_cell
async def test_who_may_leaves_the_same_journal_on_every_surface(
    towns: dict[str, Town], transport: str, surface: str, action: str
) -> None:
    """The same kinds of entries, effects and state as the same request straight down the road; only `via` differs."""
    row = ACTIONS[action]
    expected = straight_down_the_road(towns[transport], row, ALLOWED.member())

    said, found = await asked(towns[transport], surface, row, ALLOWED)

    via = SURFACES[surface].via
    assert said in ("", None)
    assert {line[:2] for line in found.lines} <= {(ALLOWED.actor(via), via)}
    assert (found.kinds, found.effects, found.standing) == (expected.kinds, expected.effects, expected.standing)
    assert bool(found.lines) is (not row.asks)


@each_cell
async def test_who_may_not_leaves_one_line_and_nothing_else(
    towns: dict[str, Town], transport: str, surface: str, action: str
) -> None:
    """Somebody who holds every scope but the action's own: the same code everywhere, no new state, no effect."""
    row = ACTIONS[action]
    stranger = LACKING[row.scope]

    said, found = await asked(towns[transport], surface, row, stranger)

    via = SURFACES[surface].via
    ((actor, came_by, line),) = found.lines
    assert (actor, came_by) == (stranger.actor(via), via)
    assert (line["kind"], line["action"], line["code"]) == ("request_refused", action, "missing_scope")
    assert said in ("missing_scope", None)
    assert (found.effects, found.changed) == ((), ())


@each_dry_cell
async def test_noop_says_what_would_happen_and_leaves_nothing(
    towns: dict[str, Town], transport: str, surface: str, action: str
) -> None:
    """With `--noop` neither who may nor who may not leaves a line, an effect or another state."""
    row = ACTIONS[action]
    for who, code in ((ALLOWED, ""), (LACKING[row.scope], "missing_scope")):
        said, found = await asked(towns[transport], surface, row, who, noop=True)
        assert said in (code, None)
        assert (found.lines, found.effects, found.changed) == ((), (), ())


@pytest.mark.parametrize("action", ACTIONS)
async def test_interlock_itself_may_ask_for_nothing(towns: dict[str, Town], action: str) -> None:
    """The machine reports; it holds no scope, so that no timer and no gate ever acts as a person would."""
    found = straight_down_the_road(towns["socket"], ACTIONS[action], MACHINE)
    assert [(line["kind"], line["code"]) for _, _, line in found.lines] == [("request_refused", "missing_scope")]
    assert (found.effects, found.changed) == ((), ())


async def test_a_choice_that_asks_for_more_turns_into_its_form(towns: dict[str, Town]) -> None:
    """The dialog of the shortcut has room for a reason; `settle` also asks what happened, so its own form follows."""
    town, row = towns["socket"], ACTIONS["settle"]
    release = fresh(town, row)
    person = town.person(ALLOWED)
    card, before = await town.put_up_card(release), town.marks()

    assert (await person.shortcut(card, SHORTCUT)).ok
    assert (await person.submit((await person.modals())[-1], action="settle", reason="I looked")).ok
    assert (await person.submit((await person.modals())[-1], outcome="started")).ok

    actor, via, line = before.trace().lines[0]
    assert (actor, via) == (ALLOWED.actor("modal"), "modal")
    assert (line["kind"], line["reason"]) == ("deployment_settled", "I looked")


async def asked(town: Town, surface: str, row: Action, who: Someone, noop: bool = False) -> tuple[str | None, Trace]:
    """Ask on a fresh release; what the surface said, and what was left behind."""
    way = SURFACES[surface]
    release = fresh(town, row)
    card = await town.put_up_card(release) if release and way.on_card else {}
    before = town.marks()
    said = await way.ask(town, who, Wish(row, values_of(row), release, card, noop))
    return said, before.trace()


def straight_down_the_road(town: Town, row: Action, actor: Actor) -> Trace:
    """The same request without any surface; what it left behind."""
    release = fresh(town, row)
    command = read_command(row.name, values_of(row), target=release)
    assert isinstance(command, Command)
    before = town.marks()
    town.core.run(Request(command, actor, "test"))
    return before.trace()


def fresh(town: Town, row: Action) -> str:
    """A release that is ready for the action; nothing for one that opens a release."""
    town.clear()
    return town.ready_for(row) if row.on_release else ""
