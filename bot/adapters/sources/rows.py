"""What the rows of a log look like, and what can be wrong with them."""

import math
import re
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum

from bot.adapters.sources.kinds import REQUESTS, Column, Kind

TS = (
    r"0*[12]\d{3}-(0?[1-9]|1[0-2])-(0?[1-9]|[12]\d|3[01])[T ]0*(1?\d|2[0-3]):[0-5]?\d(:[0-5]?\d(\.\d*)?)?"
    r"(Z|[+-]([01]\d|2[0-3]):?[0-5]\d)?"
)
"""ISO 8601 date and time; without a zone it is UTC (contracts 1.10). Leading zeros count for nothing."""

STATUS = r"0*[1-5]\d\d"
LATENCY = r"-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
"""A decimal number; its sign and size are judged apart."""

RAISED = ("1", "true", "True")
LOWERED = ("0", "false", "False")
FLAG = "|".join(RAISED + LOWERED)

PATTERNS = {Column.TS: TS, Column.STATUS: STATUS, Column.LATENCY: LATENCY, Column.FLAG: FLAG}
"""The text of every column; the same expressions in Python and in DuckDB."""

EARLIEST = datetime(1000, 1, 1, tzinfo=UTC)

ALPHABET = b"0123456789-:.,+ TZeE\n"
"""Every byte that a good row may hold."""

FLAG_LETTERS = b"truefalsTF"
"""And those of a flag."""

LONGEST_LINE = 512
"""Bytes. No row needs more than a sixth of it."""

_PYTHON = {column: re.compile(pattern, re.ASCII) for column, pattern in PATTERNS.items()}
_PARTS = re.compile(r"(\d+)-(\d+)-(\d+)[T ](\d+):(\d+)(?::(\d+)(?:\.(\d*))?)?(?:Z|([+-])(\d\d):?(\d\d))?", re.ASCII)


class Flaw(StrEnum):
    """What is wrong with a line; the words are stable."""

    CUT = "cut"
    TOO_LONG = "too_long"
    NUL_BYTE = "nul_byte"
    NOT_UTF8 = "not_utf8"
    COLUMNS = "columns"
    TS = "ts"
    FUTURE = "ts_future"
    STATUS = "status"
    LATENCY = "latency_ms"
    NEGATIVE = "latency_ms_negative"
    FLAG = "signature_error"


def alphabet(kind: Kind) -> bytes:
    """Every byte that a good row of this kind may hold, line end included."""
    return ALPHABET + FLAG_LETTERS if kind.has(Column.FLAG) else ALPHABET


def flaw_of(line: bytes, latest: datetime, kind: Kind = REQUESTS) -> Flaw | None:
    """What is wrong with one row, without its line end; `latest` is the last moment that is not the future.

    Empty lines, and rows whose ts is blank, are skipped by every reader and have no flaw (contracts 1.10).
    """
    if not line:
        return None
    if b"\0" in line:
        return Flaw.NUL_BYTE
    try:
        fields = line.decode().split(",")
    except UnicodeDecodeError:
        return Flaw.NOT_UTF8
    if len(fields) != len(kind.columns):
        return Flaw.COLUMNS
    if kind.columns[0] is Column.TS and not fields[0]:
        return Flaw.TS if line.translate(None, alphabet(kind)) else None
    found = (_flaw_in(column, text, latest) for column, text in zip(kind.columns, fields, strict=True))
    return next((flaw for flaw in found if flaw), None)


def read_ts(text: str) -> datetime | None:
    """The moment that a ts names, None when it names none, such as 30 February."""
    parts = _PARTS.fullmatch(text) if _PYTHON[Column.TS].fullmatch(text) else None
    if parts is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in parts.groups()[:6])
    micros = int((parts[7] or "").ljust(6, "0")[:6])
    offset = timedelta(hours=int(parts[9] or 0), minutes=int(parts[10] or 0))
    zone = timezone(-offset if parts[8] == "-" else offset)
    try:
        return datetime(year, month, day, hour, minute, second, micros, zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _flaw_in(column: Column, text: str, latest: datetime) -> Flaw | None:
    match column:
        case Column.TS:
            moment = read_ts(text)
            if moment is None or moment < EARLIEST:
                return Flaw.TS
            return Flaw.FUTURE if moment > latest else None
        case Column.LATENCY:
            if not _PYTHON[column].fullmatch(text) or not math.isfinite(float(text)):
                return Flaw.LATENCY
            return Flaw.NEGATIVE if float(text) < 0 else None
        case Column.STATUS | Column.FLAG:
            return None if _PYTHON[column].fullmatch(text) else Flaw(column.value)
