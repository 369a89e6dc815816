"""Checking whole folders of evidence: one release's chain, all of them, or an archive."""

from collections.abc import Sequence
from pathlib import Path

from bot.adapters.archive.directory import MANIFEST as ARCHIVE
from bot.adapters.archive.directory import archive_flaws
from bot.adapters.evidence.files import EvidenceMissing
from bot.adapters.evidence.locking import manifest_flaws
from bot.adapters.evidence.sealed import check_file, seals_in
from bot.evidence.chain import chain_flaws
from bot.evidence.document import DocumentFlawed, Flaw
from bot.evidence.seal import Check, SealKey
from handlers.cli.exits import Exit
from handlers.cli.flaw_words import sentences
from handlers.cli.say import Say
from handlers.cli.seal_words import flaw_shape, lines, shape


def verify_folder(say: Say, folder: Path, keys: Sequence[SealKey]) -> int:
    """Every seal below a folder, every chain, every manifest. Raises EvidenceMissing for a folder without evidence,
    ArchiveRefused for an archive whose manifest cannot be read."""
    archive = [Flaw(f"archive.{code}", name) for name, code in archive_flaws(folder)]
    checked: list[tuple[Path, Check]] = []
    chain: list[Flaw] = []
    manifest: list[Flaw] = []
    for one in _folders(folder):
        found = [(path, check_file(path, keys)) for path in seals_in(one)]
        inside = "" if one == folder else f"{one.relative_to(folder)}/"
        chain += _placed(chain_flaws(check.snapshot for _, check in found if check.snapshot), inside)
        manifest += _placed(_manifest(one), inside)
        checked += found
    if not checked and not (folder / ARCHIVE).exists():
        raise EvidenceMissing(f"There is no sealed evidence in {folder}.")
    broken = [(path, check) for path, check in checked if not check.sound]
    flaws = [*chain, *manifest, *archive]
    intact = not (broken or flaws)
    data = {
        "path": str(folder),
        "intact": intact,
        "files": [shape(path, check, check.flaws) for path, check in checked],
        "chain": [flaw_shape(one) for one in chain],
        "manifest": [flaw_shape(one) for one in manifest],
        "archive": [flaw_shape(one) for one in archive],
    }
    text = [line for path, check in broken for line in lines(path, check, check.flaws).splitlines()]
    text += sentences(flaws)
    text.append(f"{len(checked)} sealed in {folder}: {'all intact.' if intact else 'NOT intact.'}")
    say.result(data, "\n".join(text))
    return Exit.DONE if intact else Exit.FAILED


def _folders(folder: Path) -> list[Path]:
    """The folder, and those below it, that hold seals or a manifest of their own."""
    below = (path for path in folder.rglob("*") if path.is_dir() and not path.is_symlink())
    return [one for one in (folder, *sorted(below)) if seals_in(one) or _manifest(one)]


def _manifest(folder: Path) -> list[Flaw]:
    try:
        return manifest_flaws(folder)
    except DocumentFlawed as flawed:
        return list(flawed.flaws)


def _placed(flaws: Sequence[Flaw], inside: str) -> list[Flaw]:
    return [Flaw(one.code, f"{inside}{one.place}", one.detail) for one in flaws]
