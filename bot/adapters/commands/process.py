"""Runs one argument list as a child process: never a shell, always an end, output kept within bounds."""

import asyncio
import contextlib
import errno
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from bot.adapters.commands.inflow import Inflow, open_inflow
from bot.adapters.commands.kept_output import join
from bot.adapters.commands.process_group import GRACE, end_group
from bot.adapters.commands.start_errors import CannotStart, CannotStartNow
from bot.adapters.commands.summary import summarise

DRAIN = timedelta(seconds=1)
"""How long to read on after the command itself has ended: a background child may hold its output open for ever."""

_TRY_LATER = frozenset({errno.EAGAIN, errno.ENOMEM, errno.EMFILE, errno.ENFILE, errno.ETXTBSY})


@dataclass(frozen=True, slots=True)
class Finished:
    """A command that was run. `code` is None when it was ended for taking too long, negative when a signal ended it.

    `out` and `output` (both streams) are redacted and capped; `summary` is one short line. `raw` is what came on stdout
    as it came, where that was asked for: not redacted, for parsers alone.
    """

    code: int | None
    out: str
    output: str
    summary: str
    raw: bytes = field(default=b"", repr=False)


async def run(
    argv: Sequence[str],
    environ: Mapping[str, str],
    cwd: Path,
    timeout: timedelta,  # noqa: ASYNC109 - the limit is a setting of the command, and its end kills a process group
    secrets: Iterable[str] = (),
    grace: timedelta = GRACE,
    raw_limit: int = 0,
) -> Finished:
    """Run a command to its end, or end it and all it started after `timeout` or when cancelled.

    The child sees exactly `environ` and has no input. `raw_limit`: bytes of stdout to keep as they came, and one more
    to tell that there were more. Raises CannotStart and CannotStartNow.
    """
    _refuse_missing(cwd)
    hidden = tuple(secrets)
    async with open_inflow(raw_limit) as out, open_inflow() as err:
        child = await _start(argv, environ, cwd, out, err)
        code = await _follow(child, (out, err), timeout, grace)
    said, complained = out.kept.text(hidden), err.kept.text(hidden)
    return Finished(code, said, join(said, complained), summarise(said, complained, failed=code != 0), bytes(out.raw))


def _refuse_missing(cwd: Path) -> None:
    # Else the folder's absence would be reported as the command's.
    if not cwd.is_dir():
        raise CannotStart(f"working folder {cwd} does not exist")


async def _start(
    argv: Sequence[str], environ: Mapping[str, str], cwd: Path, out: Inflow, err: Inflow
) -> asyncio.subprocess.Process:
    try:
        return await asyncio.create_subprocess_exec(
            *argv,
            env=dict(environ),
            cwd=cwd,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=out.write_end,
            stderr=err.write_end,
            start_new_session=True,
        )
    except FileNotFoundError:
        raise CannotStart(f"{argv[0]}: command not found") from None
    except PermissionError:
        raise CannotStart(f"{argv[0]}: not permitted to run") from None
    except ValueError:
        raise CannotStart(f"{argv[0]}: an argument or variable holds a NUL character") from None
    except OSError as failure:
        if failure.errno in _TRY_LATER:
            raise CannotStartNow(f"{argv[0]}: {failure.strerror}") from failure
        raise CannotStart(f"{argv[0]}: {failure.strerror}") from failure


async def _follow(
    child: asyncio.subprocess.Process, inflows: tuple[Inflow, Inflow], within: timedelta, grace: timedelta
) -> int | None:
    """The exit code, or None for a command that had to be ended."""
    ended = False
    try:
        for inflow in inflows:
            inflow.close_write_end()
        async with asyncio.timeout(within.total_seconds()):
            await child.wait()
            ended = True
    except TimeoutError:
        pass
    finally:
        if not ended:
            await end_group(child.pid, grace)
            await _reap(child)
    await asyncio.wait([inflow.drained for inflow in inflows], timeout=DRAIN.total_seconds())
    return child.returncode if ended else None


async def _reap(child: asyncio.subprocess.Process) -> None:
    """A killed process is gone at once, save one that hangs in the kernel; nobody can do more about that one."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(child.wait(), DRAIN.total_seconds())
