"""The parts of the demo: a workspace, a shop in its own processes, the bot in another, and their folder."""

import fcntl
import json
import os
import secrets
import shlex
import shutil
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.sandbox import seed
from bot.sandbox.manifest import ManifestError
from bot.sandbox.person import NothingHappened, Workspace
from bot.sandbox.server import Sandbox, start
from bot.sandbox.shop import launch
from bot.sandbox.shop.child import ChildFailed
from bot.settings import Settings
from handlers.cli.demo_bot import DemoBot
from handlers.cli.failures import PartFailed

FOLDER = Path("var/demo")
"""Where configs/services/checkout.yaml expects the shop."""

STATE = FOLDER / "bot"
"""The bot's own state; each demo begins with a fresh one, because the workspace forgets too."""

USUAL_PORT = 8765
_OURS = ("SLACK_", "INTERLOCK_", "DECISIONOS_", "DATABASE_URL", "PORT")
"""Variables that must not reach the demo's bot: it would work on the real workspace."""

_CONNECTED_WITHIN = 30.0


@dataclass(frozen=True, slots=True)
class DemoHouse:
    """The running parts."""

    sandbox: Sandbox
    workspace: Workspace
    shop: launch.Shop
    bot: DemoBot
    env_file: Path

    def shape(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "url": self.sandbox.url,
            "api_url": self.sandbox.api_url,
            "shop": self.shop.url,
            "bot": {"pid": self.bot.pid, "url": self.bot.url, "log": str(self.bot.log)},
            "env_file": str(self.env_file),
        }


@asynccontextmanager
async def open_house(port: int | None, rate: float, tell: Callable[[str], None]) -> AsyncIterator[DemoHouse]:
    """All parts, up and connected; ended in order afterwards, children by their pid. Raises PartFailed."""
    config = Path(os.environ.get("INTERLOCK_CONFIG", "").strip() or Settings.model_fields["config"].default)
    async with AsyncExitStack() as stack:
        stack.enter_context(_alone())
        shutil.rmtree(STATE, ignore_errors=True)
        sandbox = await _workspace(config, port)
        stack.push_async_callback(sandbox.stop)
        workspace = await stack.enter_async_context(Workspace(sandbox.url))
        shop = await _shop(rate)
        stack.push_async_callback(shop.stop)
        environ = _environ(config, sandbox)
        bot = DemoBot(environ, FOLDER / "bot.log", tell)
        stack.push_async_callback(bot.end)
        await bot.start()
        await _connected(workspace, bot)
        yield DemoHouse(sandbox, workspace, shop, bot, _write_env_file(environ))


async def _workspace(config: Path, port: int | None) -> Sandbox:
    manifest = config / "manifest.yaml"
    try:
        if port is not None:
            return await start(port, manifest)
        try:
            return await start(USUAL_PORT, manifest)
        except OSError:
            return await start(0, manifest)
    except ManifestError as error:
        raise PartFailed(f"{error}. Start the demo where configs/ is, or set INTERLOCK_CONFIG.") from error


async def _shop(rate: float) -> launch.Shop:
    try:
        return await launch.start(FOLDER, rate)
    except ChildFailed as error:
        raise PartFailed(f"The shop did not start: {error}. See {FOLDER / 'shop.log'}.") from error


async def _connected(workspace: Workspace, bot: DemoBot) -> None:
    async def look() -> bool:
        return bool((await workspace.overview())["bot"].get("connected"))

    try:
        await workspace.wait_for(look, _CONNECTED_WITHIN)
    except NothingHappened as silence:
        raise PartFailed(f"The bot did not connect to the workspace. See {bot.log}.") from silence


def _environ(config: Path, sandbox: Sandbox) -> dict[str, str]:
    """The bot's environment: this process's without anything that points elsewhere, and Python where deployers look."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    python = str(Path(sys.executable).parent)
    return kept | {
        "PATH": f"{python}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "SLACK_API_URL": sandbox.api_url,
        "SLACK_BOT_TOKEN": seed.BOT_TOKEN,
        "SLACK_APP_TOKEN": seed.APP_TOKEN,
        "INTERLOCK_CONFIG": str(config),
        "INTERLOCK_VAR": str(STATE),
        "DATABASE_URL": f"sqlite:///{STATE / 'interlock.db'}",
        "INTERLOCK_STAGE_KEYS": json.dumps([{"key_id": "demo", "secret": f"hex:{secrets.token_hex(32)}"}]),
        "PORT": "0",
    }


def _write_env_file(environ: dict[str, str]) -> Path:
    """What a second terminal needs to use the command line on the demo."""
    ours = {name: value for name, value in environ.items() if name == "PATH" or name.startswith(_OURS)}
    ours["INTERLOCK_ALLOW_SCOPES"] = "release:open,deploy:promote,deploy:abort,judge:run,ops:read"
    path = FOLDER / "env"
    path.touch(mode=0o600)
    path.write_text("".join(f"export {name}={shlex.quote(value)}\n" for name, value in ours.items()))
    return path


@contextmanager
def _alone() -> Iterator[None]:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise PartFailed(f"A demo already runs in {FOLDER.absolute()}. End it first.") from None
        yield
