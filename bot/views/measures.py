"""Measured numbers in words."""

import math
from collections.abc import Callable
from enum import Enum


class Unit(Enum):
    """What a number of a finding means."""

    MS = "ms"
    SHARE = "share"
    POINTS = "points"
    PERCENT = "percent"
    PLAIN = "plain"


_SHAPES: dict[Unit, tuple[float, Callable[[str], str]]] = {
    Unit.MS: (1, lambda digits: f"{digits} ms"),
    Unit.SHARE: (100, lambda digits: f"{digits} %"),
    Unit.POINTS: (100, lambda digits: "1 point" if digits == "1" else f"{digits} points"),
    Unit.PERCENT: (1, lambda digits: f"{digits} %"),
    Unit.PLAIN: (1, lambda digits: digits),
}


_EXACT = 6


def amount(value: float, unit: Unit, digits: int = 1) -> str:
    """A number with its unit; shares between 0 and 1 are written in percent."""
    if not math.isfinite(value):
        return "not a number"
    factor, shape = _SHAPES[unit]
    return shape(_short(value * factor, digits))


def two(observed: float, limit: float, unit: Unit) -> tuple[str, str]:
    """A number and its limit: the limit as it was written, the number with as many digits as set it apart."""
    written = amount(limit, unit, _EXACT)
    for digits in range(1, _EXACT):
        seen = amount(observed, unit, digits)
        if seen != written or observed == limit:
            return seen, written
    return amount(observed, unit, 2 * _EXACT), written


def count(number: int, one: str, many: str = "") -> str:
    """`1 request`, `2 requests`, `12,000 requests`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _short(value: float, digits: int) -> str:
    """At most so many digits after the point, without zeros at the end; thousands are set apart."""
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
