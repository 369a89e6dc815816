"""Request logs for tests, and the source that reads them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.adapters.sources.csv_log import build_source
from bot.domain.evidence import LogMeasurement, SourceFailure
from bot.domain.service import CsvSource

HEADER = b"ts,status,latency_ms\n"
NOON = datetime.now(UTC).replace(microsecond=0)
"""Now, since a log's own modification time is real."""


def ts(seconds: float) -> bytes:
    """A moment so many seconds after NOON, as logs write it."""
    return (NOON + timedelta(seconds=seconds)).isoformat(timespec="milliseconds").replace("+00:00", "Z").encode()


def line(seconds: float, status: int = 200, latency: float = 12.5) -> bytes:
    return b"%s,%d,%.3f\n" % (ts(seconds), status, latency)


def measure(
    folder: Path,
    tracks: tuple[str, ...] = ("stable",),
    now: datetime = NOON,
    window: timedelta = timedelta(minutes=5),
) -> LogMeasurement | SourceFailure:
    """Measure the window that ends now in stable.csv and canary.csv of a folder."""
    spec = CsvSource(kind="csv", stable="stable.csv", canary="canary.csv")
    source = build_source(spec, tracks, folder)  # type: ignore[arg-type]  # tests name tracks as plain text
    return source.measure("infra", "v1.0.0", now - window, now, now)
