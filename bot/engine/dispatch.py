"""The one road: the only place that authorises, decides and writes (design 3)."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.actions import ACTIONS, Kind
from bot.domain.actor import MACHINE, Actor, ActorKind
from bot.domain.command import Command
from bot.domain.decide import decide, make_room
from bot.domain.events import Event
from bot.domain.fold import with_facts
from bot.domain.outcome import Outcome
from bot.domain.policy import blockers
from bot.domain.propose import Proposal, opening, propose
from bot.domain.rbac import covers
from bot.domain.react import overdue, react
from bot.domain.refusal import Code, Refusal
from bot.domain.refusing import missing_scope
from bot.domain.release import Release
from bot.domain.reports import Deployed, Measured, Report, name_of
from bot.domain.situation import Situation
from bot.engine.access import Access
from bot.engine.admit import admit
from bot.engine.ledger import Author, record, record_refusal
from bot.engine.locate import NOWHERE, Place, locate
from bot.engine.rules import evidence_refusal, proposal, rules_changed, rules_refusal
from bot.engine.survey import survey
from bot.ports import Catalogue, Claim, Clock, Reader, SlotTaken, StaleCopy, Store, Unit

_TRIES = 5


@dataclass(frozen=True, slots=True)
class Request:
    """One request. `key` makes it happen once; `via` is recorded, never consulted; `claim` is the effect that this
    request ends, in the same transaction."""

    command: Command | Report
    actor: Actor
    via: str
    key: str = ""
    place: Place = NOWHERE
    claim: Claim | None = None

    @property
    def name(self) -> str:
        """The action or report, as the ledger and metrics name it."""
        return self.command.action if isinstance(self.command, Command) else name_of(self.command)

    @property
    def own_key(self) -> str:
        """The key as it is remembered: nobody is answered with what somebody else did under the same one."""
        return f"{self.actor.name}|{self.key}"


class Dispatch:
    """Authorises, decides and writes: one request, one transaction."""

    def __init__(self, store: Store, catalogue: Catalogue, access: Access, clock: Clock) -> None:
        self._store = store
        self._catalogue = catalogue
        self._access = access
        self._clock = clock

    def run(self, request: Request) -> Outcome:
        """Carry a request through; the same key again gives the same outcome. Raises Fenced when its claim was lost."""
        command = request.command
        if isinstance(command, Command) and (command.noop or command.row.asks):
            return self._look(request, command)
        for _ in range(_TRIES - 1):
            try:
                return self._write(request)
            except (StaleCopy, SlotTaken):
                continue  # somebody else was faster: look again at what they made of it
        return self._write(request)

    def _look(self, request: Request, command: Command) -> Outcome:
        """Answer a question, or say what a command would do; nothing is written but the refusal of a question."""
        with self._store.read() as reader:
            outcome = self._foresee(reader, request, command)
        if outcome.refusal is not None and not command.noop:
            with self._store.write() as unit:
                record_refusal(unit, request.name, outcome.refusal, self._author(request.actor, request.via))
        return outcome

    def _foresee(self, reader: Reader, request: Request, command: Command) -> Outcome:
        if command.row.kind is Kind.ASK:
            return admit(self._catalogue, self._access, command, request.actor)
        if command.row.kind is Kind.OPEN:
            opened = propose(command, self._proposal(reader, request, command))
            if isinstance(opened, Refusal):
                return Outcome(action=command.action, noop=True, release=opened.release, refusal=opened)
            return Outcome(action=command.action, noop=True, happened=tuple(event.kind for event in opening(opened)))
        release = locate(reader, self._catalogue, command, request.place)
        if isinstance(release, Refusal):
            return Outcome(action=command.action, noop=command.noop, refusal=release)
        at = self._survey(reader, release, request.actor)
        changed = self._outdated(command, at)
        found = ((changed,) if changed else ()) + blockers(command, at)
        answer = Outcome(action=command.action, release=release.id, noop=command.noop)
        if found := tuple(_fit_to_show(found, at)):
            return answer.model_copy(update={"refusal": found[0], "blockers": found})
        if command.row.kind is Kind.READ:
            return answer.model_copy(update={"blockers": _ahead(at)})
        return answer.model_copy(update={"happened": tuple(event.kind for event in decide(command, at))})

    def _write(self, request: Request) -> Outcome:
        with self._store.write() as unit:
            if request.key and (stored := unit.outcome(request.own_key)):
                return stored.model_copy(update={"replayed": True})
            if request.claim is not None:
                unit.finish(request.claim)
            outcome = self._carry_out(unit, request)
            if request.key:
                unit.remember(request.own_key, outcome, self._clock.now())
            return outcome

    def _carry_out(self, unit: Unit, request: Request) -> Outcome:
        command = request.command
        if not isinstance(command, Command):
            return self._report(unit, request, command)
        if command.row.kind is Kind.OPEN:
            return self._open(unit, request, command)
        return self._move(unit, request, command)

    def _open(self, unit: Unit, request: Request, command: Command) -> Outcome:
        opened = propose(command, self._proposal(unit, request, command))
        if isinstance(opened, Refusal):
            return self._refuse(unit, request, opened)
        return self._record(unit, request, f"R-{unit.next_number()}", None, opening(opened))

    def _move(self, unit: Unit, request: Request, command: Command) -> Outcome:
        release = locate(unit, self._catalogue, command, request.place)
        if isinstance(release, Refusal):
            return self._refuse(unit, request, release)
        release = unit.release(release.id) or release  # locked now, and as fresh as the transaction
        at = self._survey(unit, release, request.actor)
        if refusal := self._outdated(command, at):
            if report := rules_changed(self._catalogue, release):
                self._report(unit, Request(report, MACHINE, via="rules"), report)
            return self._refuse(unit, request, refusal)
        if events := overdue(at):
            record(unit, release.id, release, events, self._author(MACHINE, "clock"))
            release = unit.release(release.id) or release
            at = self._survey(unit, release, request.actor)
        if found := blockers(command, at):
            return self._refuse(unit, request, found[0])
        if command.action == "settle" and release.deployment:
            unit.settle(release.deployment, "done" if command.outcome == "started" else "withdrawn")
        if at.rival is not None and (events := make_room(command, at)):
            record(unit, at.rival.id, at.rival, events, self._author(request.actor, request.via))
        return self._record(unit, request, release.id, release, decide(command, at))

    def _outdated(self, command: Command, at: Situation) -> Refusal | None:
        """The refusal of a step under old rules. Who lacks the scope is told that first, as always."""
        if missing_scope(command.row, at) is not None:
            return None
        return rules_refusal(self._catalogue, command, at.release)

    def _report(self, unit: Unit, request: Request, report: Report) -> Outcome:
        release = unit.release(report.release)
        if release is None:
            refusal = Refusal(code=Code.UNKNOWN_RELEASE, subject=report.release)
            return self._refuse(unit, request, refusal)
        if request.actor.kind is not ActorKind.MACHINE and (
            barred := evidence_refusal(self._catalogue, self._access, request.actor, release, report, self._clock.now())
        ):
            return self._refuse(unit, request, barred)
        if isinstance(report, Deployed) and report.result != "in_doubt":
            unit.settle(report.deployment, report.result)
        known = with_facts(release, report.facts) if isinstance(report, Measured) else release
        events = react(report, self._survey(unit, known, request.actor))
        return self._record(unit, request, release.id, release, events)

    def _record(
        self, unit: Unit, request: Request, stream: str, release: Release | None, events: tuple[Event, ...]
    ) -> Outcome:
        record(unit, stream, release, events, self._author(request.actor, request.via))
        return Outcome(action=request.name, release=stream, happened=tuple(event.kind for event in events))

    def _refuse(self, unit: Unit, request: Request, refusal: Refusal) -> Outcome:
        record_refusal(unit, request.name, refusal, self._author(request.actor, request.via))
        return Outcome(action=request.name, release=refusal.release, refusal=refusal)

    def _author(self, actor: Actor, via: str) -> Author:
        return Author(actor=actor, via=via, at=self._clock.now())

    def _survey(self, reader: Reader, release: Release, actor: Actor) -> Situation:
        return survey(reader, self._catalogue, self._access, release, actor, self._clock.now())

    def _proposal(self, reader: Reader, request: Request, command: Command) -> Proposal:
        return proposal(reader, self._catalogue, self._access, command, request.actor, self._clock.now())


def _fit_to_show(found: tuple[Refusal, ...], at: Situation) -> Iterator[Refusal]:
    """The blockers as far as the asker may know them: who lacks the scope, and may not read the release either, learns
    of it no more than the refusal itself would say."""
    for one in found:
        yield one
        if one.code is Code.MISSING_SCOPE and not covers(at.scopes, ACTIONS["status"].scope):
            return


def _ahead(at: Situation) -> tuple[Refusal, ...]:
    """What stands between a release and its next step, whoever asks for it."""
    found = blockers(Command(action="promote"), at)
    return tuple(one for one in found if one.code is not Code.MISSING_SCOPE)
