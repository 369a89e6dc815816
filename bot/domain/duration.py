"""Durations as people write them in configuration: `90s 10m 4h 2d`."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, PlainSerializer

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_WRITTEN = re.compile(r"(\d+(?:\.\d+)?)([smhd])", re.ASCII)
LONGEST = timedelta(days=3650)
"""No setting means more than ten years, and a date so far ahead would be out of the calendar's range."""


def parse_duration(value: object) -> timedelta:
    """A duration from its written form; raises ValueError for anything else, bare numbers included."""
    if isinstance(value, timedelta):
        return value
    match = _WRITTEN.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise ValueError(f"write a duration as a number and a unit, such as 90s, 10m, 4h or 2d; got {value!r}")
    seconds = float(match[1]) * _UNITS[match[2]]
    if seconds > LONGEST.total_seconds():
        raise ValueError(f"write a duration of at most {LONGEST.days}d; got {value!r}")
    return timedelta(seconds=seconds)


def write_duration(value: timedelta) -> str:
    """The shortest written form that reads back to the same duration."""
    seconds = value.total_seconds()
    for unit in ("d", "h", "m"):
        if seconds and seconds % _UNITS[unit] == 0:
            return f"{int(seconds // _UNITS[unit])}{unit}"
    return f"{seconds:g}s"


def _positive(value: timedelta) -> timedelta:
    if value <= timedelta(0):
        raise ValueError("must be longer than 0s")
    return value


Duration = Annotated[timedelta, BeforeValidator(parse_duration), PlainSerializer(write_duration, return_type=str)]
"""A timedelta field that is read from and written as `10m`."""

Span = Annotated[Duration, AfterValidator(_positive)]
"""A Duration above zero."""
