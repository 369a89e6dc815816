"""SLO files: strict JSON -> SloDocument, each read once in a pass."""

from bot.adapters.config.folder import Folder
from bot.domain.slo import SloDocument


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
