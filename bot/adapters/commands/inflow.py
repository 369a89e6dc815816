"""The pipe from a child's output into what is kept of it."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator

from bot.adapters.commands.kept_output import KeptOutput
from bot.adapters.commands.start_errors import CannotStartNow


class Inflow(asyncio.Protocol):
    """Takes what comes through a pipe. `drained` is done when nobody holds the other end any more.

    Not asyncio's own PIPE: a background process that a command leaves behind would keep that one open for ever, and
    on some Pythons `wait()` with it.
    """

    def __init__(self, write_end: int, raw_limit: int = 0) -> None:
        self.kept = KeptOutput()
        self.raw = bytearray()
        self._raw_limit = raw_limit
        self.write_end = write_end
        self.drained: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def data_received(self, data: bytes) -> None:
        """Keep what came; `raw` holds one byte past its limit when there was more."""
        self.kept.take(data)
        if self._raw_limit:
            self.raw += data[: self._raw_limit + 1 - len(self.raw)]

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody writes any more."""
        if not self.drained.done():
            self.drained.set_result(None)

    def close_write_end(self) -> None:
        """Close our copy of the child's end; call it once the child holds its own."""
        if self.write_end >= 0:
            os.close(self.write_end)
            self.write_end = -1


@contextlib.asynccontextmanager
async def open_inflow(raw_limit: int = 0) -> AsyncIterator[Inflow]:
    """A pipe; both ends are closed when the block ends, whoever still holds the other one. Raises CannotStartNow."""
    try:
        read_end, write_end = os.pipe()
    except OSError as failure:
        raise CannotStartNow(f"no pipe for its output: {failure.strerror}") from failure
    inflow = Inflow(write_end, raw_limit)
    try:
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(lambda: inflow, os.fdopen(read_end, "rb", 0))
        try:
            yield inflow
        finally:
            transport.close()
    finally:
        inflow.close_write_end()
