"""A folder with many services, and a database with a release open in each of them."""

from pathlib import Path

from bot.adapters.clock import SystemClock
from bot.app import Core, build_core
from bot.domain.actor import Actor, ActorKind
from bot.domain.command import Command
from bot.engine.dispatch import Request
from bot.settings import Settings

SECRET = "sandbox-signing-secret"
APPROVERS = ("U01DANA", "U01RAVI", "U01MIKA", "U01SAM", "U01LEE")
OPENER = Actor(kind=ActorKind.TOKEN, id="ci-checkout")

_RBAC = """
roles:
  owner: {{scopes: ["*"]}}
bindings:
  - {{role: owner, users: [{people}], api_tokens: [ci-checkout]}}
"""
_SERVICE = """
service: {name}
channels: {{prod: {channel}}}
environments:
  prod:
    baseline: v2.0.0
    approvals: {{count: {count}}}
    strategy: {{steps: [100], bake: [0s]}}
    deployer: {{kind: command, start: ["true"], rollback: ["true"]}}
"""


def configure(folder: Path, services: int, channel: str = "C{number:05d}") -> None:
    """Write the configuration."""
    configs = folder / "configs"
    (configs / "services").mkdir(parents=True, exist_ok=True)
    (configs / "rbac.yaml").write_text(_RBAC.format(people=", ".join(APPROVERS)))
    (configs / "interlock.yaml").write_text("{}\n")
    for number in range(services):
        name = f"service-{number:05d}"
        text = _SERVICE.format(name=name, channel=channel.format(number=number), count=len(APPROVERS) + 1)
        (configs / "services" / f"{name}.yaml").write_text(text)


def environ(folder: Path, slack: str = "") -> dict[str, str]:
    """The environment of a bot on this folder."""
    return {
        "DATABASE_URL": f"sqlite:///{folder / 'bench.db'}",
        "INTERLOCK_CONFIG": str(folder / "configs"),
        "INTERLOCK_VAR": str(folder / "var"),
        "SLACK_BOT_TOKEN": "xoxb-sandbox",
        "SLACK_SIGNING_SECRET": SECRET,
        "PORT": "0",
    } | ({"SLACK_API_URL": slack} if slack else {})


def core_on(folder: Path) -> Core:
    """A core on this folder."""
    given = environ(folder)
    return build_core(Settings.read(given), given, SystemClock())


def open_everywhere(core: Core) -> list[str]:
    """Open a release of every service; their ids."""
    return [
        core.run(Request(opening(one.service), OPENER, "bench", f"open:{one.service}")).release
        for one in core.catalogue.services()
    ]


def opening(service: str) -> Command:
    """The command that opens v2.1.0 of a service."""
    return Command(action="open", service=service, version="v2.1.0", environment="prod")
