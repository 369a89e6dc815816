"""providers.yaml -> the judges that quorums ask (contracts 1.12)."""

from pathlib import Path

from bot.adapters.config.folder import Folder
from bot.domain.service import Provider, Providers
from bot.domain.service.quorum import PROVIDERS_FILE
from bot.settings.mistakes import ConfigurationError

ELSEWHERE = "judge/providers.yaml"
"""Where the source system keeps the file (contracts 1.12)."""


class ProviderFiles:
    """The files of judges of one pass over the folder, by name; one that was complained about has none."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._read: dict[str, tuple[Provider, ...]] = {}

    def get(self, name: str) -> tuple[Provider, ...]:
        """The judges in a file; empty after complaints."""
        if name not in self._read:
            data = self._folder.yaml(name)
            found = None if data is None else self._folder.model(Providers, data, name)
            self._read[name] = () if found is None else found.providers
        return self._read[name]

    def configured(self) -> tuple[Provider, ...]:
        """The judges of the folder's own file, which may be left out. A file where the source system keeps it is a
        mistake: it would be read by nobody."""
        if self._folder.has(ELSEWHERE):
            self._folder.complain(ELSEWHERE, "", f"is not read here; move it to {self._folder.root / PROVIDERS_FILE}")
        return self.get(PROVIDERS_FILE) if self._folder.has(PROVIDERS_FILE) else ()


def read_providers(path: Path) -> tuple[Provider, ...]:
    """The judges in one file, wherever it lies. Raises ConfigurationError."""
    folder = Folder(path.parent)
    found = ProviderFiles(folder).get(path.name)
    if folder.problems:
        raise ConfigurationError(tuple(folder.problems))
    return found


def configured_providers(root: Path) -> tuple[Provider, ...]:
    """The judges of a configuration folder; empty where it names none. Raises ConfigurationError."""
    folder = Folder(root)
    found = ProviderFiles(folder).configured()
    if folder.problems:
        raise ConfigurationError(tuple(folder.problems))
    return found
