"""The deployer that moves traffic by writing the signed stage file (contracts 1.1, 1.2; issue part 8)."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from bot.adapters.deployers.stage_file import (
    Now,
    StageBelongsElsewhere,
    StageChanged,
    StageMovedOn,
    StageReading,
    read_stage,
    utc_now,
    write_stage,
)
from bot.adapters.deployers.stage_files import StageBusy, StagePaths
from bot.adapters.deployers.stage_hook import HookResult, Hooks, StageHook
from bot.adapters.deployers.stage_hook_record import was_hooked
from bot.adapters.deployers.stage_manifest import StageBinding
from bot.adapters.deployers.stage_publish import StageUnfinished
from bot.adapters.deployers.stage_words import Stage, stage_for
from bot.adapters.keys.stage import StageKeyMissing, StageKeys
from bot.domain.events import StageFellBack
from bot.ports import DeployerRetry, Order, Progress, Report

_FOR_GOOD = (PermissionError, IsADirectoryError, NotADirectoryError, FileExistsError)
"""Errors of the file system that waiting does not mend."""


class StageFileDeployer:
    """Writes `canary`, `promote` or `stable` (ports.Deployer).

    A start is refused while the file stands on a fallback: somebody else wrote there, and a person has to look. A
    rollback goes through and clears it. The fallback is reported until the next write, at least once.
    """

    def __init__(
        self,
        path: Path,
        keys: StageKeys | None,
        hooks: Hooks,
        timeout: timedelta,
        environ: Mapping[str, str],
        now: Now = utc_now,
    ) -> None:
        """`timeout` is each hook's."""
        self._path = path
        self._keys = keys
        self._hook = StageHook(StagePaths(path), hooks, environ, timeout, now)
        self._now = now
        self._told: set[int] = set()

    async def start(self, order: Order) -> Report:
        """`canary` below 100 percent, `promote` at 100. Raises DeployerRetry when nothing was written."""
        try:
            stage = stage_for(order.percent)
        except ValueError as failure:
            return Report(Progress.FAILED, str(failure))
        return await self._put(order, stage, order.percent)

    async def rollback(self, order: Order) -> Report:
        """`stable`. Raises DeployerRetry when nothing was written."""
        return await self._put(order, Stage.STABLE, 0)

    async def find(self, order: Order) -> Report:
        """Look for the deployment in the manifest, which remembers the latest and some before it."""
        if self._keys is None:
            return Report(Progress.SILENT, str(StageKeyMissing()))
        try:
            reading = await asyncio.to_thread(read_stage, self._path, self._keys, now=self._now)
            return await self._look_up(order, reading)
        except StageBusy as failure:
            raise DeployerRetry(str(failure)) from failure
        except (StageUnfinished, OSError) as failure:
            return Report(Progress.SILENT, _words(failure))

    async def _look_up(self, order: Order, reading: StageReading) -> Report:
        manifest = reading.manifest
        if reading.fell_back or manifest is None:
            return self._fallen(reading)
        if order.deployment in manifest.earlier:
            return Report(Progress.DONE, f"written; {manifest.stage} since")
        if order.deployment != manifest.binding.deployment:
            return Report(Progress.UNKNOWN, f"not written; {manifest.stage}")
        if await asyncio.to_thread(was_hooked, StagePaths(self._path), manifest.epoch):
            return _done(reading, HookResult())
        # The writer died before its hooks had ended. The controller can be told again; the on-promote command may not.
        hooks = await self._hook.call_controller(manifest.stage, order)
        return _done(reading, HookResult(("hooks: a run was cut off",)).and_then(hooks))

    async def _put(self, order: Order, stage: Stage, percent: int) -> Report:
        binding = StageBinding(
            actor=order.actor,
            release=order.release,
            service=order.service,
            environment=order.environment,
            version=order.version,
            percentage=percent,
            deployment=order.deployment,
            digest=order.digest,
        )
        try:
            reading = await asyncio.to_thread(
                write_stage,
                self._path,
                stage,
                binding,
                self._keys,
                over_fallback=stage is Stage.STABLE,
                now=self._now,
            )
        except StageBusy as failure:
            raise DeployerRetry(str(failure)) from failure
        except StageUnfinished as failure:
            return Report(Progress.SILENT, str(failure))
        except StageChanged as found:
            return self._fallen(found.reading)
        except (StageKeyMissing, StageBelongsElsewhere, StageMovedOn, ValueError, *_FOR_GOOD) as failure:
            return Report(Progress.FAILED, _words(failure))
        except OSError as failure:
            raise DeployerRetry(_words(failure)) from failure
        hooks = await self._hook.run(reading.stage, reading.manifest.epoch if reading.manifest else 0, order)
        return _done(reading, hooks, self._news(reading))

    def _fallen(self, reading: StageReading) -> Report:
        """Somebody else changed the file; traffic is at `stable`."""
        found = (StageFellBack(path=str(self._path), found=reading.fell_back),)
        if reading.manifest:
            self._told.add(reading.manifest.epoch)
        return Report(
            Progress.FAILED, f"stage file changed by somebody else ({reading.fell_back}); stable", events=found
        )

    def _news(self, reading: StageReading) -> tuple[StageFellBack, ...]:
        """The fallback that a write went over, unless this process has reported it already."""
        if not reading.fell_back or reading.cleared in self._told:
            return ()
        return (StageFellBack(path=str(self._path), found=reading.fell_back),)


def _done(reading: StageReading, hooks: HookResult, events: tuple[StageFellBack, ...] = ()) -> Report:
    binding = reading.binding
    share = f" at {binding.percentage} %" if binding and reading.stage is Stage.CANARY else ""
    summary = "; ".join((f"{reading.stage}{share}", *hooks.trouble))
    facts = f"stage={reading.stage} sha256={reading.sha256} epoch={reading.manifest.epoch if reading.manifest else 0}"
    return Report(Progress.DONE, summary, "\n".join(filter(None, (facts, hooks.output))), events)


def _words(failure: Exception) -> str:
    return f"stage file: {failure.strerror}" if isinstance(failure, OSError) and failure.strerror else str(failure)
