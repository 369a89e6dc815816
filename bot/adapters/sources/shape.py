"""The quick look at a block of rows: what is left of its bytes when all digits are taken away.

Of rows like `2026-03-02T10:00:00.000Z,200,12.5` that is `--T::.Z,,.`, the same for every one, and two passes over a
block in C tell whether it holds anything else. With every sign in its place and every number read by DuckDB into its
type, what passes here is exactly what the patterns in `rows` accept; `tests/adapters/sources/test_shape.py` holds the
two against each other. Whatever is not so plain is no flaw: it is read again by the patterns, more slowly.
"""

import re
from dataclasses import dataclass, field
from datetime import timedelta

from bot.adapters.sources.kinds import Column, Kind
from bot.adapters.sources.rows import PATTERNS

_DIGITS = b"0123456789"
_LATENCY = r"\.?([eE][+-]?)?"
_LEFT = {Column.STATUS: "", Column.LATENCY: _LATENCY, Column.FLAG: "(true|True|false|False)?"}
_ZONE = re.compile(r"[+-]\d\d:?\d\d$|Z$|$", re.ASCII)
_DIFFERENT = 200
"""More shapes than this in one log are no log that a program wrote."""


@dataclass(slots=True)
class Shape:
    """What the rows of one log leave behind without digits. `zone` is the text after every ts, `offset` its meaning."""

    zone: bytes
    offset: timedelta
    _plain: re.Pattern[bytes]
    _usual: bytes = b""
    _seen: set[bytes] = field(default_factory=set)

    def fits(self, rows: bytes) -> bool:
        """Whether all these lines, each with its line end, are plain rows in this log's zone."""
        left = rows.translate(None, _DIGITS)
        if self._usual and left == self._usual * (len(left) // len(self._usual)):
            lines = len(left) // len(self._usual)
        else:
            shapes = left.split(b"\n")
            lines = len(shapes) - 1
            if not self._know(set(shapes[:-1])):
                return False
            self._usual = shapes[0] + b"\n" if lines else self._usual
        # An offset is judged by its digits, so it has to be the same text on every line.
        return not self.offset_written or rows.count(self.zone + b",") == lines

    @property
    def offset_written(self) -> bool:
        """Whether the zone is written as hours and minutes."""
        return self.zone[:1] in (b"+", b"-")

    def _know(self, shapes: set[bytes]) -> bool:
        new = shapes - self._seen
        if len(new) + len(self._seen) > _DIFFERENT or not all(self._plain.fullmatch(one) for one in new):
            return False
        self._seen |= new
        return True


def shape_of(row: bytes, kind: Kind) -> Shape | None:
    """The shape of a log that begins with this row, None when the quick look cannot judge it."""
    fields = row.decode("ascii", "replace").split(",")
    if len(fields) != len(kind.columns):
        return None
    if not all(re.fullmatch(PATTERNS[one], text, re.ASCII) for one, text in zip(kind.columns, fields, strict=True)):
        return None
    zone = _zone_of(fields[0]) if kind.columns[0] is Column.TS else ""
    # Without seconds DuckDB would take an empty minute.
    ts = rf"--[T ]::\.?{re.escape(re.sub(r'[0-9]', '', zone))}"
    plain = ",".join(ts if one is Column.TS else _LEFT[one] for one in kind.columns)
    return Shape(zone.encode(), _offset(zone), re.compile(plain.encode()))


def _zone_of(ts: str) -> str:
    found = _ZONE.search(ts)
    return found[0] if found else ""


def _offset(zone: str) -> timedelta:
    digits = re.sub(r"\D", "", zone)
    if not digits:
        return timedelta(0)
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -offset if zone.startswith("-") else offset
