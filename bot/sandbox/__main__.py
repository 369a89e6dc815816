"""`python -m bot.sandbox --port 0 --manifest configs/manifest.yaml`: serve until interrupted, URL on the first line."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from bot.sandbox import seed
from bot.sandbox.manifest import ManifestError
from bot.sandbox.server import start


async def serve(port: int, manifest: Path | None) -> None:
    """Run until SIGINT or SIGTERM."""
    sandbox = await start(port, manifest)
    sys.stdout.write(f"{sandbox.url}\n")
    sys.stdout.write(f"SLACK_API_URL={sandbox.api_url} SLACK_BOT_TOKEN={seed.BOT_TOKEN} ")
    sys.stdout.write(f"SLACK_APP_TOKEN={seed.APP_TOKEN} SLACK_SIGNING_SECRET={seed.SIGNING_SECRET}\n")
    sys.stdout.flush()
    ended = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, ended.set)
    await ended.wait()
    await sandbox.stop()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox", description="A local Slack workspace.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--manifest", type=Path, default=None, help="app manifest: commands, shortcuts, scopes, events")
    given = parser.parse_args()
    try:
        asyncio.run(serve(given.port, given.manifest))
    except (ManifestError, OSError) as problem:
        sys.stderr.write(f"{problem}\n")
        return 4
    return 0


if __name__ == "__main__":
    sys.exit(main())
