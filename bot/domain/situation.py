"""Everything that a decision looks at, gathered once inside its transaction."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.actor import Actor
from bot.domain.intent import Live, verified
from bot.domain.rbac import Rbac
from bot.domain.release import Release
from bot.domain.verdict import Judgement


@dataclass(frozen=True, slots=True)
class Situation:
    """A release, who asks, what they hold there, what the gates say, and what surrounds it. `rival` is another active
    release of the same service and environment; `lives` is what was live there, newest first; `followed` is whether
    the environment before has the same version done."""

    release: Release
    actor: Actor
    scopes: frozenset[str]
    roles: frozenset[str]
    person: str | None
    rbac: Rbac
    judgements: tuple[Judgement, ...]
    lives: tuple[Live, ...]
    followed: bool
    rival: Release | None
    now: datetime

    @property
    def way_back(self) -> str | None:
        """The version that a rollback returns to: live before this one, else the declared baseline, else None."""
        before = [live for live in verified(self.lives) if live.release != self.release.id]
        return (before[0].version if before else "") or self.release.plan.baseline
