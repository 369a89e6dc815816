"""A request log in CSV whose reader never sees half a line, and that never grows past its limit.

Linux publishes one `write` page by page: a reader can see the file end in the middle of a line that crosses a page
boundary. So no line crosses one here; the last line of a page gets zeros behind its latency (12.340 -> 12.340000) to
end where the page ends. A shorter file takes the place of a too long one by rename, whole.
"""

import os
from datetime import UTC, datetime
from pathlib import Path

HEADER = b"ts,status,latency_ms\n"
PAGE = 4096
"""Every page size in use is a multiple of this one."""

MAX_BYTES = 20_000_000

LONGEST_ROW = len(b"2025-01-01T00:00:00.000Z,200,12345678.000\n")


def row(at: datetime, status: int, latency_ms: float) -> bytes:
    """One line. `at` is in UTC."""
    second = at.strftime("%Y-%m-%dT%H:%M:%S").encode()
    return b"%s.%03dZ,%d,%.3f\n" % (second, at.microsecond // 1000, status, latency_ms)


def settle(rows: bytes, offset: int) -> bytes:
    """Rows as they are written at `offset`: the last is padded when its page has no room for a whole row after it."""
    left = -(offset + len(rows)) % PAGE
    if 0 < left < LONGEST_ROW:
        return rows[:-1] + b"0" * left + b"\n"
    return rows


class RequestLog:
    """Rows are kept until `flush`, which writes them in one go."""

    def __init__(self, path: Path, max_bytes: int = MAX_BYTES) -> None:
        self._path = path
        self._max_bytes = max_bytes
        self._rows: list[bytes] = []
        self._fd = -1
        self.begin_again()

    def add(self, status: int, latency_ms: float, at: datetime | None = None) -> None:
        """Remember one answered request; `at` is when it was answered."""
        self._rows.append(row(at or datetime.now(UTC), status, latency_ms))

    def flush(self) -> None:
        """Write what was added. A write that the disk refuses is taken back whole and raised as OSError."""
        if not self._rows:
            return
        start = offset = os.fstat(self._fd).st_size
        placed = []
        for line in self._rows:
            placed.append(settle(line, offset))
            offset += len(placed[-1])
        self._rows.clear()
        self._append(b"".join(placed), start)
        if offset > self._max_bytes:
            self._trim()

    def begin_again(self) -> None:
        """Replace the file by one that has only its header."""
        self._rows.clear()
        self._replace(b"")

    def close(self) -> None:
        self.flush()
        os.close(self._fd)

    def _append(self, data: bytes, start: int) -> None:
        written = os.write(self._fd, data)
        if written != len(data):
            os.ftruncate(self._fd, start)
            raise OSError(f"{self._path.name}: only {written} of {len(data)} bytes fitted on the disk")

    def _trim(self) -> None:
        """Keep the newer half, whole lines."""
        with self._path.open("rb") as file:
            file.seek(-(self._max_bytes // 2), os.SEEK_END)
            file.readline()
            self._replace(file.read())

    def _replace(self, rows: bytes) -> None:
        fresh = self._path.with_name(f".{self._path.name}.new")
        fresh.write_bytes(settle(HEADER + rows, 0))
        fd = os.open(fresh, os.O_WRONLY | os.O_APPEND)
        fresh.replace(self._path)
        if self._fd >= 0:
            os.close(self._fd)
        self._fd = fd
