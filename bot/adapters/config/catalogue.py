"""What configs/ says right now: read at start, read again when a file changed, the last good one kept when it broke."""

import time
from enum import StrEnum
from pathlib import Path
from threading import Lock

from bot.adapters.config.content import Content, read_content
from bot.adapters.config.folder import Folder, Stamp, stamp
from bot.domain.plan import Plan
from bot.domain.rbac import Rbac
from bot.domain.service import ServiceConfig
from bot.domain.versions import TAG_PATTERNS
from bot.settings.installation import Installation
from bot.settings.mistakes import ConfigurationError, Problem


class Refreshed(StrEnum):
    """What a look at the files showed. BROKEN and MENDED are said once, when they come about."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    BROKEN = "broken"
    MENDED = "mended"


RBAC_FILE = "rbac.yaml"
MANY_FILES = 50
PAUSE_SECONDS = 1.0
"""A folder of many files is looked through at most this often: a look costs some microseconds a file."""


class FileCatalogue:
    """`ports.Catalogue` over a configuration folder. Raises ConfigurationError when it cannot be read at start.

    Every answer comes from one complete reading of the folder. Any thread may ask and refresh.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._refreshing = Lock()
        folder = Folder(root)
        self._content: Content = read_content(folder)
        self._stamps: dict[Path, Stamp] = folder.stamps
        self._problem: tuple[Problem, ...] = ()
        self._looked_at = time.monotonic()

    @property
    def problem(self) -> tuple[Problem, ...]:
        """What is wrong with the files as they stand now; empty when they are in force."""
        return self._problem

    def refresh(self) -> Refreshed:
        """Read the folder again when a file that was looked at changed, came or went."""
        with self._refreshing:
            if not self._rights_changed() and not self._looks_again():
                return Refreshed.UNCHANGED
            if all(stamp(path) == seen for path, seen in self._stamps.items()):
                return Refreshed.UNCHANGED
            folder = Folder(self._root)
            was_broken, old = bool(self._problem), self._content
            try:
                self._content = read_content(folder)
            except ConfigurationError as error:
                said = self._problem
                self._problem = error.problems
                return Refreshed.UNCHANGED if said == error.problems else Refreshed.BROKEN
            finally:
                self._stamps = folder.stamps
            self._problem = ()
            if was_broken:
                return Refreshed.MENDED
            return Refreshed.UNCHANGED if old == self._content else Refreshed.CHANGED

    def _rights_changed(self) -> bool:
        """Whether rbac.yaml is another one: a revoked grant counts from the next command."""
        path = self._root / RBAC_FILE
        return path not in self._stamps or stamp(path) != self._stamps[path]

    def _looks_again(self) -> bool:
        """Whether all files are looked at now: at every request while they are few, else at most once in a pause."""
        now = time.monotonic()
        if len(self._stamps) > MANY_FILES and now - self._looked_at < PAUSE_SECONDS:
            return False
        self._looked_at = now
        return True

    def installation(self) -> Installation:
        """interlock.yaml."""
        return self._content.installation

    def services(self) -> tuple[ServiceConfig, ...]:
        """Every service, by name."""
        return tuple(self._content.services.values())

    def service(self, name: str) -> ServiceConfig | None:
        """The service of that name, or None."""
        return self._content.services.get(name)

    def plan(self, service: str, environment: str) -> Plan | None:
        """The rules of a release opened now; None for an unknown service or environment."""
        return self._content.plans.get((service, environment))

    def rbac(self) -> Rbac:
        """Who may do what."""
        return self._content.rbac

    def policy(self) -> str:
        """SHA-256 of the rules of rbac.yaml, in hex."""
        return self._content.policy

    def tags(self, service: str) -> tuple[str, ...]:
        """Version tag patterns that count for a service: its own, the installation's, and those everybody knows."""
        content = self._content
        config = content.services.get(service)
        own = () if config is None else config.tags
        return tuple(dict.fromkeys((*own, *content.installation.tags, *TAG_PATTERNS)))
