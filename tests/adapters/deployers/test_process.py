"""Running a command: it always ends, with everything it started, and its output stays within bounds."""

import asyncio
import errno
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.commands import process
from bot.adapters.commands.kept_output import KEPT, KeptOutput, join
from bot.adapters.commands.process import Finished, run
from bot.adapters.deployers.command import CommandLineDeployer
from bot.domain.service import CommandDeployer
from bot.ports import DeployerRetry, Progress

ENVIRON = {"PATH": "/usr/local/bin:/usr/bin:/bin"}
SOON = timedelta(seconds=2)
LONG = timedelta(minutes=5)

FAMILY = """
exec 9>alive
sh -c '{deaf} echo child $$ >&9; read line <blocked' &
sh -c '{deaf} echo grandchild $$ >&9; sh -c "echo deeper \\$\\$ >&9; read line <blocked"; true' &
{deaf}
echo leader $$ >&9
read line <blocked
"""
"""A command with children and a grandchild, all blocked on a pipe that nobody writes, all holding `alive` open."""


class Family:
    """Our end of `alive`: who lives, and when nobody does any more."""

    def __init__(self, folder: Path) -> None:
        os.mkfifo(folder / "alive")
        os.mkfifo(folder / "blocked")
        self._read_end = os.open(folder / "alive", os.O_RDONLY | os.O_NONBLOCK)
        # Held until the command has opened its own, so that we do not see the end before the beginning.
        self._write_end = os.open(folder / "alive", os.O_WRONLY)
        self._reader = asyncio.StreamReader()

    async def open(self) -> asyncio.BaseTransport:
        protocol = asyncio.StreamReaderProtocol(self._reader)
        end = os.fdopen(self._read_end, "rb", 0)
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, end)
        return transport

    async def pids(self) -> list[int]:
        """The four processes, once all have started."""
        lines = [await asyncio.wait_for(self._reader.readline(), 30) for _ in range(4)]
        os.close(self._write_end)
        return [int(line.split()[1]) for line in lines]

    async def all_gone(self) -> bool:
        """Waits until nobody holds the pipe: the kernel closes it when a process dies, and not before."""
        return await asyncio.wait_for(self._reader.read(), 30) == b""


@asynccontextmanager
async def family(folder: Path) -> AsyncIterator[Family]:
    found = Family(folder)
    transport = await found.open()
    try:
        yield found
    finally:
        transport.close()


def state(pid: int) -> str:
    """The process's state letter, or an empty text when it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""


async def see_it_end(task: "asyncio.Task[Finished]", found: Family, *, cancel: bool) -> None:
    pids = await found.pids()
    if cancel:
        task.cancel()
    await asyncio.wait([task], timeout=60)
    assert task.done()
    assert await found.all_gone()
    assert all(state(pid) in {"", "Z", "X"} for pid in pids)


@pytest.mark.parametrize("deaf", ["", "trap '' TERM;"])
async def test_a_timeout_ends_the_command_and_all_it_started(deaf, tmp_path):
    """Children and grandchildren too, also those that do not listen to SIGTERM."""
    async with family(tmp_path) as found:
        argv = ("sh", "-c", FAMILY.format(deaf=deaf))
        grace = timedelta(seconds=0.1 if deaf else 30)
        task = asyncio.create_task(run(argv, ENVIRON, tmp_path, SOON, grace=grace))
        await see_it_end(task, found, cancel=False)
        assert task.result().code is None


@pytest.mark.parametrize("deaf", ["", "trap '' TERM;"])
async def test_cancelling_ends_the_command_and_all_it_started(deaf, tmp_path):
    """A bot that stops leaves nothing running that nobody watches."""
    async with family(tmp_path) as found:
        argv = ("sh", "-c", FAMILY.format(deaf=deaf))
        grace = timedelta(seconds=0.1 if deaf else 30)
        task = asyncio.create_task(run(argv, ENVIRON, tmp_path, LONG, grace=grace))
        await see_it_end(task, found, cancel=True)
        assert task.cancelled()


async def test_a_second_cancel_does_not_wait_for_the_grace(tmp_path):
    """Whoever stops twice wants it now: SIGKILL at once."""
    async with family(tmp_path) as found:
        argv = ("sh", "-c", FAMILY.format(deaf="trap '' TERM;"))
        task = asyncio.create_task(run(argv, ENVIRON, tmp_path, LONG, grace=LONG))
        await found.pids()
        task.cancel()
        await asyncio.wait([task], timeout=0.2)
        assert not task.done()
        task.cancel()
        await asyncio.wait([task], timeout=30)
        assert task.cancelled()
        assert await found.all_gone()


async def test_a_command_may_tidy_up_after_sigterm(tmp_path):
    """Its last words are kept."""
    argv = ("sh", "-c", "mkfifo blocked; trap 'echo tidied; exit 0' TERM; echo begun; read line <>blocked")
    finished = await run(argv, ENVIRON, tmp_path, timedelta(seconds=0.7), grace=timedelta(seconds=30))
    assert finished.code is None
    assert finished.out == "begun\ntidied\n"


async def test_a_timeout_is_silence_with_what_was_said_until_then(order, tmp_path):
    """Nobody knows whether it took effect; the output is evidence all the same."""
    os.mkfifo(tmp_path / "blocked")
    spec = CommandDeployer(
        kind="command",
        start=("sh", "-c", "echo moving; read line <>blocked"),
        rollback=("true",),
        timeout=timedelta(seconds=0.5),
        cwd=str(tmp_path),
    )
    report = await CommandLineDeployer(spec, ENVIRON).start(order())
    assert report.progress is Progress.SILENT
    assert report.summary == "sh: ended after 0.5s: moving"
    assert report.output == "moving\n"


async def test_a_background_child_that_keeps_the_output_open_does_not_hold_us_up(tmp_path, monkeypatch):
    """The command itself has ended well; its daemon lives on, and no file handle of ours stays behind."""
    monkeypatch.setattr(process, "DRAIN", timedelta(seconds=0.1))
    os.mkfifo(tmp_path / "blocked")
    handles = len(os.listdir("/proc/self/fd"))
    script = "sh -c 'read line <blocked' & echo started"
    finished = await run(("sh", "-c", script), ENVIRON, tmp_path, LONG)
    assert (finished.code, finished.out) == (0, "started\n")
    (tmp_path / "blocked").write_text("end\n")  # lets the daemon go; blocks unless it is still there to read
    await asyncio.sleep(0)  # one turn of the loop, in which closed transports let go of their handles
    assert len(os.listdir("/proc/self/fd")) <= handles


async def test_the_child_has_no_input(tmp_path):
    """A command that asks a question gets an end of file, not our terminal."""
    finished = await run(("sh", "-c", "read line || echo none"), ENVIRON, tmp_path, LONG)
    assert finished.out == "none\n"


async def test_endless_output_is_capped_while_it_comes(tmp_path):
    """Head and tail are kept, and the text says how much is missing."""
    script = "echo first; yes 0123456789 | head -c 3000000; echo; echo last"
    finished = await run(("sh", "-c", script), ENVIRON, tmp_path, LONG)
    assert finished.out.startswith("first\n")
    assert finished.out.endswith("last\n")
    assert "bytes left out" in finished.out
    assert KEPT * 0.9 < len(finished.out.encode()) < KEPT + 100
    assert finished.summary == "last"


@pytest.mark.parametrize("number", [errno.EAGAIN, errno.ENOMEM, errno.EMFILE])
async def test_no_room_for_a_process_is_asked_again_later(number, order, tmp_path, monkeypatch):
    """The machine is full; nothing was started, so the engine may retry."""

    async def full(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(asyncio, "create_subprocess_exec", full)
    spec = CommandDeployer(kind="command", start=("true",), rollback=("true",), status=("true",), cwd=str(tmp_path))
    deployer = CommandLineDeployer(spec, ENVIRON)
    for ask in (deployer.start, deployer.rollback, deployer.find):
        with pytest.raises(DeployerRetry):
            await ask(order())


# --- what is kept ---


def kept(*chunks: bytes, limit: int = KEPT) -> KeptOutput:
    output = KeptOutput(limit)
    for chunk in chunks:
        output.take(chunk)
    return output


def test_output_within_the_limit_is_kept_whole():
    """Up to the last byte, however it came."""
    content = b"x" * (KEPT // 2 + 1) + b"y" * (KEPT // 2 - 1)
    assert kept(*(content[at : at + 1000] for at in range(0, KEPT, 1000))).text() == content.decode()


@pytest.mark.parametrize("offset", range(-30, 31, 3))
def test_a_secret_across_the_cut_leaves_no_part_behind(offset):
    """Wherever the cut falls: before, within or after the secret."""
    secret = "sesame-" + "0123456789" * 3
    half = KEPT // 2
    for edge in (half, half + 100_000):
        before = edge + offset
        text = kept(b"a" * before, secret.encode(), b"b" * (2 * half + 100_000 - before - len(secret))).text([secret])
        assert not any(secret[at : at + 6] in text for at in range(len(secret) - 5))


def test_escapes_and_control_characters_are_dropped():
    """Nothing that a terminal, a database or a reading direction would trip over; a secret cannot hide behind them."""
    raw = b"\x1b[31mred\x1b[0m a\x00b \x1b]0;title\x07c\r\nd\rxo\x1b[1mxb-12345-abcdef e\xe2\x80\xaef \xff"
    assert kept(raw).text() == "red ab c\nd\n[redacted] ef \ufffd"


def test_two_long_streams_share_the_room():
    """Neither pushes the other out."""
    text = join("o" * KEPT, "e" * KEPT)
    assert len(text) < KEPT + 200
    assert text.count("o") > KEPT // 3
    assert text.count("e") > KEPT // 3
