"""Faults that a test switches on: what is wrong, with what, and how many times still."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field

from bot.sandbox.model import Json

API_FAULTS = ("ratelimited", "server_error", "error", "slow", "lost_answer")
DELIVERY_FAULTS = ("duplicate", "reorder", "delay", "drop")
SOCKET_FAULTS = ("silent_socket", "refuse_socket")
CLOCK_FAULTS = ("clock_skew", "signature_skew")
KINDS = (*API_FAULTS, *DELIVERY_FAULTS, *SOCKET_FAULTS, *CLOCK_FAULTS)
DELIVERY_KINDS = ("events_api", "slash_commands", "interactive")


class FaultError(Exception):
    """A misbehaviour that the sandbox does not know, or that makes no sense as asked."""


@dataclass(slots=True)
class Fault:
    kind: str
    method: str = "*"
    """API faults: the method's name, or `*`."""
    of: str = "*"
    """Delivery faults: events_api, slash_commands, interactive, or `*`."""
    times: int | None = None
    """How often still; None until cleared."""
    retry_after: int = 1
    seconds: float = 1.0
    status: int = 500
    error: str = "fatal_error"
    copies: int = 1
    count: int = 2


@dataclass(slots=True)
class Faults:
    active: list[Fault] = field(default_factory=list)

    def add(self, wanted: Json) -> Fault:
        try:
            fault = Fault(**wanted)
        except TypeError as problem:
            raise FaultError(str(problem)) from problem
        if fault.kind not in KINDS:
            raise FaultError(f"unknown kind {fault.kind}; known: {', '.join(KINDS)}")
        if fault.of != "*" and fault.of not in DELIVERY_KINDS:
            raise FaultError(f"unknown `of` {fault.of}; known: *, {', '.join(DELIVERY_KINDS)}")
        if fault.times is not None and fault.times < 1:
            raise FaultError("`times` is at least 1, or null for until cleared")
        self.active.append(fault)
        return fault

    def clear(self, kind: str | None = None) -> None:
        self.active = [one for one in self.active if kind is not None and one.kind != kind]

    def take_api(self, method: str, *kinds: str) -> Fault | None:
        """The first fault of these kinds that hits this method, counted off."""
        return self._take(lambda one: one.kind in kinds and one.method in ("*", method))

    def take_delivery(self, kind: str, of: str) -> Fault | None:
        return self._take(lambda one: one.kind == kind and one.of in ("*", of))

    def take(self, kind: str) -> Fault | None:
        return self._take(lambda one: one.kind == kind)

    def skew(self, kind: str) -> float:
        """Seconds by which a clock is wrong; not counted off."""
        return sum(one.seconds for one in self.active if one.kind == kind)

    def _take(self, hits: Callable[[Fault], bool]) -> Fault | None:
        for fault in self.active:
            if hits(fault):
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times == 0:
                        self.active.remove(fault)
                return fault
        return None

    def public(self) -> list[Json]:
        return [asdict(one) for one in self.active]
