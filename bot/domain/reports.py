"""What the machine reports to the one road: timers that ran out, measurements, deployers' answers."""

from dataclasses import dataclass
from typing import Literal

from bot.domain.events import Event
from bot.domain.evidence import Fact
from bot.domain.plan import Plan
from bot.domain.preflight import Checked


@dataclass(frozen=True, slots=True)
class ThreadPosted:
    """The root message stands. `instead_of`: the root that it replaces, which somebody deleted."""

    release: str
    channel: str
    ts: str
    instead_of: str | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """A source was read, or CI posted a result."""

    release: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Looked:
    """It is time to look whether a release can go on by itself."""

    release: str


@dataclass(frozen=True, slots=True)
class Lapsed:
    """The time to finish a release is over."""

    release: str


@dataclass(frozen=True, slots=True)
class Deployed:
    """A deployer answered: it is done, it failed, or nobody can tell. `found` are events met on the way."""

    release: str
    deployment: str
    result: Literal["done", "failed", "in_doubt"]
    summary: str
    found: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class Preflighted:
    """Somebody looked whether everything is fit for the release."""

    release: str
    go: bool
    checks: tuple[Checked, ...]


@dataclass(frozen=True, slots=True)
class RulesChanged:
    """Configuration was read again and gives this release another plan."""

    release: str
    plan: Plan
    policy: str


@dataclass(frozen=True, slots=True)
class EvidenceKept:
    """What became of a release's evidence: it was sealed, archived, or found changed."""

    release: str
    found: Event


Report = ThreadPosted | Measured | Looked | Lapsed | Deployed | Preflighted | RulesChanged | EvidenceKept

_NAMES = {
    ThreadPosted: "thread_posted",
    Measured: "measured",
    Looked: "looked",
    Lapsed: "lapsed",
    Deployed: "deployed",
    Preflighted: "preflighted",
    RulesChanged: "rules_changed",
    EvidenceKept: "evidence_kept",
}


def name_of(report: Report) -> str:
    """The report as the ledger and metrics name it."""
    return _NAMES[type(report)]
