"""What the doctor found: one check, how it went, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    """How a check went. UNREACHABLE: something outside did not answer, so nothing can be said."""

    GOOD = "good"
    BAD = "bad"
    UNREACHABLE = "unreachable"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check. `advice` is empty only when nothing has to be done."""

    check: str
    health: Health
    found: str
    advice: str = ""


MARKS = {Health.GOOD: "✅", Health.BAD: "❌", Health.UNREACHABLE: "⚠️", Health.SKIPPED: "–"}
COLUMNS = ("", "check", "found", "what to do")


def row(finding: Finding) -> tuple[str, str, str, str]:
    """A finding as a line of a table with COLUMNS."""
    return MARKS[finding.health], finding.check, finding.found, finding.advice


def good(check: str, found: str) -> Finding:
    """Nothing to do."""
    return Finding(check, Health.GOOD, found)


def bad(check: str, found: str, advice: str) -> Finding:
    """Somebody has to do something."""
    return Finding(check, Health.BAD, found, advice)


def unreachable(check: str, found: str, advice: str) -> Finding:
    """Something outside does not answer."""
    return Finding(check, Health.UNREACHABLE, found, advice)


def skipped(check: str, why: str) -> Finding:
    """Not looked at, because of something above or because it was asked so."""
    return Finding(check, Health.SKIPPED, why)
