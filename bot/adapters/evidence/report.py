"""The report of an upload, `objectlock-report.json`: what is in the archive, and what a second run need not send again
(contracts 1.9)."""

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from bot.adapters.durable import NotOurFile, read_file, replace_file
from bot.adapters.evidence.files import LIMIT
from bot.adapters.evidence.shipping import Came, Sent

REPORT = "objectlock-report.json"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Policy(_Part):
    """How objects are locked."""

    mode: Literal["COMPLIANCE", "GOVERNANCE", "directory"]
    retention_days: float


class Counts(_Part):
    """How many of each."""

    uploaded: int
    skipped: int
    failed: int


class ReportLine(_Part):
    """One file: of what was uploaded, `reason` is `new` or `there`."""

    path: str
    reason: str
    sha256: str = ""
    version_id: str = ""
    retain_until: AwareDatetime | None = None
    message: str = Field(default="", exclude_if=lambda value: not value)


class Target(_Part):
    """Where files go; for a directory `bucket` is its path."""

    mode: Literal["s3", "directory"]
    bucket: str
    prefix: str
    policy: Policy


class Report(Target):
    """The whole report."""

    counts: Counts
    uploaded: tuple[ReportLine, ...]
    skipped: tuple[ReportLine, ...]
    failed: tuple[ReportLine, ...]


def report_of(target: Target, sent: Iterable[Sent]) -> Report:
    """The report of these files."""
    lines: dict[Came, list[ReportLine]] = {came: [] for came in Came}
    for one in sent:
        lines[one.came].append(_line(one))
    uploaded, skipped, failed = (tuple(lines[came]) for came in (Came.UPLOADED, Came.SKIPPED, Came.FAILED))
    counts = Counts(uploaded=len(uploaded), skipped=len(skipped), failed=len(failed))
    return Report(**target.model_dump(), counts=counts, uploaded=uploaded, skipped=skipped, failed=failed)


def read_report(path: Path, target: Target) -> dict[str, Sent]:
    """What an earlier run sent to the same place, by path. An unreadable report says nothing: the archive is asked."""
    try:
        raw = read_file(path, LIMIT)
        report = None if raw is None else Report.model_validate_json(raw)
    except (NotOurFile, ValidationError):
        return {}
    if report is None or (report.mode, report.bucket, report.prefix) != (target.mode, target.bucket, target.prefix):
        return {}
    return {
        line.path: Sent(line.path, Came.UPLOADED, line.reason, line.sha256, line.version_id, line.retain_until)
        for line in report.uploaded
    }


def write_report(path: Path, report: Report) -> None:
    """Put the report into its place. Raises OSError."""
    replace_file(path, f"{report.model_dump_json(indent=2)}\n".encode())


def _line(one: Sent) -> ReportLine:
    return ReportLine(
        path=one.path,
        reason=one.reason,
        sha256=one.sha256,
        version_id=one.version,
        retain_until=one.keep_until,
        message=one.message,
    )
