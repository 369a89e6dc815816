"""`evidence gc`: delete evidence that is old enough and that nobody needs; without `--apply` only say which."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.adapters.archive.directory import DirectoryKeeps, archived
from bot.adapters.clock import SystemClock
from bot.adapters.evidence.gc import delete
from bot.app import Core
from bot.evidence.index import IndexFile
from bot.evidence.retention import Limits, Stays, Unit, sort_out
from bot.evidence.seal import SealKey
from bot.settings.evidence import DirectoryArchive
from handlers.cli.evidence_index import look_through
from handlers.cli.exits import Exit
from handlers.cli.keeping_words import gc_lines
from handlers.cli.say import Say


def clean_up(say: Say, core: Core, root: Path, keys: Sequence[SealKey], apply: bool) -> int:
    """The exit code. Raises NotUsable, the store's errors, LockHeld and OSError."""
    said, now = core.catalogue.installation(), SystemClock().now()
    kept = said.retention
    limits = Limits(kept.wip, kept.locked, kept.keep_min, kept.exclude_globs)
    units = sort_out(look_through(root, keys), limits, lambda release: _needed(core, release), now)
    going = [unit for unit in units if unit.stays is None]
    removed = [path for unit in going for path in delete(root, unit)] if apply else []
    over = _over(said.archive, now) if isinstance(said.archive, DirectoryArchive) else []
    if apply and isinstance(said.archive, DirectoryArchive):
        for name in over:
            DirectoryKeeps(Path(said.archive.path)).discard(name, now)
    data = {
        "root": str(root),
        "dry_run": not apply,
        "delete_candidates": [_shape(file, unit) for unit in going for file in unit.files],
        "stays": dict(Counter(unit.stays.value for unit in units for _ in unit.files if unit.stays is not None)),
        "deleted": removed,
        "archive_over": over,
    }
    say.result(data, "\n".join(gc_lines(units, removed, apply)))
    return Exit.DONE


def _needed(core: Core, name: str) -> Stays | None:
    """Why a release's evidence stays: it is under way, it is what is live, or nobody knows what it is."""
    with core.store.read() as reader:
        release = reader.release(name)
        if release is None:
            return Stays.UNKNOWN
        lives = reader.live(release.service, release.environment)
    return Stays.OPEN if release.is_active or any(live.release == name for live in lives[:1]) else None


def _over(archive: DirectoryArchive, now: datetime) -> list[str]:
    """Files of a directory archive whose date is over; a bucket forgets its own by a lifecycle rule."""
    return [line.path for line in archived(Path(archive.path)).values() if line.keep_until <= now]


def _shape(file: IndexFile, unit: Unit) -> dict[str, Any]:
    shown = {"path": file.path, "size": file.size, "tier": file.tier.value, "tenant": file.tenant}
    return shown | {"since": file.since.isoformat(), "release": file.release, "unit": len(unit.files)}
