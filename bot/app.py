"""The composition root: the only place that knows every adapter."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.config.catalogue import FileCatalogue, Refreshed
from bot.adapters.deployers.table import deployers
from bot.adapters.evidence.keys import checkers, signers
from bot.adapters.evidence.vault import FolderVault
from bot.adapters.judges.opinion import Judging
from bot.adapters.judges.panel import Panel
from bot.adapters.keys.audit import AuditKey, open_audit_key
from bot.adapters.keys.configured import open_ring
from bot.adapters.keys.live import LiveRing, keep_fresh
from bot.adapters.slack.directory import SlackDirectory
from bot.adapters.slack.identity import SlackIdentity
from bot.adapters.slack.messenger import SlackMessenger
from bot.adapters.slack.pace import Pace
from bot.adapters.slack.web import SlackWeb
from bot.adapters.sources.table import Reading, source_for
from bot.adapters.store.checkpoint import take_checkpoint
from bot.adapters.store.migrate import upgrade
from bot.adapters.store.store import SqlStore, open_store
from bot.adapters.telemetry.metrics import Metrics
from bot.domain.command import Command
from bot.domain.outcome import Outcome
from bot.domain.plan import Plan
from bot.domain.refusal import Refusal
from bot.domain.release import Release
from bot.domain.service import GateSpec
from bot.engine.access import Access
from bot.engine.advance import Advance
from bot.engine.deliver import Deliver
from bot.engine.dispatch import Dispatch, Request
from bot.engine.gather import Gather, Sources
from bot.engine.keep import Keep
from bot.engine.locate import Place, locate
from bot.engine.ops import OpsCards
from bot.engine.questions import Questions
from bot.engine.rules_watch import RulesWatch, rules_differ
from bot.engine.shift import Shift
from bot.engine.timers import Timers
from bot.engine.worker import Carrier, Worker, own_name
from bot.gates import limits_of, tracks_of
from bot.gates.opinion import opinion
from bot.ports import Clock, Source
from bot.settings import Settings

_log = structlog.get_logger(__name__)

PATIENCE = timedelta(seconds=10)
"""How long a stopping process waits for what it has in hand."""


@dataclass(frozen=True, slots=True)
class Core:
    """What every process and the command line need: the ledger, the rules, and the one road between them."""

    settings: Settings
    environ: Mapping[str, str]
    clock: Clock
    catalogue: FileCatalogue
    store: SqlStore
    dispatch: Dispatch
    questions: Questions
    metrics: Metrics
    audit_key: AuditKey
    ring: LiveRing | None
    identity: SlackIdentity

    @property
    def prefix(self) -> str:
        """What stands before every slash command's name."""
        return self.catalogue.installation().commands.prefix

    def run(self, request: Request) -> Outcome:
        """Send a request down the one road, by the rules as the files have them now, and count what came of it."""
        self.reread()
        outcome = self.dispatch.run(request)
        self.metrics.decided(request.name, outcome.came_to)
        return outcome

    def reread(self) -> None:
        """Read changed configuration, in whatever kind of process: a revoked grant counts from the next command. A
        broken file keeps the last good rules."""
        if self.catalogue.refresh() is Refreshed.BROKEN:
            for problem in self.catalogue.problem:
                _log.error("configuration_broken", file=problem.file, key=problem.key, reason=problem.reason)

    def locate(self, command: Command, place: Place) -> Release | Refusal:
        """The release that a command means."""
        with self.store.read() as reader:
            return locate(reader, self.catalogue, command, place)

    def close(self) -> None:
        """Let the database go."""
        self.store.close()


def build_core(settings: Settings, environ: Mapping[str, str], clock: Clock) -> Core:
    """Read the configuration, open the database. Raises ConfigurationError, and the store's errors."""
    settings.var.mkdir(parents=True, exist_ok=True)
    catalogue = FileCatalogue(settings.config)
    url = settings.database_url.get_secret_value()
    upgrade(url)
    store = open_store(url)
    access = Access(catalogue, frozenset(settings.allow_scopes))
    identity = SlackIdentity(lambda: catalogue.installation().team)
    prefix = catalogue.installation().commands.prefix
    ops = OpsCards(store, clock, lambda: catalogue.installation().ops)
    return Core(
        settings=settings,
        environ=environ,
        clock=clock,
        catalogue=catalogue,
        store=store,
        dispatch=Dispatch(store, catalogue, access, clock),
        questions=Questions(store, catalogue, access, clock, ops, identity.thread_link, prefix),
        metrics=Metrics(),
        audit_key=open_audit_key(settings.audit_key, settings.var),
        ring=open_ring(settings, clock.now),
        identity=identity,
    )


@dataclass(slots=True)
class Interlock:
    """A running process: the core, its side towards Slack, and, where it works, its worker."""

    core: Core
    session: aiohttp.ClientSession
    web: SlackWeb
    directory: SlackDirectory
    shift: Shift | None
    worker: Worker | None
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def slack_origin(self) -> str:
        """The origin on which a response_url may lie beside Slack's own hosts."""
        parts = urlsplit(self.core.settings.slack_api_url)
        return f"{parts.scheme}://{parts.netloc}"

    def start(self) -> None:
        """Begin to work; needs a running event loop."""
        if self.core.settings.slack_bot_token is not None:
            self._tasks.append(asyncio.create_task(self.core.identity.learn(self.web), name="identity"))
        if (ring := self.core.ring) is not None:
            every = self.core.settings.judge_keys_refresh
            self._tasks.append(asyncio.create_task(keep_fresh(ring, every), name="keys"))
        if self.shift is not None:
            self.shift.start()

    async def stop(self) -> None:
        """Finish what runs, give leases back, close every connection. The core stays open for the caller."""
        if self.shift is not None:
            await self.shift.stop(PATIENCE)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.session.close()


async def assemble(core: Core, works: bool) -> Interlock:
    """Put a process together on the running event loop; `works` gives it a worker."""
    settings = core.settings
    session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20))
    token = settings.slack_bot_token
    client = AsyncWebClient(
        token=token.get_secret_value() if token else "",
        base_url=settings.slack_api_url,
        session=session,
        retry_handlers=[],
    )
    cards = core.catalogue.installation().cards
    web = SlackWeb(client, Pace(cards.per_minute), core.metrics.slack_failed)
    directory = SlackDirectory(web, lambda: core.identity.team)
    messenger = SlackMessenger(web, lambda: core.identity.may_post) if token else None
    interlock = Interlock(core, session, web, directory, shift=None, worker=None)
    if works:
        advance = Advance(core.store, core.dispatch, core.clock, deployers(core.settings, core.environ))
        deliver = Deliver(core.store, core.dispatch, core.questions, core.clock, messenger, cards.every)
        gather = Gather(core.store, core.dispatch, core.clock, _sources(core, _panel(core, session)), core.metrics)
        interlock.worker = _worker(core, gather, advance, deliver)
        interlock.shift = _shift(core, interlock.worker, advance, gather)
    return interlock


def _worker(core: Core, gather: Gather, advance: Advance, deliver: Deliver) -> Worker:
    timers = Timers(core.store, core.dispatch, core.clock)
    keys = partial(signers, core.ring, core.audit_key)
    vault = FolderVault(core.settings.evidence, keys, core.clock, core.catalogue.installation)
    keep = Keep(core.store, core.dispatch, core.clock, vault)
    carriers: dict[str, Carrier] = {
        "open_thread": deliver.open_thread,
        "post_log": deliver.post_log,
        "edit_card": deliver.edit_card,
        "tell": deliver.tell,
        "start_step": advance.deploy,
        "start_rollback": advance.deploy,
        "measure": gather.measure,
        "seal_evidence": keep.seal,
        "archive_evidence": keep.archive,
        "bake_over": timers.look,
        "expire": timers.expire,
        "override_over": timers.lapse,
    }
    work = core.catalogue.installation().work
    return Worker(own_name(), core.store, core.clock, carriers, core.metrics, work.lease, work.batch)


def _shift(core: Core, worker: Worker, advance: Advance, gather: Gather) -> Shift:
    watch = RulesWatch(core.store, core.catalogue, core.dispatch, rules_differ(core.reread, core.catalogue))

    async def checkpoint() -> None:
        await core.store.call(lambda: take_checkpoint(core.store, core.audit_key, core.clock.now()))

    poll, stray = core.catalogue.installation().work.poll, (advance.call_off, gather.call_off)
    return Shift(core.store, worker, core.clock, core.metrics, poll, stray, watch.look, checkpoint)


def _panel(core: Core, session: aiohttp.ClientSession) -> Panel:
    keys = checkers(core.ring, core.audit_key.public)
    return Panel(session, Judging(opinion, core.ring, keys, core.clock), signers(core.ring, core.audit_key))


def _sources(core: Core, panel: Panel) -> Sources:
    """One panel for all gates: it remembers how judges have been answering."""

    def source(plan: Plan, gate: GateSpec) -> Source:
        return source_for(plan, gate, Reading(Path.cwd(), tracks_of(gate), limits_of(gate), panel, core.environ))

    return source
