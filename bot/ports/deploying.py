"""Moving traffic."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.domain.events import Event


@dataclass(frozen=True, slots=True)
class Order:
    """What a deployer is asked for. `deployment` is its id; `version` at `percent`; `previous` is live before it."""

    deployment: str
    release: str
    service: str
    environment: str
    version: str
    previous: str
    percent: int
    actor: str
    digest: str


class Progress(StrEnum):
    """What became of a deployment. UNKNOWN: the provider never heard of the id. SILENT: nobody can tell."""

    DONE = "done"
    RUNNING = "running"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Report:
    """A deployer's answer. `summary` is a short line for Slack; `output` the redacted text that is kept as evidence;
    `events` are things found on the way that the ledger has to know."""

    progress: Progress
    summary: str
    output: str = ""
    events: tuple[Event, ...] = ()


class DeployerRetry(RuntimeError):
    """The deployer could not be asked now; nothing was started."""


class Deployer(Protocol):
    """Moves traffic. Every call is safe to repeat only through `find`: a start happens at most once."""

    async def start(self, order: Order) -> Report: ...
    async def rollback(self, order: Order) -> Report: ...
    async def find(self, order: Order) -> Report:
        """What became of an earlier call with this id."""
        ...
