"""SLO files: strict JSON -> SloDocument, each read once in a pass."""

from pathlib import Path

from bot.adapters.config.folder import Folder
from bot.domain.slo import SloDocument
from bot.settings.mistakes import ConfigurationError


class SloFiles:
    """The SLO documents of one pass over the folder, by file name; a file that was complained about is None."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._read: dict[str, SloDocument | None] = {}

    def get(self, name: str) -> SloDocument | None:
        """The document, or None after complaints."""
        if name not in self._read:
            data = self._folder.json(name)
            self._read[name] = None if data is None else self._folder.model(SloDocument, data, name)
        return self._read[name]


def read_slo(path: Path) -> SloDocument:
    """The document in one file, wherever it lies. Raises ConfigurationError with every mistake in it."""
    folder = Folder(path.parent)
    found = SloFiles(folder).get(path.name)
    if found is None:
        raise ConfigurationError(tuple(folder.problems))
    return found
