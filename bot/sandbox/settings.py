"""How strict and how patient the workspace is right now; tests turn these through the control API."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields

from bot.sandbox import seed
from bot.sandbox.model import Json


class SettingError(Exception):
    """A setting that does not exist, or a value it cannot take."""


@dataclass(slots=True)
class Settings:
    ack_seconds: float = 3.0
    trigger_seconds: float = 3.0
    response_url_uses: int = 5
    response_url_seconds: float = 1800.0
    retry_delays: list[float] = field(default_factory=lambda: [1.0, 60.0, 300.0])
    """Seconds before the first, second and third redelivery of an event that was not acknowledged."""
    limits_enabled: bool = True
    limits_scale: float = 1.0
    """How many times faster a rate window passes: 60 makes Slack's minute last one second."""
    transport: str = "auto"
    """`socket`, `http`, or `auto`: HTTP when a request URL is set, else the socket."""
    request_url: str = ""
    signing_secret: str = seed.SIGNING_SECRET

    def change(self, wanted: Json) -> None:
        """Set the named settings; raises SettingError, and then has changed nothing."""
        kinds = {one.name: type(getattr(self, one.name)) for one in fields(self)}
        for name, value in wanted.items():
            if name not in kinds:
                raise SettingError(f"unknown setting {name}; known: {', '.join(kinds)}")
            if not _fits(value, kinds[name]):
                raise SettingError(f"{name} takes a {kinds[name].__name__}, not {value!r}")
        if wanted.get("transport", self.transport) not in ("auto", "socket", "http"):
            raise SettingError("transport is auto, socket or http")
        if wanted.get("limits_scale", 1) <= 0:
            raise SettingError("limits_scale must be above 0")
        for name, value in wanted.items():
            setattr(self, name, value)

    def public(self) -> Json:
        """Every setting but the secret."""
        shown = asdict(self)
        del shown["signing_secret"]
        return shown


def _fits(value: object, kind: type) -> bool:
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if kind is list:
        return isinstance(value, list) and all(_fits(one, float) for one in value)
    return isinstance(value, kind)
