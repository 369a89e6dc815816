"""The demo's bot: `interlock serve` as a process of its own, started again whenever it ends."""

import asyncio
import json
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Mapping
from pathlib import Path

from handlers.cli.failures import PartFailed

READY_WITHIN = 30.0
END_WITHIN = 15.0
"""Seconds between asking it to end and killing it; it waits for what it has in hand."""

_A_MOMENT = 1.0
_TOO_OFTEN = 3
"""Ends within a moment of the start, one after the other, after which starting it again is pointless."""


class DemoBot:
    """The bot's process. It ends with this one, however this one ends: `--tied` gives it our end of a pipe."""

    def __init__(self, environ: Mapping[str, str], log: Path, tell: Callable[[str], None]) -> None:
        self.log = log
        self.url = ""
        self._environ = dict(environ)
        self._tell = tell
        self._process: Process | None = None
        self._ending = False

    @property
    def pid(self) -> int:
        """Of the process that runs now."""
        return self._process.pid if self._process else 0

    async def start(self) -> None:
        """Start it and wait until it says that it is ready. Raises PartFailed."""
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "handlers.cli", "serve", "--json", "--tied"),
                env=self._environ,
                stdin=PIPE,
                stdout=PIPE,
                stderr=log,
                start_new_session=True,
            )
        assert self._process.stdout is not None
        try:
            line = await asyncio.wait_for(self._process.stdout.readline(), READY_WITHIN)
            self.url = str(json.loads(line)["url"])
        except (TimeoutError, ValueError, KeyError):
            raise PartFailed(f"The bot did not start. Its log is {self.log}.") from None

    async def keep(self) -> None:
        """Start it again when it ends, until `end`. Raises PartFailed when it ends too often."""
        quick = 0
        while self._process is not None:
            began = time.monotonic()
            code = await self._process.wait()
            if self._ending:
                return
            quick = quick + 1 if time.monotonic() - began < _A_MOMENT else 0
            if quick >= _TOO_OFTEN:
                raise PartFailed(f"The bot ends as soon as it starts. Its log is {self.log}.")
            self._tell(f"The bot {_how(code)}. It starts again in {_A_MOMENT:.0f} s.")
            await asyncio.sleep(_A_MOMENT)
            await self.start()
            self._tell(f"The bot is back as process {self.pid}, and goes on where it was.")

    async def end(self) -> None:
        """Ask it to end, kill it when it does not; return when it is gone."""
        self._ending = True
        if self._process is None or self._process.returncode is not None:
            return
        self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), END_WITHIN)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


def _how(code: int) -> str:
    return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
