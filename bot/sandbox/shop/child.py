"""Starts one process of the shop, waits for its ready line, and ends it by its pid."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from dataclasses import dataclass
from typing import IO

from pydantic import BaseModel, ConfigDict, ValidationError

READY_WITHIN = 10.0
"""Seconds a process may take to say that it is ready. Usual: below one."""

END_WITHIN = 5.0
"""Seconds between asking a process to end and killing it."""


class ChildFailed(Exception):
    """A process of the shop did not start."""


class Ready(BaseModel):
    """The one line a process prints when it can be used. `admin`: its control address, where it has one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    pid: int
    url: str
    admin: str = ""


def say_ready(ready: Ready) -> None:
    """Print the ready line of this process."""
    sys.stdout.write(ready.model_dump_json() + "\n")
    sys.stdout.flush()


@dataclass(frozen=True, slots=True)
class Child:
    """A running process and what it said when it was ready."""

    process: Process
    ready: Ready

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def alive(self) -> bool:
        return self.process.returncode is None

    async def end(self) -> None:
        """Ask the process to end, kill it when it does not; return when it is gone."""
        await _end(self.process)


async def spawn(module: str, *arguments: str, stderr: IO[bytes] | None = None) -> Child:
    """Start `python -m module arguments` tied to this process, in a session of its own, and wait until it is ready.

    Raises ChildFailed when it ends or stays silent instead.
    """
    command = (sys.executable, "-m", module, *arguments, "--tied")
    process = await asyncio.create_subprocess_exec(
        *command, stdin=PIPE, stdout=PIPE, stderr=stderr, start_new_session=True
    )
    try:
        return Child(process, await _read_ready(module, process))
    except BaseException:
        await _end(process)
        raise


async def _read_ready(module: str, process: Process) -> Ready:
    assert process.stdout is not None
    try:
        line = await asyncio.wait_for(process.stdout.readline(), READY_WITHIN)
    except TimeoutError:
        raise ChildFailed(f"{module} was not ready within {READY_WITHIN:.0f} s") from None
    if not line:
        raise ChildFailed(f"{module} ended with exit code {await process.wait()} before it was ready")
    try:
        return Ready.model_validate_json(line)
    except ValidationError:
        raise ChildFailed(f"{module} printed something other than its ready line") from None


async def _end(process: Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), END_WITHIN)
    except TimeoutError:
        process.kill()
        await process.wait()
