"""The whole program under one roof for stories: a workspace, the bot, its configuration, its database, its deployer."""

import asyncio
import contextlib
import os
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.adapters.clock import SystemClock
from bot.app import Core, build_core
from bot.domain.command import Command
from bot.engine.locate import NOWHERE
from bot.ports import Clock
from bot.sandbox.person import Person, Workspace
from bot.sandbox.server import Sandbox
from bot.settings import Settings
from handlers.serving import ALL_IN_ONE, Role, Running, running

CHANNEL = "C01REL"
SECRET = "sandbox-signing-secret"
PEOPLE = {
    "lee": "U01LEE",
    "dana": "U01DANA",
    "ravi": "U01RAVI",
    "mika": "U01MIKA",
    "sam": "U01SAM",
    "gus": "U01GUEST",
    "stan": "U0STRANGER",
    "gene": "U01GONE",
}

RBAC = """
roles:
  deploy-owner: {scopes: [deploy:approve, deploy:promote, deploy:abort, gate:override, gate:tick, ops:read]}
  sre: {scopes: [release:open, judge:run, deploy:canary, deploy:promote, deploy:abort, gate:tick, ops:read]}
  developer: {scopes: [release:open, ops:read]}
  ci: {scopes: [judge:run, ops:read]}
bindings:
  - {role: deploy-owner, usergroups: [S01OWNERS]}
  - {role: sre, usergroups: [S01SRE]}
  - {role: developer, users: ["*"]}
  - {role: ci, api_tokens: [ci-checkout]}
"""

CANARY = "[{name: canary, kind: canary, file: slo/canary.json, source: reqlog, window: 1s, passes: 2, fresh: 20s}]"
"""A canary gate that two clean seconds open."""

SLO = (
    '{"version": "v1", "canary": {"thresholds": {"max_p95_rel_increase": 0.5, "max_error_abs_delta": 0.02},'
    ' "min_sample_count": 5}}'
)


@dataclass(slots=True)
class Rules:
    """What a story's configuration says; the defaults go from open to done in about a second."""

    steps: str = "[10, 100]"
    bake: str = "[1s, 0s]"
    approvals: str = "{count: 2, roles: {deploy-owner: 1}}"
    advance: str = "auto"
    patience: str = "10m"
    gates: str = "[]"

    def service(self, folder: Path) -> str:
        """The service file."""
        deploy = [sys.executable, str(Path(__file__).with_name("deployer.py"))]
        quoted = ", ".join(f"'{word}'" for word in deploy)
        call = "'{id}', '{version}', '{percent}'"
        return f"""
service: checkout
channels: {{prod: {CHANNEL}, stg: C01STG}}
environments:
  prod:
    baseline: v2.0.0
    approvals: {self.approvals}
    strategy: {{steps: {self.steps}, bake: {self.bake}, advance: {self.advance}, patience: {self.patience}}}
    gates: {self.gates}
    sources: {{reqlog: {{kind: csv, stable: {folder}/stable.csv, canary: {folder}/canary.csv}}}}
    deployer:
      kind: command
      start: [{quoted}, start, '{folder}', {call}]
      rollback: [{quoted}, rollback, '{folder}', {call}]
      status: [{quoted}, status, '{folder}', '{{id}}']
      timeout: 30s
  stg:
    approvals: {{count: 0}}
    deployer: {{kind: stage, path: '{folder}/stage/desired_stage.txt'}}
"""


@dataclass(slots=True)
class House:
    """One story's world. `start` and `stop` bring the bot up and down; the workspace and the database stay."""

    sandbox: Sandbox
    workspace: Workspace
    folder: Path
    database: str
    transport: str
    rules: Rules = field(default_factory=Rules)
    clock: Clock = field(default_factory=SystemClock)
    core: Core | None = None
    process: Running | None = None
    _stack: AsyncExitStack | None = None

    def configure(self, rules: Rules | None = None) -> None:
        """Write the configuration, or write it again."""
        self.rules = rules or self.rules
        configs = self.folder / "configs"
        (configs / "services").mkdir(parents=True, exist_ok=True)
        (configs / "slo").mkdir(exist_ok=True)
        (configs / "rbac.yaml").write_text(RBAC)
        (configs / "interlock.yaml").write_text("work: {poll: 0.2s, lease: 3s}\n")
        (configs / "slo" / "canary.json").write_text(SLO)
        (configs / "services" / "checkout.yaml").write_text(self.rules.service(self.folder))

    def environ(self, port: int = 0) -> dict[str, str]:
        """The environment of the bot's process."""
        environ = {
            "PATH": os.environ["PATH"],
            "SLACK_BOT_TOKEN": "xoxb-sandbox",
            "SLACK_API_URL": self.sandbox.api_url,
            "DATABASE_URL": self.database,
            "INTERLOCK_CONFIG": str(self.folder / "configs"),
            "INTERLOCK_VAR": str(self.folder / "var"),
            "PORT": str(port),
        }
        if self.transport == "socket":
            return environ | {"SLACK_APP_TOKEN": "xapp-sandbox"}
        return environ | {"SLACK_SIGNING_SECRET": SECRET}

    async def start(self, role: Role = ALL_IN_ONE) -> None:
        """Start the bot in this process and wait until Slack reaches it."""
        environ = self.environ()
        self.core = build_core(Settings.read(environ), environ, self.clock)
        self._stack = AsyncExitStack()
        self.process = await self._stack.enter_async_context(running(self.core, role))
        if self.transport == "http":
            address = f"http://127.0.0.1:{self.process.port}/slack/events"
            await self.workspace.app(request_url=address, signing_secret=SECRET)
        await self.workspace.wait_for(self._reached)

    async def stop(self) -> None:
        """Stop the bot in order."""
        if self._stack is not None and self.core is not None:
            await self._stack.aclose()
            self.core.close()
        self._stack = self.core = self.process = None

    async def restart(self) -> None:
        """Stop the bot and start it again on the same database."""
        await self.stop()
        await self.start()

    def person(self, name: str) -> Person:
        """Somebody of the workspace, by first name."""
        return self.workspace.person(PEOPLE[name])

    async def say(self, name: str, line: str, channel: str = CHANNEL) -> str:
        """Type a slash command; the words of the answer that only this person sees."""
        came = await self.person(name).command(channel, line)
        assert came.ok, came
        return str((came.response or {}).get("text", ""))

    async def open(self, version: str = "v2.1.0") -> dict[str, Any]:
        """Lee opens a release; its card in the channel."""
        await self.say("lee", f"/release open checkout {version} prod")
        return await self.card(version)

    async def card(self, version: str = "v2.1.0") -> dict[str, Any]:
        """The card of a version, as soon as it stands."""
        found = await self.person("lee").sees(
            CHANNEL, lambda one: f"checkout {version}" in one["text"] and one.get("bot_id") and not is_reply(one)
        )
        return dict(found)

    async def approve(self) -> None:
        """Dana and Ravi approve."""
        await self.say("dana", "/approve")
        await self.say("ravi", "/approve")

    async def card_says(self, words: str, version: str = "v2.1.0", timeout: float = 20) -> dict[str, Any]:  # noqa: ASYNC109  # the caller's deadline
        """Wait until the card shows these words."""
        found = await self.person("lee").sees(
            CHANNEL,
            lambda one: f"checkout {version}" in one["text"] and not is_reply(one) and words in one["text"],
            timeout=timeout,
        )
        return dict(found)

    async def thread(self, version: str = "v2.1.0") -> list[str]:
        """What stands in a release's thread, below the card."""
        card = await self.card(version)
        replies = await self.person("lee").messages(CHANNEL, card["ts"])
        return [one["text"] for one in replies if one["ts"] != card["ts"] and not one.get("ephemeral_to")]

    async def thread_says(self, words: str, version: str = "v2.1.0") -> str:
        """Wait until a line of the thread holds these words."""

        async def look() -> str | None:
            return next((line for line in await self.thread(version) if words in line), None)

        return str(await self.workspace.wait_for(look, 20))

    def deployments(self) -> list[str]:
        """What the deployer was asked for, a line each: verb, id, version, percent."""
        log = self.folder / "calls.log"
        return log.read_text().splitlines() if log.exists() else []

    def state(self, release: str = "R-1") -> str:
        """The state of a release in the store."""
        assert self.core is not None
        found = self.core.questions.release(release)
        return found.state.value if found else ""

    def kinds(self, release: str = "R-1") -> list[str]:
        """The kinds of a release's ledger entries, in order."""
        assert self.core is not None
        with self.core.store.read() as reader:
            return [entry.event.kind for entry in reader.entries(release)]

    def located(self, target: str) -> object:
        """What a target means."""
        assert self.core is not None
        return self.core.locate(Command(action="status", target=target), NOWHERE)

    async def until(self, holds: Callable[[], bool], within: float = 20) -> None:
        """Wait until something holds in the store or on disk; looked at after every commit, and now and then."""
        assert self.core is not None
        here, stirred = asyncio.get_running_loop(), asyncio.Event()
        self.core.store.on_queued(lambda: here.call_soon_threadsafe(stirred.set))  # type: ignore[arg-type]  # the handle is of no use
        deadline = here.time() + within
        while not holds():
            assert here.time() < deadline, "it never came to hold"
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stirred.wait(), 0.05)
            stirred.clear()

    def write_logs(self, seconds: int = 30, canary_errors: float = 0.0, rate: int = 20) -> None:
        """Request logs of both tracks for the time that comes; a share of the canary's requests fails."""
        begin = datetime.now(UTC)
        for track, share in (("stable", 0.0), ("canary", canary_errors)):
            lines = ["ts,status,latency_ms"]
            for tick in range(-5 * rate, seconds * rate):
                at = (begin + timedelta(seconds=tick / rate)).isoformat(timespec="milliseconds")
                status = 500 if share and tick % round(1 / share) == 0 else 200
                lines.append(f"{at},{status},{10 + tick % 7}")
            (self.folder / f"{track}.csv").write_text("\n".join(lines) + "\n")

    async def _reached(self) -> bool:
        assert self.core is not None
        bot = (await self.workspace.overview())["bot"]
        return self.core.identity.known and (self.transport == "http" or bot.get("connected") == "socket")


def is_reply(message: dict[str, Any]) -> bool:
    """Whether a message stands in a thread, or is for one person alone."""
    return bool(message.get("ephemeral_to")) or (message.get("thread_ts") or message["ts"]) != message["ts"]
