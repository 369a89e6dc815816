"""Every way in, as a person takes it: what is typed, pressed or sent for an action."""

import asyncio
import contextlib
import io
import json
import os
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from bot.domain.actions import ACTIONS, Action, Kind
from handlers.cli.program import run as run_program
from handlers.shortcuts import SHORTCUT
from tests.laws.town import Someone, Town
from tests.stories.house import CHANNEL

BOT = "<@U0INTERLOCK>"


@dataclass(frozen=True, slots=True)
class Wish:
    """An action that somebody wants, on a release unless it opens one; `card` is that release's message."""

    row: Action
    values: dict[str, str]
    release: str = ""
    card: dict[str, Any] = field(default_factory=dict)
    noop: bool = False


Ask = Callable[[Town, Someone, Wish], Awaitable[str | None]]
"""Asks and waits for the decision. The code of the refusal, "" for none, None from surfaces that have words alone."""


@dataclass(frozen=True, slots=True)
class Surface:
    """A way in. `via` is what the ledger says of it; `leaves_out` tells why it does not offer an action, "" if it does.
    A `typed` one takes `--noop`; `on_card` starts from the release's message."""

    via: str
    ask: Ask
    leaves_out: Callable[[Action], str]
    typed: bool = False
    on_card: bool = False


def words(wish: Wish, named: bool = True) -> list[str]:
    """The action in typed words: name, release, fields by place, the others as flags."""
    placed = sorted((one for one in wish.row.fields if one.position is not None), key=lambda one: one.position or 0)
    typed = [wish.row.name, *([wish.release] if wish.release and named else [])]
    typed += [wish.values[one.name] for one in placed if one.name in wish.values]
    flags = [one.name for one in wish.row.fields if one.position is None and one.name in wish.values]
    typed += [part for name in flags for part in (f"--{name}", wish.values[name])]
    return [*typed, *(["--noop"] if wish.noop else [])]


def line(wish: Wish, named: bool = True) -> str:
    """The same on one line."""
    return " ".join(f'"{word}"' if " " in word else word for word in words(wish, named))


async def slash(town: Town, who: Someone, wish: Wish) -> None:
    """`/release <action> R-1 …` in the channel."""
    assert (await town.person(who).command(CHANNEL, f"/release {line(wish)}")).ok


async def alias(town: Town, who: Someone, wish: Wish) -> None:
    """`/approve R-1 …` in the channel."""
    assert (await town.person(who).command(CHANNEL, f"/{line(wish)}")).ok


async def button(town: Town, who: Someone, wish: Wish) -> None:
    """A button of the card, or an entry behind its three dots."""
    row = next(block for block in wish.card["blocks"] if block["type"] == "actions")
    entries = [option["value"] for one in row["elements"] for option in one.get("options", ())]
    behind = next((value for value in entries if value.startswith(f"{wish.row.name}|")), None)
    where = ("act:more", behind) if behind else (f"act:{wish.row.name}", None)
    came = await town.person(who).click(wish.card, *where)
    assert came.ok, came


async def modal(town: Town, who: Someone, wish: Wish) -> None:
    """The form that a button of the card, or the bare command, opens."""
    person = town.person(who)
    if wish.row.kind is Kind.OPEN:
        assert (await person.command(CHANNEL, f"/release {wish.row.name}")).ok
    else:
        await button(town, who, wish)
    await fill_in(town, who, wish.values)


async def fill_in(town: Town, who: Someone, values: dict[str, str]) -> None:
    """Fill in the visible form and send it off; close what it turned into."""
    person = town.person(who)
    view = (await person.modals())[-1]
    boxes = {one["block_id"] for one in view["blocks"] if one.get("element", {}).get("type") == "checkboxes"}
    came = await person.submit(view, {name: [one] if name in boxes else one for name, one in values.items()})
    assert came.ok, came
    for left in await person.modals():
        await person.close(left, clear=True)


async def mention(town: Town, who: Someone, wish: Wish) -> None:
    """`@interlock <action>` in the release's thread, which says by itself which release is meant."""
    person = town.person(who)
    top = wish.card["ts"] if wish.card else await person.say(CHANNEL, "shall we?")
    workspace = town.house.workspace
    before = await workspace.deliveries("events_api", "app_mention")
    await person.say(CHANNEL, f"{BOT} {line(wish, named=False)}", thread_ts=top)

    async def answered() -> bool:
        now = await workspace.deliveries("events_api", "app_mention")
        return len(now) > len(before) and all(one["status"] == "acknowledged" for one in now)

    await workspace.wait_for(answered, 20)


async def shortcut(town: Town, who: Someone, wish: Wish) -> None:
    """ "Release actions" on the card, and the choice in its dialog."""
    assert (await town.person(who).shortcut(wish.card, SHORTCUT)).ok
    reason = {"reason": wish.values["reason"]} if "reason" in wish.values else {}
    await fill_in(town, who, {"action": wish.row.name} | reason)


async def http(town: Town, who: Someone, wish: Wish) -> str:
    """The API for machines, with this person's token."""
    token = {"Authorization": f"Bearer {who.name}.{who.secret}"}
    if wish.row.kind is Kind.ASK:
        async with town.session.get(f"{town.url}/v1/questions/{wish.row.name}", headers=token) as answer:
            return str((await answer.json()).get("error", {}).get("code", ""))
    path = "/v1/releases" if wish.row.kind is Kind.OPEN else f"/v1/releases/{wish.release}/actions/{wish.row.name}"
    body = wish.values | ({"noop": True} if wish.noop else {})
    async with town.session.post(town.url + path, json=body, headers=token) as answer:
        said = await answer.json()
    return str(said.get("error", {}).get("code", ""))


async def command_line(town: Town, who: Someone, wish: Wish) -> str:
    """`interlock release <action> R-1 …` in a core of its own on the same file."""
    environ = town.house.environ() | {"INTERLOCK_ALLOW_SCOPES": ",".join(who.scopes)}
    answer, aside = io.StringIO(), io.StringIO()

    def type_it() -> int:
        with mock.patch.dict(os.environ, environ), _writing_to(answer, aside):
            return run_program(["release", *words(wish), "--json"])

    code = await asyncio.to_thread(type_it)
    said = json.loads(answer.getvalue()).get("error", {})
    assert code == {"": 0, "missing_scope": 3}.get(said.get("code", ""), code), aside.getvalue()
    return str(said.get("code", ""))


@contextlib.contextmanager
def _writing_to(out: io.StringIO, err: io.StringIO) -> Iterator[None]:
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        yield


def _nothing(row: Action) -> str:
    return ""


def _has_no_alias(row: Action) -> str:
    return "" if row.alias else "only what people type most has a command of its own"


def _is_not_a_button(row: Action) -> str:
    besides = {"open": "there is no card before it", "status": "the card is the status"}
    if row.kind is Kind.ASK:
        return "it is about no single release"
    return "it opens a form: see modal" if needs_form(row) else besides.get(row.name, "")


def _is_not_a_form(row: Action) -> str:
    return "" if needs_form(row) else "nothing has to be filled in"


def _is_not_in_the_dialog(row: Action) -> str:
    if row.kind is Kind.ASK:
        return "it is about no single release"
    besides = {"open": "there is no message of it before", "status": "the message is the card or hangs below it"}
    return "it turns into a form: see modal" if asks_for_more(row) else besides.get(row.name, "")


def needs_form(row: Action) -> bool:
    """Whether an action cannot go without something that is filled in."""
    return any(field.required for field in row.fields)


def asks_for_more(row: Action) -> bool:
    """Whether an action cannot go without something besides a reason."""
    return any(field.required and field.name != "reason" for field in row.fields)


SURFACES = {
    "slash": Surface("slash", slash, _nothing, typed=True),
    "alias": Surface("slash", alias, _has_no_alias, typed=True),
    "button": Surface("button", button, _is_not_a_button, on_card=True),
    "modal": Surface("modal", modal, _is_not_a_form, on_card=True),
    "mention": Surface("mention", mention, _nothing, typed=True, on_card=True),
    "shortcut": Surface("shortcut", shortcut, _is_not_in_the_dialog, on_card=True),
    "http": Surface("http", http, _nothing, typed=True),
    "cli": Surface("cli", command_line, _nothing, typed=True),
}
"""Every way in. An action that one of them leaves out by design is named there, with the reason."""


def cells(leave_out_reads: bool = False, typed_only: bool = False) -> Iterator[tuple[str, str]]:
    """Every (surface, action) that the surfaces offer."""
    for name, surface in SURFACES.items():
        for row in ACTIONS.values():
            skipped = (leave_out_reads and row.asks) or (typed_only and not surface.typed)
            if not skipped and not surface.leaves_out(row):
                yield name, row.name
