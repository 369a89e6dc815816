"""The rules of rbac.yaml alone, for a process that needs no other file of the folder."""

from pathlib import Path
from threading import Lock

from bot.adapters.config.folder import Folder, stamp
from bot.adapters.config.rbac_file import NAME, read_rbac
from bot.domain.rbac import Rbac
from bot.settings.mistakes import ConfigurationError


class RbacFile:
    """Read at start and again when it changes: a revoked grant counts from the next request. A broken file keeps the
    last good rules. Raises ConfigurationError when it cannot be read at start."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._reading = Lock()
        self._seen = stamp(root / NAME)
        self._rules = _read(root)

    def rules(self) -> Rbac:
        """The rules as they stand now."""
        with self._reading:
            if (found := stamp(self._root / NAME)) != self._seen:
                self._seen = found
                folder = Folder(self._root)
                rules = read_rbac(folder)
                if rules is not None and not folder.problems:
                    self._rules = rules
            return self._rules


def _read(root: Path) -> Rbac:
    folder = Folder(root)
    rules = read_rbac(folder)
    if rules is None or folder.problems:
        raise ConfigurationError(tuple(folder.problems))
    return rules
