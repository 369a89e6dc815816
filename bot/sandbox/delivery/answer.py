"""One delivery and what the app made of it; both transports speak in these."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from bot.sandbox.model import Json


@dataclass(frozen=True, slots=True)
class Answer:
    status: str
    """acknowledged, timeout, refused (not 200), connection_failed, no_connection."""
    body: Json | str | None = None
    http_status: int | None = None
    no_retry: bool = False


@dataclass(slots=True)
class Delivery:
    id: str
    kind: str
    """events_api, slash_commands or interactive."""
    name: str
    """The event's or payload's type, or the command."""
    payload: Json
    at: float
    transport: str = ""
    status: str = "pending"
    http_status: int | None = None
    ms: float | None = None
    attempt: int = 0
    reason: str = ""
    """Why it is attempted again, in Slack's words."""
    copy_of: str = ""
    """The delivery this repeats, when it was redelivered or duplicated."""
    response: Json | str | None = None
    fault: str = ""
    seq: int = 0
    """The workspace's change number when this last changed."""


class Transport(Protocol):
    name: str

    async def send(self, delivery: Delivery, seconds: float) -> Answer:
        """Deliver and wait at most `seconds` for the acknowledgement; never raises for what the app did."""
        ...


@dataclass(frozen=True, slots=True)
class Asked:
    """The outcome that the person who clicked sees: Slack's own words for it, and what the app answered."""

    status: str
    ack_ms: float
    response: Json | str | None = None
    delivery_id: str = ""
    extra: Json = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return self.status == "acknowledged"
