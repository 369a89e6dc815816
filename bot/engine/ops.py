"""The ops cards: what stopped releases lately, from the journal, for whoever may read those releases."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.ops_cards import ReasonTrends, TopImpact, begins, reason_trends, top_impact
from bot.domain.ops_rules import OpsRules
from bot.domain.setbacks import Setback, setbacks
from bot.ports import Clock, Reader, Store

Places = Collection[tuple[str, str]]
"""Services with their environments."""

DAY = timedelta(days=1)
TOP = 5


@dataclass(frozen=True, slots=True)
class OpsCards:
    """Reads only. Every method is synchronous: call it in the store's threads."""

    store: Store
    clock: Clock
    rules: Callable[[], OpsRules]

    def reason_trends(
        self, places: Places, window: timedelta, bucket: timedelta | None = None, top: int = TOP
    ) -> ReasonTrends:
        """The top reasons, stretch by stretch: by days, or by hours for a window of two days and less."""
        now = self.clock.now()
        step = bucket or (DAY if window > 2 * DAY else timedelta(hours=1))
        return reason_trends(self._found(places, begins(now, window, step)), now, window, step, top)

    def top_impact(self, places: Places, window: timedelta, n: int = TOP) -> TopImpact:
        """What weighed most, by the weights of interlock.yaml."""
        now = self.clock.now()
        weights = {str(group): weight for group, weight in self.rules().weights.items()}
        return top_impact(self._found(places, begins(now, window)), now, window, n, weights)

    def _found(self, places: Places, since: datetime) -> tuple[Setback, ...]:
        with self.store.read() as reader:
            return _setbacks(reader, places, since)


def _setbacks(reader: Reader, places: Places, since: datetime) -> tuple[Setback, ...]:
    allowed = frozenset(places)
    told = reader.setbacks(since)
    return tuple(
        one
        for entry, service, environment in told
        if (service, environment) in allowed
        for one in setbacks(entry, service, environment)
    )
