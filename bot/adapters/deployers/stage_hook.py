"""Tells the outside that the stage has changed: the controller hook and the on-promote command (contracts 1.7)."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import ParamSpec

from bot.adapters.commands.child_environment import child_environment, facts_of
from bot.adapters.commands.process import run
from bot.adapters.commands.start_errors import CannotStart, CannotStartNow
from bot.adapters.deployers.stage_file import Now
from bot.adapters.deployers.stage_files import StageBusy, StagePaths
from bot.adapters.deployers.stage_hook_record import SOURCE, record_hooked, record_line, record_stage
from bot.adapters.deployers.stage_words import Stage
from bot.adapters.redaction import secrets_of
from bot.domain.duration import write_duration
from bot.ports import Order

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Hooks:
    """What is called, as argument lists, empty for nothing: at every stage, and on `promote`. Both see the variables
    named in `environment` beside what every child sees."""

    controller: tuple[str, ...] = ()
    on_promote: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HookResult:
    """How the hooks went. `trouble` is empty when all went well; nothing here stops a release."""

    trouble: tuple[str, ...] = ()
    output: str = ""

    def and_then(self, later: "HookResult") -> "HookResult":
        """Both results as one."""
        return HookResult(self.trouble + later.trouble, "\n".join(filter(None, (self.output, later.output))))


class StageHook:
    """Runs what has to be told. Commands are argument lists, never a shell's, and see no secrets."""

    def __init__(
        self,
        paths: StagePaths,
        hooks: Hooks,
        environ: Mapping[str, str],
        timeout: timedelta,
        now: Now,
    ) -> None:
        self._paths = paths
        self._hooks = hooks
        self._environ = environ
        self._timeout = timeout
        self._now = now

    async def run(self, stage: Stage, epoch: int, order: Order) -> HookResult:
        """Record the change, call the controller, and on `promote` the on-promote command."""
        result = await _write(record_stage, self._paths, stage, self._now(), self._environ)
        result = result.and_then(await self.call_controller(stage, order))
        if self._hooks.on_promote and stage is Stage.PROMOTE:
            result = result.and_then(await self._call("DECISIONOS_ON_PROMOTE_CMD", self._hooks.on_promote, order))
        return result.and_then(await _write(record_hooked, self._paths, epoch))

    async def call_controller(self, stage: Stage, order: Order) -> HookResult:
        """Tell the controller which stage is wanted; telling it twice does no harm."""
        if not self._hooks.controller:
            return HookResult()
        argv = (*self._hooks.controller, "--stage", stage.value, "--source", SOURCE)
        return await self._call("controller", argv, order)

    async def _call(self, name: str, argv: tuple[str, ...], order: Order) -> HookResult:
        """Run one command and write its exit code down; a command that cannot be run has none."""
        try:
            finished = await run(
                argv,
                child_environment(self._environ, self._hooks.environment, facts_of(order)),
                Path(),
                self._timeout,
                secrets_of(self._environ),
            )
        except (CannotStart, CannotStartNow) as failure:
            noted = await _write(record_line, self._paths, f"{name} not run: {failure}")
            return HookResult((f"{name}: {failure}",)).and_then(noted)
        code = "timeout" if finished.code is None else str(finished.code)
        noted = await _write(record_line, self._paths, f"{name} rc={code}")
        if finished.code == 0:
            return HookResult(output=finished.output).and_then(noted)
        how = f"ended after {write_duration(self._timeout)}" if finished.code is None else f"rc={code}"
        trouble = f"{name} {how}: {finished.summary}" if finished.summary else f"{name} {how}"
        return HookResult((trouble,), finished.output).and_then(noted)


async def _write(record: Callable[P, None], *arguments: P.args, **named: P.kwargs) -> HookResult:
    """Keep a record in a thread; a full disk is worth a word, not a release."""
    try:
        await asyncio.to_thread(record, *arguments, **named)
    except StageBusy as failure:
        return HookResult((f"hook record: {failure}",))
    except OSError as failure:
        return HookResult((f"hook record: {failure.strerror}",))
    return HookResult()
