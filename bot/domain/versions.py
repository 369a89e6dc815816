"""Versions and their order: SemVer 2.0.0 with a leading v, or a tag of a declared pattern; never as strings."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

SEMVER = "semver"
TAG_PATTERNS = (
    "release-candidate-YYYYMMDD",
    "hotfix-YYYYMMDD-HHMM",
    "build-YYYYMMDD-HHMMSS",
    "YYYYMMDD-HHMMSS",
)
"""The tag patterns that every installation knows; configuration may declare more (contracts 5, "Version ids")."""

_SEMVER = re.compile(
    r"v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)"
    r"(?:-((?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)(?:\.(?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*))*))?"
    r"(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?",
    re.ASCII,
)
_FIELDS = (("YYYY", r"(?P<Y>\d{4})"), ("MM", r"(?P<m>\d{2})"), ("DD", r"(?P<d>\d{2})"))
_CLOCK = (("HH", r"(?P<H>\d{2})"), ("MM", r"(?P<M>\d{2})"), ("SS", r"(?P<S>\d{2})"))


class UnknownVersion(ValueError):
    """The version is neither vX.Y.Z nor a tag of a declared pattern."""


class NotComparable(ValueError):
    """Two versions of different kinds have no order."""


@dataclass(frozen=True, slots=True)
class Version:
    """A version in its canonical spelling, with the rule that orders it (`semver` or the tag pattern)."""

    text: str
    rule: str
    order: tuple[object, ...]

    def precedes(self, other: "Version") -> bool:
        """Whether this version is older; raises NotComparable across rules."""
        if self.rule != other.rule:
            raise NotComparable(f"{self.text} ({self.rule}) and {other.text} ({other.rule}) have no order")
        return self.order < other.order


def parse_version(text: str, patterns: Sequence[str] = TAG_PATTERNS) -> Version:
    """Read a version; raises UnknownVersion. SemVer build metadata is refused: it would not take part in the order."""
    if match := _SEMVER.fullmatch(text):
        major, minor, patch, pre, build = match.groups()
        if build is None:
            order = (int(major), int(minor), int(patch), _pre_order(pre))
            return Version(f"v{major}.{minor}.{patch}" + (f"-{pre}" if pre else ""), SEMVER, order)
    for pattern in patterns:
        if moment := _read_tag(pattern, text):
            return Version(text, pattern, (moment,))
    raise UnknownVersion(text)


def _pre_order(pre: str | None) -> tuple[object, ...]:
    """SemVer 2.0.0 section 11: a pre-release precedes its release; numbers precede words; more fields come later."""
    if pre is None:
        return (1,)
    fields = tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in pre.split("."))
    return (0, fields)


def _read_tag(pattern: str, text: str) -> datetime | None:
    """The moment that a tag names under its pattern, or None when it is not such a tag (31 February included)."""
    day, clock = re.escape(pattern), ""
    if (at := day.find("HH")) >= 0:
        day, clock = day[:at], day[at:]
    for token, group in _FIELDS:
        day = day.replace(token, group, 1)
    for token, group in _CLOCK:
        clock = clock.replace(token, group, 1)
    match = re.fullmatch(day + clock, text, re.ASCII)
    if match is None:
        return None
    part = {name: int(value) for name, value in match.groupdict().items()}
    try:
        return datetime(part["Y"], part["m"], part["d"], part.get("H", 0), part.get("M", 0), part.get("S", 0))
    except (KeyError, ValueError):
        return None
