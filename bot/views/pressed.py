"""What a button carries: an action, a release, and the digest that its card showed. Nothing in it is trusted."""

import re
from dataclasses import dataclass

from bot.domain.release import Release

_DIGEST = 16
_VALUE = re.compile(r"([a-z][a-z_]{0,23}(?::[a-z][a-z_]{0,23})?)\|(R-[0-9]{1,12})\|([0-9a-f]{16})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button's value, read. `action` may carry a choice behind a colon, as in `settle:started`; `digest` is the
    beginning of the release's digest as it was shown."""

    release: str
    digest: str
    action: str


def encode(release: Release, action: str) -> str:
    """The value of a button or menu option, at most 75 characters."""
    return f"{action}|{release.id}|{release.digest[:_DIGEST]}"


def decode(value: str) -> Pressed | None:
    """Read a value back; None for anything that `encode` cannot have written."""
    match = _VALUE.fullmatch(value)
    return Pressed(release=match[2], digest=match[3], action=match[1]) if match else None
