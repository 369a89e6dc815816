"""`demo`: a workspace in the browser, the bot, and a small real service under load, on this machine alone."""

from typing import Annotated

import typer

from handlers.cli.command import command
from handlers.cli.say import Say


def add(into: typer.Typer) -> None:
    """Put the command into the program."""
    command(into, "demo")(demo)


def demo(
    say: Say,
    port: Annotated[
        int | None,
        typer.Option("--port", min=0, max=65535, help="Port of the page; else 8765 or a free one."),
    ] = None,
    play: Annotated[bool, typer.Option("--play", help="Run a story to its end, print the thread, exit.")] = False,
    rate: Annotated[float, typer.Option("--rate", min=10, max=1000, help="Customers' requests a second.")] = 60,
) -> int:
    """Open a local workspace with the bot and a small shop to release into; Ctrl-C ends all of it."""
    import asyncio

    from handlers.cli.demo_run import run_demo

    return asyncio.run(run_demo(say, port, rate, play))
