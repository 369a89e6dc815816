"""Reads, writes and verifies the signed stage file, for the deployer and the command line (contracts 1.1, 1.2).

A cut-off write is carried to its end by whoever comes next (stage_publish). Any other difference from what we signed
is somebody else's doing: the file is set back to `stable`, and the new manifest says what was found.

What this cannot see: all files of one stage file put back together from an older copy, or all removed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.adapters.deployers.stage_examine import Examined, Fault, examine
from bot.adapters.deployers.stage_files import StagePaths, locked
from bot.adapters.deployers.stage_manifest import Manifest, StageBinding, seal, token_sha256
from bot.adapters.deployers.stage_publish import carry_out, deployments, next_epoch, publish
from bot.adapters.deployers.stage_words import Stage, stage_word
from bot.adapters.durable import Checkpoint, pass_by
from bot.adapters.keys.stage import StageKeyMissing, StageKeys

MACHINE = "interlock"
"""The actor of what nobody asked for: the first `stable`, and every fallback."""

Now = Callable[[], datetime]


def utc_now() -> datetime:
    """The system's clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class StageReading:
    """What the stage file says. `sha256` is of the bare token; `mtime` is None when nothing was read or written.

    `fell_back` is the Fault for which it was set back to `stable`, else empty; it stays until the next write.
    `repaired`: this call finished a write that had been cut off. `manifest` is None only when no key is configured.
    `cleared` is the epoch of the earlier fallback that a write ended; 0 when there was none, or it was found just now.
    """

    stage: Stage
    sha256: str
    mtime: datetime | None
    manifest: Manifest | None = None
    fell_back: str = ""
    repaired: bool = False
    cleared: int = 0

    @property
    def binding(self) -> StageBinding | None:
        """What the token is bound to."""
        return self.manifest.binding if self.manifest else None


@dataclass(frozen=True, slots=True)
class StageCheck:
    """The result of a look that changed nothing: sound, or `fault`; `unfinished` and `fresh` are repaired by a read."""

    fault: Fault | None
    unfinished: bool
    fresh: bool
    manifest: Manifest | None

    @property
    def sound(self) -> bool:
        """Whether token, manifest and epoch are what we signed."""
        return self.fault is None and not self.unfinished and not self.fresh


class StageChanged(RuntimeError):
    """The stage file was changed by somebody else and stands on `stable` now; nothing was started."""

    def __init__(self, reading: StageReading) -> None:
        super().__init__(reading.fell_back)
        self.reading = reading


class StageBelongsElsewhere(RuntimeError):
    """The stage file serves another service or environment; each needs its own `path`."""


class StageMovedOn(RuntimeError):
    """The same release already went back, or went further; a late order must not undo that."""


def read_stage(
    path: Path, keys: StageKeys | None, *, now: Now = utc_now, checkpoint: Checkpoint = pass_by
) -> StageReading:
    """The stage, after repairing what has to be repaired. Without a key it is always `stable` and nothing is touched.

    Blocking. Raises StageBusy, StageUnfinished and OSError.
    """
    if keys is None:
        return StageReading(Stage.STABLE, token_sha256(Stage.STABLE), None)
    paths = StagePaths(path)
    with locked(paths.lock):
        found, repaired = _finish_what_began(paths, keys, now(), checkpoint)
        manifest = found.manifest
        if found.fresh or found.fault or manifest is None:
            manifest = _set_back(paths, found, keys, now(), checkpoint)
        return _reading(paths, manifest, repaired)


def write_stage(
    path: Path,
    stage: str,
    binding: StageBinding,
    keys: StageKeys | None,
    *,
    over_fallback: bool = True,
    now: Now = utc_now,
    checkpoint: Checkpoint = pass_by,
) -> StageReading:
    """Put a stage in place, signed and bound. A deployment id that was written before changes nothing.

    `over_fallback=False` refuses with StageChanged while the file stands on a fallback, and sets it back first where
    that is due. The reading's `fell_back` tells what this write replaced.

    Blocking. Raises StageKeyMissing, NotAStage, StageChanged, StageBelongsElsewhere, StageMovedOn, StageBusy,
    StageUnfinished, ValueError for text that JSON cannot carry, and OSError when nothing was written.
    """
    if keys is None:
        raise StageKeyMissing
    word, paths = stage_word(stage), StagePaths(path)
    with locked(paths.lock):
        found, repaired = _finish_what_began(paths, keys, now(), checkpoint)
        held = found.manifest
        lost = found.fault or (held.fell_back if held else "")
        if lost and not over_fallback:
            standing = _set_back(paths, found, keys, now(), checkpoint) if found.fault or held is None else held
            raise StageChanged(_reading(paths, standing, repaired))
        if held and not found.fault and _was_written(held, binding.deployment):
            return _reading(paths, held, repaired)
        if held:
            _refuse_foreign(held, binding)
            _refuse_step_back(held, word, binding)
        manifest = seal(word, binding, keys, epoch=next_epoch(found, now()), earlier=deployments(held), at=now())
        publish(paths, manifest, keys, checkpoint)
        return _reading(
            paths, manifest, repaired, lost, held.epoch if held and held.fell_back and not found.fault else 0
        )


def verify_stage(path: Path, keys: StageKeys | None, *, now: Now = utc_now) -> StageCheck:
    """Look without touching. Blocking. Raises StageKeyMissing, StageBusy and OSError."""
    if keys is None:
        raise StageKeyMissing
    paths = StagePaths(path)
    if not path.parent.is_dir():
        return StageCheck(None, unfinished=False, fresh=True, manifest=None)
    with locked(paths.lock):
        found = examine(paths, keys, now())
    return StageCheck(found.fault, found.journal is not None, found.fresh, found.journal or found.manifest)


def _finish_what_began(
    paths: StagePaths, keys: StageKeys, at: datetime, checkpoint: Checkpoint
) -> tuple[Examined, bool]:
    """What lies there once a cut-off write has been carried to its end, and whether there was one."""
    found = examine(paths, keys, at)
    if found.journal is None:
        return found, False
    carry_out(paths, found.journal, keys, checkpoint)
    return examine(paths, keys, at), True


def _set_back(paths: StagePaths, found: Examined, keys: StageKeys, at: datetime, checkpoint: Checkpoint) -> Manifest:
    """Write `stable`. It keeps the service that the file belongs to, as far as a genuine manifest tells."""
    held = found.manifest.binding if found.manifest else StageBinding(actor=MACHINE)
    binding = StageBinding(actor=MACHINE, release=held.release, service=held.service, environment=held.environment)
    manifest = seal(
        Stage.STABLE,
        binding,
        keys,
        epoch=next_epoch(found, at),
        earlier=deployments(found.manifest),
        at=at,
        fell_back=found.fault or "",
    )
    publish(paths, manifest, keys, checkpoint)
    return manifest


def _was_written(held: Manifest, deployment: str) -> bool:
    return bool(deployment) and deployment in deployments(held)


def _refuse_foreign(held: Manifest, binding: StageBinding) -> None:
    """Two services on one stage file would move each other's traffic."""
    there, wanted = (held.binding.service, held.binding.environment), (binding.service, binding.environment)
    if any(there) and any(wanted) and there != wanted:
        raise StageBelongsElsewhere(f"the stage file serves {there[0]}@{there[1]}; give each its own path")


def _refuse_step_back(held: Manifest, word: Stage, binding: StageBinding) -> None:
    """A worker that was frozen may wake up with an old order: within one release traffic only rises, then goes back."""
    same_release = bool(binding.release) and held.binding.release == binding.release
    if word is Stage.STABLE or not same_release or held.fell_back:
        return
    if held.stage is Stage.STABLE or binding.percentage < held.binding.percentage:
        raise StageMovedOn(f"{held.binding.release} already went to {held.stage} at {held.binding.percentage} %")


def _reading(paths: StagePaths, manifest: Manifest, repaired: bool, lost: str = "", cleared: int = 0) -> StageReading:
    mtime = datetime.fromtimestamp(paths.token.stat().st_mtime, UTC)
    return StageReading(
        manifest.stage, manifest.token_sha256, mtime, manifest, lost or manifest.fell_back, repaired, cleared
    )
