"""How many decisions a second, and how late the slowest: against a bare Bolt app in the same run."""

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.bench.prepared import APPROVERS, SECRET, configure, core_on, environ, open_everywhere
from tests.bench.processes import bot, free_port, sandbox, until_listening

SERVICES = 300


def measure() -> list[dict[str, Any]]:
    """Rows of the table: approvals and refusals, each with its ratio to the bare app."""
    with TemporaryDirectory() as place:
        folder = Path(place)
        configure(folder, SERVICES)
        core = core_on(folder)
        releases = open_everywhere(core)
        core.close()
        bare = _bare(folder)
        with sandbox() as slack, bot(folder, "web", environ(folder, slack)) as port:
            address = f"http://127.0.0.1:{port}/slack/events"
            load(address, [slash("U01DANA", "/release", "status R-1")] * 200, "")
            approvals = [slash(user, "/approve", release) for user in APPROVERS for release in releases]
            approved = load(address, approvals, "You approved")
            refused = load(address, [slash("U01KEY", "/approve", one) for one in releases * 5], "scope")
    return [_row("approve", approved, bare), _row("refused", refused, bare), {"what": "bare Bolt", **bare}]


def _bare(folder: Path) -> dict[str, Any]:
    port = free_port()
    command = [sys.executable, "-m", "tests.bench.bare", str(folder / "bare.db"), str(port), SECRET]
    process = subprocess.Popen(command)
    try:
        until_listening(port)
        commands = [slash("U01DANA", "/approve", f"R-{number}") for number in range(1500)]
        address = f"http://127.0.0.1:{port}/slack/events"
        load(address, commands[:200], "You approved")
        return load(address, commands, "You approved")
    finally:
        process.terminate()
        process.wait()


def load(address: str, commands: list[dict[str, str]], expect: str) -> dict[str, Any]:
    """Send commands from a process of its own; the figures of bench.load."""
    order = json.dumps({"address": address, "secret": SECRET, "commands": commands, "expect": expect})
    command = [sys.executable, "-m", "tests.bench.load"]
    done = subprocess.run(command, input=order, capture_output=True, text=True, check=True, env=dict(os.environ))
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def slash(user: str, command: str, text: str) -> dict[str, str]:
    """The fields of a slash command, without its trigger."""
    return {
        "token": "x",
        "team_id": "T01ACME",
        "team_domain": "acme",
        "channel_id": "C00001",
        "channel_name": "releases",
        "user_id": user,
        "user_name": user.lower(),
        "command": command,
        "text": text,
        "api_app_id": "A0INTERLOCK",
        "is_enterprise_install": "false",
        "response_url": "https://hooks.slack.com/commands/T01ACME/1/x",
    }


def _row(what: str, load: dict[str, Any], bare: dict[str, Any]) -> dict[str, Any]:
    return {"what": what, **load, "ratio": load["per_second"] / bare["per_second"]}
