"""Opening what commands work on: the settings, the core, the stage keys, and who is at the keyboard."""

import os
import pwd
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.adapters.clock import SystemClock
from bot.adapters.telemetry.logs import set_up
from bot.domain.actor import Actor, ActorKind
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.app import Core


def read_settings(environ: Mapping[str, str] | None = None, level: str = "WARNING") -> Settings:
    """The settings of this process, its log on stderr from then on. Raises ConfigurationError."""
    settings = Settings.read(os.environ if environ is None else environ)
    set_up(sys.stderr, level, settings.secrets())
    return settings


@contextmanager
def opened(settings: Settings | None = None) -> Iterator["Core"]:
    """The core on the configured database, closed at the end. Raises ConfigurationError and the store's errors."""
    from bot.app import build_core

    core = build_core(settings or read_settings(), os.environ, SystemClock())
    try:
        yield core
    finally:
        core.close()


def person_here() -> Actor:
    """Who is at the keyboard: the login that owns this process. What the environment says of names proves nothing."""
    return Actor(kind=ActorKind.CLI, id=login_name())


def login_name() -> str:
    """The name of this process's user; its number where it has none."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid-{os.getuid()}"
