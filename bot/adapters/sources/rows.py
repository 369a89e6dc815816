"""What a request log's header and rows look like, and what can be wrong with them."""

import math
import re
from datetime import UTC, datetime
from enum import StrEnum

HEADER = b"ts,status,latency_ms"

TS = r"[12]\d{3}-\d{2}-\d{2}[T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]([01]\d|2[0-3]):?[0-5]\d)?"
"""ISO 8601 date and time; without a zone it is UTC (contracts 1.10)."""

STATUS = r"[1-5]\d\d"
LATENCY = r"-?\d+(\.\d*)?([eE][+-]?\d+)?"
"""A decimal number; its sign and size are judged apart."""

ALPHABET = b"0123456789-:.,+ TZeE\n"
"""Every byte that a good row may hold."""

LONGEST_LINE = 512
"""Bytes. No row needs more than a sixth of it."""

_TS, _STATUS, _LATENCY = (re.compile(pattern, re.ASCII) for pattern in (TS, STATUS, LATENCY))


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


def flaw_of(line: bytes, latest: datetime) -> Flaw | None:
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
    if len(fields) != 3:
        return Flaw.COLUMNS
    ts, status, latency = fields
    if not ts:
        return Flaw.TS if line.translate(None, ALPHABET) else None
    return _flaw_of_ts(ts, latest) or _flaw_of_status(status) or _flaw_of_latency(latency)


def _flaw_of_ts(ts: str, latest: datetime) -> Flaw | None:
    if not _TS.fullmatch(ts):
        return Flaw.TS
    try:
        moment = datetime.fromisoformat(ts)
    except ValueError:  # such as 30 February
        return Flaw.TS
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return Flaw.FUTURE if aware > latest else None


def _flaw_of_status(status: str) -> Flaw | None:
    return None if _STATUS.fullmatch(status) else Flaw.STATUS


def _flaw_of_latency(latency: str) -> Flaw | None:
    if not _LATENCY.fullmatch(latency) or not math.isfinite(float(latency)):
        return Flaw.LATENCY
    return Flaw.NEGATIVE if float(latency) < 0 else None
