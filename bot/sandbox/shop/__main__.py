"""The whole shop under one supervisor, until Ctrl-C: `python -m bot.sandbox.shop --var var --rate 60`.

It prints one line when it is ready. Exit codes: 0 ended as asked, 4 wrong option, 5 a part failed or could not start.
"""

import argparse
import asyncio
import sys
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bot.sandbox.shop import lifeline
from bot.sandbox.shop.child import ChildFailed, Ready, say_ready
from bot.sandbox.shop.supervisor import ShopRuns, first_to_end, open_shop
from bot.sandbox.shop.wire import Version

DONE, INVALID, INFRASTRUCTURE = 0, 4, 5


async def run(var: Path, rate: float, stable: str, tied: bool) -> int:
    ended = lifeline.ending(tied)
    try:
        async with open_shop(var, rate, stable) as (address, vital):
            say_ready(Ready(pid=address.pid, url=address.url, admin=address.admin))
            asked_to_end = asyncio.create_task(ended.wait())
            lost = asyncio.create_task(first_to_end(vital))
            done, _ = await asyncio.wait({asked_to_end, lost}, return_when=asyncio.FIRST_COMPLETED)
            asked_to_end.cancel()
            lost.cancel()
            return DONE if asked_to_end in done else _complain(f"process {lost.result().pid} of the shop ended")
    except (ShopRuns, ChildFailed, OSError) as error:
        return _complain(str(error))


def _complain(reason: str) -> int:
    sys.stderr.write(f"shop: {reason}\n")
    return INFRASTRUCTURE


def main() -> int:
    parser = argparse.ArgumentParser(prog="shop", description="A small real shop to release into.", exit_on_error=True)
    parser.add_argument("--var", type=Path, required=True, help="folder for logs, address and token")
    parser.add_argument("--rate", type=float, default=60.0, help="customers' requests a second; 0: nobody visits")
    parser.add_argument("--stable", default="v2.0.0", help="version that is stable at the start")
    lifeline.add_option(parser)
    asked = parser.parse_args()
    try:
        stable = TypeAdapter(Version).validate_python(asked.stable)
    except ValidationError:
        sys.stderr.write(f"shop: {asked.stable!r} is not a version\n")
        return INVALID
    if not 0 <= asked.rate <= 1000:
        sys.stderr.write("shop: --rate has to be between 0 and 1000\n")
        return INVALID
    return asyncio.run(run(asked.var, asked.rate, stable, asked.tied))


if __name__ == "__main__":
    raise SystemExit(main())
