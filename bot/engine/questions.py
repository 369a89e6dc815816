"""Answering: what people see of releases, rendered from the store when they ask."""

from collections.abc import Callable
from datetime import datetime

from bot.domain.actions import ACTIONS, Kind
from bot.domain.actor import Actor
from bot.domain.approvals import counted
from bot.domain.asking import WINDOW, window_of
from bot.domain.command import Command
from bot.domain.message import Block, Message
from bot.domain.offers import offers
from bot.domain.outcome import Outcome
from bot.domain.policy import blockers
from bot.domain.rbac import covers
from bot.domain.refusal import Code, Refusal
from bot.domain.release import Release
from bot.domain.service import ServiceConfig
from bot.domain.states import State
from bot.domain.verdict import Judgement
from bot.engine.access import Access
from bot.engine.admit import admit
from bot.engine.ops import OpsCards
from bot.engine.survey import survey
from bot.gates import judge_all
from bot.ports import Catalogue, Clock, Reader, Store
from bot.views.answers import answer
from bot.views.card import card
from bot.views.guidance import help_text, menu, nothing_here
from bot.views.home import home
from bot.views.reading import gates, status, why
from bot.views.trends import on_home, trends

ThreadLinks = Callable[[str, str], str]
"""The address of a thread from its channel and ts; empty when Slack's own address is not known yet."""


class Questions:
    """Reads only. Every method is synchronous: call it in the store's threads."""

    def __init__(
        self,
        store: Store,
        catalogue: Catalogue,
        access: Access,
        clock: Clock,
        ops: OpsCards,
        links: ThreadLinks,
        prefix: str,
    ) -> None:
        self._store = store
        self._catalogue = catalogue
        self._access = access
        self._clock = clock
        self.ops = ops
        self._links = links
        self._prefix = prefix

    def answer(self, outcome: Outcome, command: Command | None = None) -> Message:
        """What the asker alone sees after a request; `command` is what a question about no single release asked."""
        if outcome.accepted and command is not None and command.row.kind is Kind.ASK:
            return self._ask(outcome, command)
        with self._store.read() as reader:
            if outcome.refusal is not None and outcome.refusal.code is Code.AMBIGUOUS_RELEASE:
                found = (reader.release(one) for one in outcome.refusal.known)
                return menu(outcome.action, tuple(release for release in found if release is not None))
            if outcome.refusal is not None and _nothing_named(outcome.refusal):
                return nothing_here(outcome.refusal.known)
            release = reader.release(outcome.release) if outcome.release else None
            if release is None:
                return answer(outcome, None)
            if outcome.accepted and ACTIONS[outcome.action].kind is Kind.READ:
                return self._read(reader, outcome, release)
            return answer(outcome, release, self.thread_link(release))

    def card(self, release: Release, reader: Reader) -> Message:
        """The release's card as it has to look now."""
        now = self._clock.now()
        judgements = judge_all(release, now)
        moves = self._offers(reader, release, judgements)
        return card(release, judgements, moves, now, compare_url=self._compare_url(release))

    def home(self, actor: Actor) -> tuple[Block, ...]:
        """The home tab of one person: approvals that wait for them, and what is active."""
        with self._store.read() as reader:
            active = tuple(one for one in reader.active_releases() if self._may_read(one, actor))
            pending = tuple(release for release in active if self._awaits(reader, release, actor))
        links = {release.id: self.thread_link(release) for release in active}
        places = admit(self._catalogue, self._access, Command(action="trends"), actor).places
        lately = on_home(self.ops.top_impact(places, WINDOW), self.ops.rules().playbook) if places else ()
        return home(pending, active, self._clock.now(), links, lately)

    def help(self, actor: Actor) -> Message:
        """The actions that this person holds the scope for anywhere."""
        places = [(one.service, environment) for one in self._catalogue.services() for environment in one.environments]
        held = frozenset(scope for place in places for scope in self._access.scopes(actor, *place))
        return help_text(tuple(row for row in ACTIONS.values() if covers(held, row.scope)), self._prefix)

    def release(self, release: str) -> Release | None:
        """A release by its id."""
        with self._store.read() as reader:
            return reader.release(release)

    def listing(self) -> tuple[Release, ...]:
        """Every active release, newest first."""
        with self._store.read() as reader:
            return reader.active_releases()

    def judged(self, release: Release) -> tuple[Judgement, ...]:
        """What every gate says of a release now."""
        return judge_all(release, self._clock.now())

    def moves(self, release: Release) -> tuple[str, ...]:
        """The actions that its card offers now."""
        with self._store.read() as reader:
            return self._offers(reader, release, self.judged(release))

    def thread_link(self, release: Release) -> str:
        """The address of the release's thread, or nothing before it stands."""
        return self._links(release.channel, release.thread) if release.thread else ""

    def _ask(self, outcome: Outcome, command: Command) -> Message:
        match command.action:
            case "trends":
                window = window_of(command.window) or WINDOW
                found = self.ops.reason_trends(outcome.places, window)
                return trends(found, self.ops.top_impact(outcome.places, window), self.ops.rules().playbook)
        raise KeyError(command.action)

    def _read(self, reader: Reader, outcome: Outcome, release: Release) -> Message:
        now: datetime = self._clock.now()
        judgements = judge_all(release, now)
        match outcome.action:
            case "status":
                return status(release, judgements, self._offers(reader, release, judgements), now)
            case "why":
                return why(release, outcome.blockers, now)
            case "gates":
                return gates(release, judgements, now)
        raise KeyError(outcome.action)

    def _offers(self, reader: Reader, release: Release, judgements: tuple[Judgement, ...]) -> tuple[str, ...]:
        if release.state is not State.DONE:
            return offers(release, judgements, is_live=False)
        lives = reader.live(release.service, release.environment)
        return offers(release, judgements, is_live=bool(lives) and lives[0].release == release.id)

    def _may_read(self, release: Release, actor: Actor) -> bool:
        """Whether this person may be shown the release anywhere but in its own channel."""
        held = self._access.scopes(actor, release.service, release.environment)
        return covers(held, ACTIONS["status"].scope)

    def _awaits(self, reader: Reader, release: Release, actor: Actor) -> bool:
        """Whether this person could approve the release now."""
        if release.state is not State.PROPOSED or actor.id in {one.person for one in counted(release)}:
            return False
        at = survey(reader, self._catalogue, self._access, release, actor, self._clock.now())
        return not blockers(Command(action="approve"), at)

    def _compare_url(self, release: Release) -> str:
        service: ServiceConfig | None = self._catalogue.service(release.service)
        repository = (service.repository if service else None) or ""
        if not repository.startswith("https://") or not release.previous:
            return ""
        return f"{repository.rstrip('/')}/compare/{release.previous}...{release.version}"


def _nothing_named(refusal: Refusal) -> bool:
    return refusal.code is Code.UNKNOWN_RELEASE and not refusal.subject
