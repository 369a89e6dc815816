"""The bot as the benchmarks run it: the whole program on a prepared folder; prints its port when it is ready."""

import asyncio
import os
import sys

from bot.adapters.clock import SystemClock
from bot.adapters.telemetry.logs import set_up
from bot.app import build_core
from bot.settings import Settings
from handlers.serving import ALL_IN_ONE, WEB, run_until_told


def main(role: str) -> None:
    """Run until told to stop."""
    set_up(sys.stderr, "WARNING")
    core = build_core(Settings.read(os.environ), os.environ, SystemClock())

    def ready(port: int) -> None:
        print(port, flush=True)

    asyncio.run(run_until_told(core, WEB if role == "web" else ALL_IN_ONE, "127.0.0.1", ready))
    core.close()


if __name__ == "__main__":
    main(sys.argv[1])
