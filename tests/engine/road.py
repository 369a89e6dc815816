"""The one road without Slack: a core on a fresh database, people who ask, a clock whose hands are turned."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from bot.app import Core, build_core
from bot.domain.actions import ACTIONS, Kind
from bot.domain.actor import MACHINE, Actor, ActorKind, Standing
from bot.domain.command import Command, read_command
from bot.domain.evidence import CheckResult
from bot.domain.intent import Intent
from bot.domain.outcome import Outcome
from bot.domain.refusal import Refusal
from bot.domain.release import Release
from bot.domain.reports import Deployed, Lapsed, Looked, Measured, Report
from bot.domain.states import ENDED, State
from bot.engine.dispatch import Request
from bot.engine.locate import NOWHERE, Place
from bot.settings import Settings
from tests.stories.house import CHANNEL, RBAC, Rules

TEAM = "T01ACME"
START = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)
OWNERS, SRE = frozenset({"S01OWNERS"}), frozenset({"S01SRE"})


def member(user: str, groups: frozenset[str] = frozenset(), standing: Standing = Standing.MEMBER) -> Actor:
    """Somebody of the workspace."""
    return Actor(kind=ActorKind.SLACK, team=TEAM, id=user, standing=standing, groups=groups)


LEE, DANA, RAVI = member("U01LEE"), member("U01DANA", OWNERS), member("U01RAVI", OWNERS)
MIKA, SAM = member("U01MIKA", SRE), member("U01SAM", SRE)
CI = Actor(kind=ActorKind.TOKEN, id="ci-checkout")


@dataclass(slots=True)
class Hands:
    """A clock that moves when it is told to."""

    moment: datetime = START

    def now(self) -> datetime:
        """The current moment."""
        return self.moment

    def turn(self, **span: float) -> None:
        """Let time pass."""
        self.moment += timedelta(**span)


@dataclass(slots=True)
class Road:
    """A core, and the requests that a test sends down the road."""

    core: Core
    clock: Hands
    folder: Path
    _keys: "count[int]" = field(default_factory=count)
    _versions: "count[int]" = field(default_factory=lambda: count(1))

    def ask(self, actor: Actor, action: str, target: str = "", key: str = "", **values: str) -> Outcome:
        """A request of a person, with a key of its own unless one is given."""
        seen = values.pop("seen", "")
        noop = bool(values.pop("noop", ""))
        command = read_command(action, values, target=target, seen=seen, noop=noop)
        assert isinstance(command, Command), command
        place = Place(channel=CHANNEL) if not target else NOWHERE
        return self.core.run(Request(command, actor, "test", key or f"test:{next(self._keys)}", place))

    def report(self, report: Report, actor: Actor = MACHINE) -> Outcome:
        """Something that the machine, or a token, reports."""
        return self.core.run(Request(report, actor, "test"))

    def open(self, version: str = "", environment: str = "prod") -> str:
        """Lee opens a release, of v2.1.0, v2.2.0 and so on unless told otherwise; its id."""
        version = version or f"v2.{next(self._versions)}.0"
        outcome = self.ask(LEE, "open", service="checkout", version=version, environment=environment)
        assert outcome.accepted, outcome.refusal
        return outcome.release

    def approved(self) -> str:
        """A release that Dana and Ravi approved."""
        release = self.open()
        for owner in (DANA, RAVI):
            assert self.ask(owner, "approve", release).accepted
        return release

    def deployed(self, release: str, result: str = "done") -> Outcome:
        """The deployer answers for the deployment that is under way, whose intent was written down before."""
        deployment = self.release(release).deployment or ""
        with self.core.store.write() as unit:
            unit.intend(Intent(id=deployment, release=release, state="intended", at=self.clock.now()))
        return self.report(Deployed(release, deployment, result, "as told"))  # type: ignore[arg-type]  # from a closed list

    def check(self, release: str, status: str = "pass", gate: str = "unit-tests", **more: object) -> Outcome:
        """CI posts a check result."""
        parts = {
            "gate": gate,
            "version": self.release(release).version,
            "observed_at": self.clock.now(),
            "producer": CI.name,
            "status": status,
        }
        return self.report(Measured(release, (CheckResult.model_validate(parts | more),)), CI)

    def release(self, release: str = "R-1") -> Release:
        """A release as it is stored."""
        with self.core.store.read() as reader:
            found = reader.release(release)
        assert found is not None
        return found

    def state(self, release: str = "R-1") -> State:
        """Where a release stands."""
        return self.release(release).state

    def kinds(self, stream: str = "R-1") -> list[str]:
        """The kinds of a stream's entries, in order."""
        with self.core.store.read() as reader:
            return [entry.event.kind for entry in reader.entries(stream)]

    def code(self, outcome: Outcome) -> str:
        """The refusal's code, or nothing."""
        return outcome.refusal.code.value if outcome.refusal else ""

    def bring_to(self, state: State) -> str:
        """A fresh release in a state, brought there by requests alone."""
        return _WAYS[state](self)

    def clear(self, release: str) -> None:
        """End a release, so that its service's place is free for the next one."""
        state = self.state(release)
        if state in ENDED or state is State.DONE:
            return
        if state in (State.PROPOSED, State.APPROVED, State.FAILED):
            assert self.ask(MIKA, "abort", release, reason="next").accepted
        elif state is State.ROLLING_BACK:
            self.deployed(release)
        else:
            assert self.ask(MIKA, "rollback", release).accepted
            self.deployed(release)
        assert self.state(release) in ENDED


def build_road(folder: Path, database: str, rules: Rules | None = None, **environ: str) -> Road:
    """A road on this database, with this configuration."""
    configure(folder, rules or Rules())
    given = {
        "DATABASE_URL": database,
        "INTERLOCK_CONFIG": str(folder / "configs"),
        "INTERLOCK_VAR": str(folder / "var"),
    } | environ
    clock = Hands()
    return Road(build_core(Settings.read(given), given, clock), clock, folder)


def configure(folder: Path, rules: Rules, rbac: str = RBAC) -> None:
    """Write the configuration of a road."""
    configs = folder / "configs"
    (configs / "services").mkdir(parents=True, exist_ok=True)
    (configs / "rbac.yaml").write_text(rbac)
    (configs / "interlock.yaml").write_text("{}\n")
    (configs / "services" / "checkout.yaml").write_text(rules.service(folder))


def moves() -> list[str]:
    """The actions that move a release."""
    return [row.name for row in ACTIONS.values() if row.kind is Kind.MOVE]


def refused(outcome: Outcome) -> Refusal:
    """The refusal of an outcome that must have one."""
    assert outcome.refusal is not None, outcome
    return outcome.refusal


def _rolling(road: Road) -> str:
    release = road.approved()
    assert road.ask(MIKA, "promote", release).accepted
    return release


def _baking(road: Road) -> str:
    release = _rolling(road)
    road.deployed(release)
    return release


def _verifying(road: Road) -> str:
    release = _baking(road)
    road.clock.turn(seconds=2)
    road.report(Looked(release))
    road.deployed(release)
    return release


def _done(road: Road) -> str:
    release = _verifying(road)
    road.clock.turn(seconds=2)
    road.report(Looked(release))
    return release


def _rejected(road: Road) -> str:
    release = road.open()
    road.ask(DANA, "reject", release, reason="not today")
    return release


def _expired(road: Road) -> str:
    release = road.open()
    road.clock.turn(hours=5)
    road.report(Lapsed(release))
    return release


def _aborted(road: Road) -> str:
    release = road.open()
    road.ask(MIKA, "abort", release, reason="wrong version")
    return release


def _rolling_back(road: Road) -> str:
    release = _baking(road)
    assert road.ask(MIKA, "rollback", release).accepted
    return release


def _rolled_back(road: Road) -> str:
    release = _rolling_back(road)
    road.deployed(release)
    return release


def _failed(road: Road) -> str:
    release = _rolling_back(road)
    road.deployed(release, "failed")
    return release


_WAYS = {
    State.PROPOSED: Road.open,
    State.APPROVED: Road.approved,
    State.ROLLING: _rolling,
    State.BAKING: _baking,
    State.VERIFYING: _verifying,
    State.DONE: _done,
    State.REJECTED: _rejected,
    State.EXPIRED: _expired,
    State.ABORTED: _aborted,
    State.FAILED: _failed,
    State.ROLLING_BACK: _rolling_back,
    State.ROLLED_BACK: _rolled_back,
}
