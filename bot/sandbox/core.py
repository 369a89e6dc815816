"""Everything one running sandbox is made of, handed to every room as one object."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from bot.sandbox.changes import Changes
from bot.sandbox.clock import Clock
from bot.sandbox.delivery.courier import Courier
from bot.sandbox.delivery.events import Events
from bot.sandbox.delivery.http import HttpTransport
from bot.sandbox.delivery.payloads import Payloads
from bot.sandbox.delivery.socket import SocketTransport
from bot.sandbox.limits import Limits
from bot.sandbox.manifest import Manifest
from bot.sandbox.misbehave import Faults
from bot.sandbox.model import Json
from bot.sandbox.seed import Seed
from bot.sandbox.settings import Settings
from bot.sandbox.state import State

KEPT_CALLS = 50_000
EVERY_SCOPE = (
    *("app_mentions:read", "channels:history", "channels:join", "channels:read", "chat:write", "commands"),
    *("files:read", "files:write", "groups:history", "groups:read", "im:history", "im:read", "im:write"),
    *("mpim:history", "mpim:read", "mpim:write", "pins:write", "reactions:read", "reactions:write", "team:read"),
    *("usergroups:read", "users:read", "users:read.email"),
)
"""What the bot is granted when the sandbox runs without a manifest."""


@dataclass(slots=True)
class Core:
    state: State
    clock: Clock
    changes: Changes
    settings: Settings
    limits: Limits
    faults: Faults
    courier: Courier
    events: Events
    payloads: Payloads
    url: str = ""
    """Where this sandbox is reached, without a trailing slash; known once the port is bound."""
    calls: deque[Json] = field(default_factory=lambda: deque(maxlen=KEPT_CALLS))

    def granted(self) -> tuple[str, ...]:
        manifest = self.state.manifest
        return manifest.scopes if manifest is not None else EVERY_SCOPE

    def found_at(self, url: str) -> None:
        self.url = url
        self.payloads.url = url

    def reset(self) -> None:
        """Back to the seed: no messages, views, faults, logs; settings as at the start. Sockets stay connected."""
        self.courier.forget()
        self.faults.clear()
        self.limits.forget()
        self.calls.clear()
        fresh = Settings(request_url=self.settings.request_url, signing_secret=self.settings.signing_secret)
        self.settings.change({name: getattr(fresh, name) for name in Settings.__slots__})
        self.clock.ahead = 0.0
        self.state.load()
        self.changes.note("workspace")


def build(seed: Seed, manifest: Manifest | None) -> Core:
    clock, changes, settings, faults = Clock(), Changes(), Settings(), Faults()
    state = State(seed, manifest, clock, changes)
    http, socket = HttpTransport(settings, faults), SocketTransport(faults, changes)
    courier = Courier(settings, faults, changes, clock, http, socket)
    limits = Limits(clock, settings)
    return Core(state, clock, changes, settings, limits, faults, courier, Events(state, courier), Payloads(state))
