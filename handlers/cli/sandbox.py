"""`sandbox`: a local Slack workspace with its page, and nothing else."""

from pathlib import Path
from typing import Annotated

import typer

from handlers.cli.command import command
from handlers.cli.say import Say


def add(into: typer.Typer) -> None:
    """Put the command into the program."""
    command(into, "sandbox")(sandbox)


def sandbox(
    say: Say,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes any free one.")] = 0,
    manifest: Annotated[Path | None, typer.Option("--manifest", help="App manifest; else the shipped one.")] = None,
) -> int:
    """Run a local Slack workspace until Ctrl-C, for trying things and for developing against."""
    import asyncio

    return asyncio.run(_serve(say, port, manifest))


async def _serve(say: Say, port: int, manifest: Path | None) -> int:
    from bot.sandbox import seed
    from bot.sandbox.manifest import ManifestError
    from bot.sandbox.server import start
    from bot.settings import Settings
    from handlers.cli.failures import NotUsable
    from handlers.cli.told import told_to_end

    shipped = Settings.model_fields["config"].default / "manifest.yaml"
    chosen = manifest or (shipped if shipped.is_file() else None)
    ended = told_to_end()
    try:
        workspace = await start(port, chosen)
    except ManifestError as error:
        raise NotUsable(str(error)) from error
    environ = {
        "SLACK_API_URL": workspace.api_url,
        "SLACK_BOT_TOKEN": seed.BOT_TOKEN,
        "SLACK_APP_TOKEN": seed.APP_TOKEN,
        "SLACK_SIGNING_SECRET": seed.SIGNING_SECRET,
    }
    lines = [workspace.url, " ".join(f"{name}={value}" for name, value in environ.items())]
    say.result({"url": workspace.url, "environment": environ}, "\n".join(lines))
    await ended.wait()
    await workspace.stop()
    return 0
