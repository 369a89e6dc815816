"""Carries a stage write out so that a crash at any point is finished by whoever comes next.

A write is: journal (the whole intended manifest), epoch, manifest, token, journal removed. Call it under the lock.
"""

from datetime import datetime

from bot.adapters.deployers.stage_epoch import seal_epoch
from bot.adapters.deployers.stage_examine import Examined
from bot.adapters.deployers.stage_files import StagePaths
from bot.adapters.deployers.stage_manifest import Manifest
from bot.adapters.durable import Checkpoint, read_file, remove_file, replace_file
from bot.adapters.keys.stage import StageKeys


class StageUnfinished(RuntimeError):
    """The write began and was cut off by an error; the next read carries it to its end."""


def publish(paths: StagePaths, manifest: Manifest, keys: StageKeys, checkpoint: Checkpoint) -> None:
    """Put a manifest and its token in place. OSError: nothing was written. StageUnfinished: it will be."""
    try:
        replace_file(paths.journal, manifest.render(), checkpoint, "journal")
    except OSError as failure:
        # Placed but not synced counts as begun: the next reader may well find it.
        if read_file(paths.journal) == manifest.render():
            raise StageUnfinished(f"{paths.token}: {failure.strerror}") from failure
        raise
    carry_out(paths, manifest, keys, checkpoint)


def carry_out(paths: StagePaths, manifest: Manifest, keys: StageKeys, checkpoint: Checkpoint) -> None:
    """Bring the files to what the journal says; repeating it changes nothing. Raises StageUnfinished."""
    try:
        replace_file(paths.epoch, seal_epoch(manifest.epoch, keys), checkpoint, "epoch")
        replace_file(paths.manifest, manifest.render(), checkpoint, "manifest")
        replace_file(paths.token, f"{manifest.stage}\n".encode(), checkpoint, "token")
        remove_file(paths.journal)
        checkpoint("journal:removed")
    except OSError as failure:
        raise StageUnfinished(f"{paths.token}: {failure.strerror}") from failure


def next_epoch(found: Examined, at: datetime) -> int:
    """Above every epoch known, and not below the clock: numbers do not come again when all notes of them are lost."""
    return max(found.floor + 1, int(at.timestamp()))


def deployments(held: Manifest | None) -> tuple[str, ...]:
    """The deployment ids written so far, newest first."""
    if held is None:
        return ()
    return (held.binding.deployment, *held.earlier) if held.binding.deployment else held.earlier
