"""Watching configuration: read again when files change, and waiting releases brought up to date with it."""

from collections.abc import Callable

import structlog

from bot.domain.actor import MACHINE
from bot.domain.states import WAITING
from bot.engine.dispatch import Dispatch, Request
from bot.engine.rules import rules_changed
from bot.ports import Catalogue, Store

_log = structlog.get_logger(__name__)


class RulesWatch:
    """Tells waiting releases when the rules under them changed. `reread` answers whether anything changed."""

    def __init__(self, store: Store, catalogue: Catalogue, dispatch: Dispatch, reread: Callable[[], bool]) -> None:
        self._store = store
        self._catalogue = catalogue
        self._dispatch = dispatch
        self._reread = reread

    async def look(self) -> None:
        """Read changed files, and revise the plans of waiting releases."""
        await self._store.call(self._look)

    def _look(self) -> None:
        if not self._reread():
            return
        with self._store.read() as reader:
            waiting = [release for release in reader.active_releases() if release.state in WAITING]
        reports = [rules_changed(self._catalogue, release) for release in waiting]
        for report in reports:
            if report is not None:
                self._dispatch.run(Request(report, MACHINE, "rules"))
                _log.info("plan_revised", release=report.release)


def rules_differ(reread: Callable[[], None], catalogue: Catalogue) -> Callable[[], bool]:
    """A question that says whether other rules count than when it was asked last, whoever read them in between."""
    seen = catalogue.rbac()

    def differ() -> bool:
        nonlocal seen
        reread()
        before, seen = seen, catalogue.rbac()  # every reading of the folder makes a new one
        return seen is not before

    return differ
