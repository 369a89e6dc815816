"""`serve`, `web`, `worker`: the processes."""

import os
import signal
import sys
import threading
from contextlib import nullcontext
from typing import Annotated

import typer

from handlers.cli.command import command
from handlers.cli.say import Say

Host = Annotated[str, typer.Option("--host", help="Address to listen on.")]
Port = Annotated[int | None, typer.Option("--port", help="Port to listen on; without it PORT, 8080. 0: any free one.")]
WithoutSlack = Annotated[bool, typer.Option("--without-slack", help="Start although Slack is not configured.")]
Tied = Annotated[bool, typer.Option("--tied", hidden=True, help="End when standard input closes.")]

LOCAL, EVERYWHERE = "127.0.0.1", "0.0.0.0"  # a web process answers its platform's router


def add(into: typer.Typer) -> None:
    """Put the commands into the program."""
    command(into, "serve")(serve)
    command(into, "web")(web)
    command(into, "worker")(worker)


def serve(
    say: Say, host: Host = LOCAL, port: Port = None, without_slack: WithoutSlack = False, tied: Tied = False
) -> int:
    """Run all of Interlock in one process: Slack, HTTP, timers, deployments. On SQLite this is all there is."""
    return _run(say, "serve", host, port, without_slack, tied)


def web(
    say: Say, host: Host = EVERYWHERE, port: Port = None, without_slack: WithoutSlack = False, tied: Tied = False
) -> int:
    """Run a process that answers Slack and HTTP and leaves the work to workers."""
    return _run(say, "web", host, port, without_slack, tied)


def worker(say: Say, without_slack: WithoutSlack = False, tied: Tied = False) -> int:
    """Run a process that carries effects out: posts, timers, deployments, measurements."""
    return _run(say, "worker", LOCAL, None, without_slack, tied)


def _run(say: Say, name: str, host: str, port: int | None, without_slack: bool, tied: bool) -> int:
    import asyncio

    from bot.settings import ConfigurationError
    from handlers.cli.free_port import check_port
    from handlers.cli.opening import opened, read_settings
    from handlers.cli.shift_mark import marked

    if port is not None:
        os.environ["PORT"] = str(port)
    settings = read_settings(level="INFO")
    missing = settings.missing_for_slack()
    needed = missing if name != "worker" else tuple(one for one in missing if one.key == "SLACK_BOT_TOKEN")
    if needed and not without_slack:
        say.aside("Without a Slack of your own, try `interlock demo`; or start with --without-slack.")
        raise ConfigurationError(needed)

    from handlers.serving import ALL_IN_ONE, WEB, WORKER, run_until_told

    role = {"serve": ALL_IN_ONE, "web": WEB, "worker": WORKER}[name]
    if role.serves:
        check_port(host, settings.port)

    def ready(where: int) -> None:
        url = f"http://{host}:{where}" if where else ""
        listening = f", listening on {url}" if url else ""
        said = {"ready": True, "role": name, "url": url, "pid": os.getpid()}
        say.result(said, f"interlock {name} is ready{listening} (process {os.getpid()}).")

    if tied:
        _end_with_stdin()
    with opened(settings) as core, marked(settings.var) if role.works else nullcontext():
        asyncio.run(run_until_told(core, role, host, ready))
    return 0


def _end_with_stdin() -> None:
    """End in order when whoever started this process is gone; the kernel closes the pipe, even after SIGKILL."""

    def wait() -> None:
        while os.read(sys.stdin.fileno(), 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="lifeline", daemon=True).start()
