"""One running bot for many cells: people who hold every scope but one, releases made fresh, and what a request left."""

import hashlib
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import Core
from bot.domain.actions import ACTIONS, Action
from bot.domain.actor import MACHINE, Actor
from bot.domain.reports import ThreadPosted
from bot.domain.states import TABLE, State
from bot.engine.dispatch import Request
from bot.sandbox.person import Person, Workspace
from bot.sandbox.server import start
from handlers.cli.opening import login_name
from handlers.serving import WEB
from tests.engine.road import MIKA, SRE, Hands, Road, member
from tests.stories.conftest import MANIFEST
from tests.stories.house import CHANNEL, House, Rules

GATES = """[
  {name: unit-tests, kind: check, when: bake},
  {name: during, kind: checklist, when: bake, items: [{id: notes, text: Write it down}]}]"""
"""They speak while a step bakes, so that every action before that goes without them."""
SCOPES = tuple(sorted({row.scope for row in ACTIONS.values()}))
STAFF = ("U01LEE", "U01DANA", "U01RAVI", "U01MIKA", "U01SAM")


@dataclass(frozen=True, slots=True)
class Someone:
    """The same person on every surface: a Slack user, an API token, and the command line's scopes."""

    name: str
    scopes: tuple[str, ...]

    @property
    def slack(self) -> str:
        """The Slack user id."""
        return f"U0{self.name.upper().replace('-', '')}"

    @property
    def secret(self) -> str:
        """The secret of the API token."""
        return f"secret-of-{self.name}"

    def actor(self, via: str) -> str:
        """How the ledger names this person when they come that way."""
        names = {"http": f"token:{self.name}", "cli": f"cli:{login_name()}"}
        return names.get(via, f"slack:T01ACME/{self.slack}")

    def member(self) -> Actor:
        """This person as Slack knows them, for requests that go down the road directly."""
        return member(self.slack, SRE)


ALLOWED = Someone("holds-all", SCOPES)
LACKING = {
    scope: Someone(f"lacks-{scope.replace(':', '-')}", tuple(one for one in SCOPES if one != scope)) for scope in SCOPES
}
"""For every scope somebody who holds all the others, so that a refusal can have one reason only."""
EVERYBODY = (ALLOWED, *LACKING.values())


_LAST_LINE = ("seq", "head")
"""What a stored release says of the last line in its stream, which even a refusal adds to."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What a request left behind: journal lines as (actor, via, body), the kinds of effects it queued, and the
    releases that it made or changed, as they are stored but for the number of their last line."""

    lines: tuple[tuple[str, str, dict[str, Any]], ...]
    effects: tuple[str, ...]
    changed: tuple[dict[str, Any], ...]

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of the journal lines, in order."""
        return tuple(body["kind"] for _, _, body in self.lines)

    @property
    def standing(self) -> tuple[tuple[str, bool, int], ...]:
        """Where the changed releases stand now: state, held, approvals."""
        return tuple((one["state"], bool(one["hold"]), len(one["approvals"])) for one in self.changed)


class TownHouse(House):
    """A house with the people of this law."""

    def configure(self, rules: Any = None) -> None:
        """Write the configuration: `holds-all` is also the login of this process."""
        super().configure(rules or Rules(gates=GATES))
        every = ", ".join((*STAFF, ALLOWED.slack))
        lines = ["roles:", *(f"  {one.name}: {{scopes: [{', '.join(one.scopes)}]}}" for one in EVERYBODY)]
        lines += [f"  deploy-owner: {{scopes: [{SCOPES[0]}]}}", "bindings:"]
        lines += [f"  - {{role: {ALLOWED.name}, users: [{every}], api_tokens: [{ALLOWED.name}]}}"]
        lines += [
            f"  - {{role: {one.name}, users: [{one.slack}], api_tokens: [{one.name}]}}" for one in LACKING.values()
        ]
        lines += ["  - {role: deploy-owner, users: [U01DANA]}", "people:"]
        lines += [f"  - {{slack: {ALLOWED.slack}, api_tokens: [{ALLOWED.name}], logins: [{login_name()}]}}"]
        (self.folder / "configs" / "rbac.yaml").write_text("\n".join(lines) + "\n")

    def environ(self, port: int = 0) -> dict[str, str]:
        """The environment of the bot's process, with everybody's token."""
        tokens = [{"id": one.name, "sha256": hashlib.sha256(one.secret.encode()).hexdigest()} for one in EVERYBODY]
        return super().environ(port) | {"INTERLOCK_API_TOKENS": json.dumps(tokens)}


@dataclass(slots=True)
class Town:
    """The running bot, without a worker so that nothing moves by itself, and what the cells need of it."""

    house: House
    road: Road
    session: aiohttp.ClientSession
    slack: AsyncWebClient

    @property
    def core(self) -> Core:
        """The bot's core."""
        assert self.house.core is not None
        return self.house.core

    @property
    def url(self) -> str:
        """Where its HTTP side listens."""
        assert self.house.process is not None
        return f"http://127.0.0.1:{self.house.process.port}"

    def person(self, who: Someone) -> Person:
        """Somebody at Slack."""
        return self.house.workspace.person(who.slack)

    def ready_for(self, row: Action) -> str:
        """A fresh release in the first state of the table from which the action goes; its id."""
        state = next((state for state, move in TABLE if move is row.move), State.PROPOSED)
        beside_gates = row.name in ("override", "withdraw", "tick")
        release = self.road.bring_to(State.BAKING if beside_gates else state)
        if row.name == "resume":
            assert self.road.ask(MIKA, "hold", release, reason="wait").accepted
        if row.name == "withdraw":
            assert self.road.ask(ALLOWED.member(), "override", release, gate="unit-tests", reason="seen").accepted
        if row.name == "settle":
            self.road.deployed(release, "in_doubt")
        return release

    def clear(self) -> None:
        """Free the service's place for the next cell."""
        for release in self.core.questions.listing():
            self.road.clear(release.id)

    async def put_up_card(self, release: str) -> dict[str, Any]:
        """Post the card as the worker would now, and record its thread; the message."""
        with self.core.store.read() as reader:
            found = reader.release(release)
            assert found is not None
            card = self.core.questions.card(found, reader)
        posted = await self.slack.chat_postMessage(channel=CHANNEL, text=card.text, blocks=list(card.blocks))
        ts = str(posted["ts"])
        self.core.run(Request(ThreadPosted(release, CHANNEL, ts), MACHINE, "slack"))
        messages = await self.house.person("lee").messages(CHANNEL)
        return next(one for one in messages if one["ts"] == ts)

    def marks(self) -> "Marks":
        """What stands in the database now."""
        return Marks(self.house.folder / "interlock.db")


class Marks:
    """The database as it was, to tell what a request added. Of releases only the newest are looked at, with theirs."""

    def __init__(self, path: Path) -> None:
        self._path = path
        ((self._last,),) = self._ask("SELECT coalesce(max(rowid), 0) FROM events")
        self._effects, self._stored = set(self._queued()), self._releases()

    def trace(self) -> Trace:
        """What came since."""
        rows = self._ask("SELECT actor, via, body FROM events WHERE rowid > ? ORDER BY rowid", self._last)
        lines = tuple((actor, via, json.loads(body)) for actor, via, body in rows)
        queued = tuple(sorted(kind for kind, *_ in set(self._queued()) - self._effects))
        changed = tuple(body for name, body in self._releases().items() if body != self._stored.get(name))
        return Trace(lines, queued, changed)

    def _queued(self) -> list[Any]:
        newest = "SELECT id FROM releases ORDER BY number DESC LIMIT 2"
        return self._ask(f"SELECT kind, key, generation, body, due_at FROM effects WHERE release IN ({newest})")

    def _releases(self) -> dict[str, dict[str, Any]]:
        rows = self._ask("SELECT id, body FROM releases ORDER BY number DESC LIMIT 2")
        stored = {name: json.loads(body) for name, body in rows}
        return {name: {key: one for key, one in body.items() if key not in _LAST_LINE} for name, body in stored.items()}

    def _ask(self, question: str, *values: object) -> list[Any]:
        connection = sqlite3.connect(self._path)
        try:
            return connection.execute(question, values).fetchall()
        finally:
            connection.close()


@asynccontextmanager
async def town_at(folder: Path, transport: str) -> AsyncIterator[Town]:
    """A town on a fresh SQLite file; Slack's rate limits are off, because no worker is there to keep to them."""
    sandbox = await start(0, MANIFEST)
    async with Workspace(sandbox.url) as workspace, aiohttp.ClientSession() as session:
        await workspace.settings(limits_enabled=False)
        users = [{"id": one.slack, "name": one.name} for one in EVERYBODY]
        await workspace.people(users=users, channels=[{"id": CHANNEL, "add": [one.slack for one in EVERYBODY]}])
        house = TownHouse(sandbox, workspace, folder, f"sqlite:///{folder / 'interlock.db'}", transport)
        house.configure()
        await house.start(WEB)
        assert house.core is not None
        slack = AsyncWebClient(token="xoxb-sandbox", base_url=sandbox.api_url, session=session)
        yield Town(house, Road(house.core, Hands(datetime.now(UTC)), folder), session, slack)
        await house.stop()
    await sandbox.stop()


def values_of(row: Action) -> dict[str, str]:
    """Something for every field that has to be filled in, and a reason."""
    known = {"service": "checkout", "version": "v9.9.9", "environment": "prod", "gate": "unit-tests", "item": "notes"}
    wanted = [field for field in row.fields if field.required or field.name == "reason"]
    return {one.name: one.choices[0] if one.choices else known.get(one.name, "because I say so") for one in wanted}
