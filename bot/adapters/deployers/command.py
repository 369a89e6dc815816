"""The deployer that runs the commands of a service's configuration (issue part 8)."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path, PurePath

from bot.adapters.commands.argument_template import ArgumentTemplate, BadValue, values_of
from bot.adapters.commands.child_environment import child_environment, facts_of
from bot.adapters.commands.process import Finished, run
from bot.adapters.commands.process_group import GRACE
from bot.adapters.commands.start_errors import CannotStart, CannotStartNow
from bot.adapters.commands.summary import last_object
from bot.adapters.redaction import redact, secrets_of
from bot.domain.duration import write_duration
from bot.domain.service import CommandDeployer
from bot.ports import DeployerRetry, Order, Progress, Report

ANSWERS = {
    "done": Progress.DONE,
    "running": Progress.RUNNING,
    "failed": Progress.FAILED,
    "unknown": Progress.UNKNOWN,
}
"""What a status command may say in `state`. Anything else is silence."""


class CommandLineDeployer:
    """Runs argument lists (ports.Deployer). Exit code 0 is done, any other is failed, a timeout is known to nobody."""

    def __init__(self, spec: CommandDeployer, environ: Mapping[str, str], grace: timedelta = GRACE) -> None:
        """Raises BadTemplate."""
        self._start = ArgumentTemplate.parse("start", spec.start)
        self._rollback = ArgumentTemplate.parse("rollback", spec.rollback)
        self._status = ArgumentTemplate.parse("status", spec.status) if spec.status is not None else None
        self._allowed = spec.environment
        self._cwd = Path(spec.cwd)
        self._timeout = spec.timeout
        self._environ = environ
        self._grace = grace

    async def start(self, order: Order) -> Report:
        """Move traffic to the order's version and share. Raises DeployerRetry when nothing was started."""
        return await self._carry_out(self._start, order)

    async def rollback(self, order: Order) -> Report:
        """Bring all traffic back to the order's version. Raises DeployerRetry when nothing was started."""
        return await self._carry_out(self._rollback, order)

    async def find(self, order: Order) -> Report:
        """Ask the status command; without one, and without a clear answer, nobody can tell. Raises DeployerRetry."""
        if self._status is None:
            return Report(Progress.SILENT, "no status command is configured")
        try:
            finished = await self._run(self._status, order)
        except (BadValue, CannotStart) as failure:
            return Report(Progress.SILENT, self._redact(str(failure)))
        if finished.code != 0:
            return Report(Progress.SILENT, self._line(finished, "status"), finished.output)
        return _read_answer(finished, order.deployment)

    async def _carry_out(self, template: ArgumentTemplate, order: Order) -> Report:
        try:
            finished = await self._run(template, order)
        except (BadValue, CannotStart) as failure:
            return Report(Progress.FAILED, self._redact(str(failure)))
        if finished.code is None:
            return Report(Progress.SILENT, self._line(finished, PurePath(template.arguments[0]).name), finished.output)
        if finished.code != 0:
            return Report(Progress.FAILED, self._line(finished, PurePath(template.arguments[0]).name), finished.output)
        return Report(Progress.DONE, finished.summary, finished.output)

    async def _run(self, template: ArgumentTemplate, order: Order) -> Finished:
        seen = child_environment(self._environ, self._allowed, facts_of(order))
        secrets = secrets_of(self._environ, self._allowed)
        try:
            return await run(template.fill(values_of(order)), seen, self._cwd, self._timeout, secrets, self._grace)
        except CannotStartNow as failure:
            raise DeployerRetry(self._redact(str(failure))) from failure

    def _line(self, finished: Finished, what: str) -> str:
        """How the command ended, and its own last word."""
        if finished.code is None:
            how = f"{what}: ended after {write_duration(self._timeout)}"
        elif finished.code < 0:
            how = f"{what}: ended by signal {-finished.code}"
        else:
            how = f"{what}: exit code {finished.code}"
        return f"{how}: {finished.summary}" if finished.summary else how

    def _redact(self, text: str) -> str:
        return redact(text, secrets_of(self._environ, self._allowed))


def _read_answer(finished: Finished, deployment: str) -> Report:
    found = last_object(finished.out)
    state = found[0].get("state") if found else None
    if found is None or not isinstance(state, str) or state not in ANSWERS:
        return Report(Progress.SILENT, "status: no `state` of done, running, failed or unknown", finished.output)
    if found[0].get("id", deployment) != deployment:
        return Report(Progress.SILENT, "status: the answer is about another deployment", finished.output)
    return Report(ANSWERS[state], finished.summary, finished.output)
