"""The kinds of log that can be measured, each with its columns (contracts 1.10)."""

from dataclasses import dataclass
from enum import StrEnum


class Column(StrEnum):
    """A column by what it means. A log may call FLAG `signature_error` or `verify_error`."""

    TS = "ts"
    STATUS = "status"
    LATENCY = "latency_ms"
    FLAG = "signature_error"


@dataclass(frozen=True, slots=True)
class Kind:
    """Columns in their order, and the header lines that announce them."""

    columns: tuple[Column, ...]
    headers: tuple[bytes, ...]

    def has(self, column: Column) -> bool:
        """Whether logs of this kind have the column."""
        return column in self.columns


def _kind(*columns: Column) -> Kind:
    line = ",".join(columns).encode()
    alias = line.replace(Column.FLAG.encode(), b"verify_error")
    return Kind(columns, (line, alias) if alias != line else (line,))


REQUESTS = _kind(Column.TS, Column.STATUS, Column.LATENCY)
"""A request log."""

JUDGEMENTS = _kind(Column.TS, Column.STATUS, Column.LATENCY, Column.FLAG)
"""A judge log: a request log that also says whether the answer's signature was wrong."""

SHADOWS = _kind(Column.STATUS, Column.LATENCY, Column.FLAG)
"""A shadow log, as the source system captures them: it knows no times."""
