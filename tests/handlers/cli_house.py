"""A place to run the command line in: its configuration, its database, its processes; every command is a real one."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from handlers.cli.opening import login_name
from tests.handlers.cli_fork import run
from tests.stories.house import RBAC, Rules

PATIENCE = 60.0
"""Seconds for one command, on a machine that does other things too."""

EVERYTHING = "release:open,deploy:*,judge:run,ops:read"
PYTHON = str(Path(sys.executable).parent)


@dataclass(frozen=True, slots=True)
class Came:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one object on stdout; fails when there is anything else."""
        found: dict[str, Any] = json.loads(self.out)
        return found


@dataclass(slots=True)
class CliHouse:
    """A folder with a configuration, and the environment that commands get."""

    folder: Path
    database: str
    rules: Rules = field(default_factory=lambda: Rules(approvals="{count: 1, exclude_requester: false}"))
    environ: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.configure()
        self.environ = {
            "PATH": PYTHON,
            "DATABASE_URL": self.database,
            "INTERLOCK_CONFIG": str(self.folder / "configs"),
            "INTERLOCK_VAR": str(self.folder / "var"),
            "INTERLOCK_ALLOW_SCOPES": EVERYTHING,
            "PORT": "0",
        } | self.environ

    def configure(self) -> None:
        """Write the configuration; the login that runs the tests is Dana."""
        configs = self.folder / "configs"
        (configs / "services").mkdir(parents=True, exist_ok=True)
        people = f"people:\n  - {{slack: U01DANA, logins: [{login_name()}]}}\n"
        (configs / "rbac.yaml").write_text(RBAC + people)
        (configs / "interlock.yaml").write_text("work: {poll: 0.2s, lease: 3s}\n")
        (configs / "services" / "checkout.yaml").write_text(self.rules.service(self.folder))

    def run(self, *words: str, **environ: str) -> Came:
        """One command, as a process of its own, to its end."""
        return Came(*run(words, self.environ | environ, self.folder, PATIENCE))

    async def arun(self, *words: str, **environ: str) -> Came:
        """The same beside something that runs on this event loop."""
        return await asyncio.to_thread(self.run, *words, **environ)

    @asynccontextmanager
    async def running(self, *words: str, **environ: str) -> AsyncIterator[tuple[Process, dict[str, Any]]]:
        """A command that runs until it is told to end, and what it said when it was ready."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "handlers.cli", *words, "--json"),
            env=self.environ | environ,
            cwd=self.folder,
            stdin=PIPE,
            stdout=PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            assert process.stdout is not None
            line = await asyncio.wait_for(process.stdout.readline(), PATIENCE)
            assert line, f"it ended with {await process.wait()} before it was ready"
            yield process, json.loads(line)
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    def deployments(self) -> list[str]:
        """What the deployer was asked for: verb and version, a line each."""
        log = self.folder / "calls.log"
        lines = log.read_text().splitlines() if log.exists() else []
        return [" ".join(line.split()[0::2]) for line in lines]
