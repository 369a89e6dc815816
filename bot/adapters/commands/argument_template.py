"""Argument lists with placeholders, filled inside each argument and never read again."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.ports import Order

PLACEHOLDERS = ("version", "previous", "percent", "id", "service", "environment")
"""What a deployer's command may hold."""

_PLACEHOLDER = re.compile(r"\{([A-Za-z_]\w*)\}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class BadTemplate(ValueError):
    """An argument list cannot be used as written."""


class BadValue(ValueError):
    """A value would be read as an option, or cannot stand in an argument."""


@dataclass(frozen=True, slots=True)
class ArgumentTemplate:
    """One command. Each argument stays one argument, whatever the values hold."""

    arguments: tuple[str, ...]

    @classmethod
    def parse(
        cls, name: str, arguments: Sequence[str], placeholders: Sequence[str] = PLACEHOLDERS
    ) -> "ArgumentTemplate":
        """Check a list from the configuration, where it is called `name`. Raises BadTemplate."""
        if not arguments or not arguments[0]:
            raise BadTemplate(f"{name}: the first argument must name a program")
        if _PLACEHOLDER.search(arguments[0]):
            raise BadTemplate(f"{name}: the program itself may not depend on the release: {arguments[0]}")
        found = {word for argument in arguments for word in _PLACEHOLDER.findall(argument)}
        if unknown := sorted(found - set(placeholders)):
            known = ", ".join(f"{{{word}}}" for word in placeholders)
            raise BadTemplate(f"{name}: unknown placeholder {{{unknown[0]}}}; known are {known}")
        return cls(tuple(arguments))

    def fill(self, values: Mapping[str, str]) -> tuple[str, ...]:
        """The arguments with a value for every placeholder. Raises BadValue."""
        return tuple(_PLACEHOLDER.sub(lambda word: _safe(word[1], values[word[1]]), part) for part in self.arguments)


def values_of(order: Order) -> dict[str, str]:
    """What PLACEHOLDERS stand for in one order."""
    return {
        "version": order.version,
        "previous": order.previous,
        "percent": str(order.percent),
        "id": order.deployment,
        "service": order.service,
        "environment": order.environment,
    }


def _safe(name: str, value: str) -> str:
    """A value that a program cannot take for one of its options."""
    if value.startswith("-") or _CONTROL.search(value):
        raise BadValue(f"{{{name}}} begins with a dash or holds a control character")
    return value
