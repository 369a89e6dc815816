"""Starts commands quickly: a process that has imported the program forks for each command, which is then a process of
its own with its own words, environment, folder and output. Only the imports are shared."""

import atexit
import gc
import importlib
import json
import os
import pkgutil
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NoReturn


def run(words: Sequence[str], environ: Mapping[str, str], folder: Path, patience: float) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of one command, after at most `patience` seconds. Raises TimeoutError."""
    with tempfile.TemporaryDirectory() as kept, socket.socket(socket.AF_UNIX) as line:
        out, err = Path(kept, "out"), Path(kept, "err")
        line.settimeout(patience)
        line.connect(_nursery())
        asked = {"words": [*words], "environ": {**environ}, "folder": str(folder), "out": str(out), "err": str(err)}
        line.sendall(json.dumps(asked).encode() + b"\n")
        answers = line.makefile("r")
        process = int(answers.readline())
        try:
            code = int(answers.readline())
        except TimeoutError:
            os.kill(process, signal.SIGKILL)
            raise
        return code, out.read_text("utf-8"), err.read_text("utf-8")


@cache
def _nursery() -> str:
    """The address of this test process's nursery, which ends with it."""
    folder = tempfile.mkdtemp()
    address = f"{folder}/nursery"
    nursery = subprocess.Popen(
        [sys.executable, "-m", "tests.handlers.cli_fork", address], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )

    def end() -> None:
        nursery.kill()
        nursery.wait()
        Path(address).unlink(missing_ok=True)
        Path(folder).rmdir()

    atexit.register(end)
    assert nursery.stdout is not None
    assert nursery.stdout.readline() == b"ready\n"
    return address


def _serve(address: str) -> NoReturn:
    """Fork for every connection until the test process closes our stdin."""
    _import_all()
    gc.freeze()  # or every child would copy all of it when it ends
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(address)
        door.listen(64)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            ready, _, _ = select.select([door, sys.stdin], [], [])
            if sys.stdin in ready:
                os._exit(0)
            line, _ = door.accept()
            if os.fork() == 0:
                door.close()
                _attend(line)
            line.close()


def _import_all() -> None:
    """Everything of ours, and with it what it rests on; the sandbox is another program."""
    for top in ("bot", "handlers"):
        for module in pkgutil.walk_packages([top], f"{top}."):
            if not module.name.startswith(
                ("bot.sandbox", "handlers.cli.__main__", "bot.adapters.store.migrations.env")
            ):
                importlib.import_module(module.name)
    for name in ("duckdb", "rich.console", "rich.table", "rich.progress"):
        importlib.import_module(name)


def _attend(line: socket.socket) -> NoReturn:
    """Run one command in a child, tell its process id and then its exit code as subprocess does."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with line.makefile("r") as asked:
        wanted: dict[str, Any] = json.loads(asked.readline())
    child = os.fork()
    if child == 0:
        line.close()
        _become(wanted)
    line.sendall(f"{child}\n".encode())
    _, status = os.waitpid(child, 0)
    line.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def _become(wanted: Mapping[str, Any]) -> NoReturn:
    from handlers.cli import main

    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(os.open(wanted["out"], os.O_WRONLY | os.O_CREAT), 1)
    os.dup2(os.open(wanted["err"], os.O_WRONLY | os.O_CREAT), 2)
    os.environ.clear()
    os.environ.update(wanted["environ"])
    os.chdir(wanted["folder"])
    sys.argv = ["interlock", *wanted["words"]]
    try:
        main()
    except SystemExit as ended:
        _end(ended.code)


def _end(code: object) -> NoReturn:
    """End as a process does, without taking the frozen imports apart, over which DuckDB's binding complains."""
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    _serve(sys.argv[1])
