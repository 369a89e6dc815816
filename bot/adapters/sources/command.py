"""The source of command gates: runs the program once, and reads the report that it wrote (contracts 2.1)."""

import asyncio
import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from bot.adapters.commands.argument_template import ArgumentTemplate, BadTemplate, BadValue
from bot.adapters.commands.child_environment import child_environment
from bot.adapters.commands.process import Finished, run
from bot.adapters.commands.process_group import GRACE
from bot.adapters.commands.start_errors import CannotStart, CannotStartNow
from bot.adapters.redaction import redact, secrets_of
from bot.adapters.reports.bytes_read import REPORT_LIMIT, Sighting, look_at, read_fresh
from bot.adapters.reports.problem import ReportProblem
from bot.adapters.reports.table import read_report
from bot.domain.evidence import CommandResult, Fact
from bot.domain.evidence.commands import Ended, Found, ReportFile
from bot.domain.service import COMMAND_PLACEHOLDERS, CommandGate
from bot.domain.service.reports import STDOUT
from bot.ports import Asked

PRODUCER = "command"
_FOUND: TypeAdapter[Found] = TypeAdapter(Found)
_CLOSED = frozenset({"kind", "suites", "has", "levels", "severities", "more"})
"""Parts of a finding that come from a closed list or from configuration."""


@dataclass(frozen=True, slots=True)
class _Read:
    """What became of the report."""

    report: ReportFile | None = None
    found: Found | None = None
    problem: str = ""
    detail: str = ""


class CommandSource:
    """Runs the command of one gate. It only looks, so after a lost lease it may run again; cancelling it ends the
    program and all that it started."""

    def __init__(self, gate: CommandGate, folder: Path, environ: Mapping[str, str], grace: timedelta = GRACE) -> None:
        """Relative paths are taken from `folder`; of `environ` the program sees what the gate allows."""
        self._gate = gate
        self._cwd = folder / gate.cwd
        self._environ = environ
        self._secrets = secrets_of(environ, gate.environment)
        self._grace = grace

    async def measure(self, asked: Asked) -> Fact:
        """One run."""
        values = _values(asked)
        try:
            argv = ArgumentTemplate.parse("run", self._gate.run, COMMAND_PLACEHOLDERS).fill(values)
            path = self._report_path(values)
        except (BadTemplate, BadValue) as failure:
            return self._result(asked, "not_started", detail=str(failure))
        began, since = datetime.now(UTC), time.monotonic()
        before = await asyncio.to_thread(look_at, path) if path is not None else Sighting(None)
        try:
            finished = await self._run(argv, asked, values)
        except (CannotStart, CannotStartNow) as failure:
            return self._result(asked, "not_started", detail=str(failure))
        seconds = round(time.monotonic() - since, 3)
        read = await asyncio.to_thread(self._read, finished, path, before, began)
        ended: Ended = "timed_out" if finished.code is None else "signalled" if finished.code < 0 else "exited"
        code = abs(finished.code) if finished.code is not None else None
        return self._result(asked, ended, code, seconds, read)

    async def _run(self, argv: tuple[str, ...], asked: Asked, values: Mapping[str, str]) -> Finished:
        facts = {f"INTERLOCK_{name.upper()}": value for name, value in values.items()}
        facts |= {"INTERLOCK_RELEASE": asked.release.id, "INTERLOCK_GATE": asked.gate}
        gate = self._gate
        printed = gate.report is not None and gate.report.file == STDOUT
        return await run(
            argv,
            child_environment(self._environ, gate.environment, facts),
            self._cwd,
            gate.timeout,
            self._secrets,
            self._grace,
            raw_limit=REPORT_LIMIT if printed else 0,
        )

    def _report_path(self, values: Mapping[str, str]) -> Path | None:
        """Where the report will be; None when there is none, or it is printed. Raises BadTemplate and BadValue."""
        report = self._gate.report
        if report is None or report.file == STDOUT:
            return None
        name = ArgumentTemplate.parse("report.file", ("-", report.file), COMMAND_PLACEHOLDERS).fill(values)[1]
        return self._cwd / name

    def _read(self, finished: Finished, path: Path | None, before: Sighting, began: datetime) -> _Read:
        """The report, its names without secrets. A command that was ended half-way wrote none that counts."""
        rules = self._gate.report
        if rules is None or finished.code is None:
            return _Read()
        report = None
        try:
            raw = finished.raw if path is None else read_fresh(path, before, began)
            if len(raw) > REPORT_LIMIT:
                raise ReportProblem("too_large", f"over {REPORT_LIMIT} bytes")
            shown = STDOUT if path is None else rules.file
            report = ReportFile(path=shown, sha256=hashlib.sha256(raw).hexdigest(), size=len(raw))
            found = read_report(rules, raw)
        except ReportProblem as problem:
            return _Read(report, problem=problem.code, detail=problem.detail)
        return _Read(report, _FOUND.validate_python(self._hide(found.model_dump())))

    def _hide(self, value: Any) -> Any:
        """Names of tests, rules and packages may hold what a program was told in confidence."""
        match value:
            case str():
                return redact(value, self._secrets)
            case dict():
                return {name: one if name in _CLOSED else self._hide(one) for name, one in value.items()}
            case list() | tuple():
                return [self._hide(one) for one in value]
            case _:
                return value

    def _result(
        self,
        asked: Asked,
        ended: Ended,
        code: int | None = None,
        seconds: float = 0.0,
        read: _Read | None = None,
        detail: str = "",
    ) -> CommandResult:
        read = read or _Read()
        return CommandResult(
            gate=asked.gate,
            version=asked.version,
            observed_at=asked.now,
            producer=PRODUCER,
            ended=ended,
            code=code,
            seconds=seconds,
            report=read.report,
            found=read.found,
            problem=read.problem,
            detail=redact(read.detail or detail, self._secrets)[:200],
        )


def _values(asked: Asked) -> dict[str, str]:
    """What COMMAND_PLACEHOLDERS stand for; the id names gate, release and moment, so that no two runs share it."""
    release = asked.release
    return {
        "version": release.version,
        "previous": release.previous or release.plan.baseline or "",
        "service": release.service,
        "environment": release.environment,
        "id": f"{release.id}-{asked.gate}-{asked.now:%Y%m%dT%H%M%S%f}",
    }
