"""`evidence index`: write down what lies in a folder of evidence; and hold such an index against the folder again."""

from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from bot.adapters.clock import SystemClock
from bot.adapters.durable import replace_file
from bot.adapters.evidence.files import EvidenceMissing, load
from bot.adapters.evidence.scan import scan
from bot.evidence.document import DocumentFlawed, Flaw, strict_json
from bot.evidence.index import Index, IndexFile, index_of
from bot.evidence.seal import SealKey
from handlers.cli.exits import Exit
from handlers.cli.failures import NotUsable
from handlers.cli.flaw_words import sentences
from handlers.cli.keeping_words import index_lines
from handlers.cli.say import Say
from handlers.cli.seal_words import flaw_shape

INDEX = "index.json"


def write_index(say: Say, root: Path, out: Path | None, keys: Sequence[SealKey]) -> int:
    """The exit code. Raises NotUsable and OSError."""
    with say.working(f"Looking through {root}"):
        index = index_of(str(root), look_through(root, keys), SystemClock().now())
    path = out or root / INDEX
    replace_file(path, f"{index.model_dump_json(indent=2)}\n".encode())
    say.result(index.model_dump(mode="json"), "\n".join(index_lines(index, path)))
    return Exit.DONE


def look_through(root: Path, keys: Sequence[SealKey]) -> tuple[IndexFile, ...]:
    """Every document there. Raises NotUsable where there is no such folder."""
    if not root.is_dir():
        raise NotUsable(f"There is no folder {root}.")
    return tuple(scan(root, keys))


def verify_index(say: Say, path: Path, keys: Sequence[SealKey]) -> int:
    """Whether every file that the index names is there, byte for byte, and sound. Raises EvidenceMissing, NotUsable."""
    index = _read(path)
    root = path.parent if all((path.parent / one.path).exists() for one in index.files[:1]) else Path(index.root)
    if not root.is_dir():
        raise EvidenceMissing(f"There is no folder {root}.")
    found = {one.path: one for one in scan(root, keys)}
    flaws = [flaw for one in index.files for flaw in _flaws(one, found.get(one.path))]
    data = {"path": str(path), "intact": not flaws, "files": len(index.files), "flaws": [flaw_shape(f) for f in flaws]}
    end = f"{len(index.files)} in {path}: {'NOT intact.' if flaws else 'all intact.'}"
    say.result(data, "\n".join([*sentences(flaws), end]))
    return Exit.FAILED if flaws else Exit.DONE


def _flaws(listed: IndexFile, found: IndexFile | None) -> list[Flaw]:
    if found is None:
        return [Flaw("index.gone", listed.path)]
    flaws = []
    if listed.tampered or found.tampered:
        flaws.append(Flaw("index.tampered", listed.path, found.error or listed.error or ""))
    if (listed.sha256, listed.size) != (found.sha256, found.size):
        flaws.append(Flaw("index.changed", listed.path))
    return flaws


def _read(path: Path) -> Index:
    raw = load(path)
    try:
        strict_json(raw)
        return Index.model_validate_json(raw)
    except (DocumentFlawed, ValidationError):
        raise NotUsable(f"{path} is no index of evidence; `interlock evidence index` writes one.") from None
