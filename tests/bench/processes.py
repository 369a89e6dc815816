"""Processes that benchmarks measure, ended by their own process ids."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def sandbox() -> Iterator[str]:
    """A Slack workspace in a process of its own; its API address."""
    manifest = Path(__file__).parents[2] / "configs" / "manifest.yaml"
    command = [sys.executable, "-m", "bot.sandbox", "--port", "0", "--manifest", str(manifest)]
    with _process(command, dict(os.environ)) as process:
        yield f"{_first_line(process).strip().rstrip('/')}/api/"


@contextmanager
def bot(folder: Path, role: str, environ: dict[str, str]) -> Iterator[int]:
    """The bot in a process of its own; its port."""
    with bot_with_pid(folder, role, environ) as (port, _):
        yield port


@contextmanager
def bot_with_pid(folder: Path, role: str, environ: dict[str, str]) -> Iterator[tuple[int, int]]:
    """The bot in a process of its own; its port and its process id."""
    given = {"PATH": os.environ["PATH"]} | environ
    with _process([sys.executable, "-m", "tests.bench.bot_process", role], given) as process:
        yield int(_first_line(process)), process.pid


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until_listening(port: int) -> None:
    """Return once somebody listens on the port."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=0.2):
            return
    raise TimeoutError(port)


@contextmanager
def _process(command: list[str], environ: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise RuntimeError(f"{process.args} ended before it was ready")
    return line
