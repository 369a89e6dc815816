"""What a command came to: how it ended, and what its report says."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.evidence.base import FactBody


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class ReportFile(_Part):
    """The bytes that were read, so that they can be checked later; `path` is `stdout` for what was printed."""

    path: str
    sha256: str
    size: int = Field(ge=0)


class SuitesFound(_Part):
    """A JUnit report, counted test by test. `ran` leaves skipped tests out; `suites` are those asked for that ran any;
    `disagree` says where the report's own numbers are others."""

    kind: Literal["junit"] = "junit"
    tests: int = Field(ge=0)
    ran: int = Field(ge=0)
    failures: int = Field(ge=0)
    errors: int = Field(ge=0)
    skipped: int = Field(ge=0)
    suites: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    disagree: str = ""


class ScanFound(_Part):
    """A SARIF report: results that are neither suppressed nor gone, by level and by security severity. `unfinished`
    says which of its runs did not go to its end."""

    kind: Literal["sarif"] = "sarif"
    tools: tuple[str, ...]
    runs: int = Field(ge=0)
    levels: dict[str, int]
    severities: dict[str, int]
    suppressed: int = Field(ge=0)
    worst: tuple[str, ...] = ()
    unfinished: str = ""


class Vulnerability(_Part):
    """A vulnerability of one dependency."""

    id: str
    aliases: tuple[str, ...] = ()
    package: str
    severity: str


class AuditFound(_Part):
    """A pip-audit report. `vulnerabilities` are at most VULNERABILITIES_KEPT; `more` were not kept, by severity."""

    kind: Literal["pip-audit"] = "pip-audit"
    dependencies: int = Field(ge=0)
    skipped: int = Field(ge=0)
    vulnerabilities: tuple[Vulnerability, ...] = ()
    more: dict[str, int] = {}


class BomFound(_Part):
    """A CycloneDX document. `has` are the components asked for that it names."""

    kind: Literal["cyclonedx"] = "cyclonedx"
    spec_version: str
    components: int = Field(ge=0)
    subject: str = ""
    subject_version: str | None = None
    has: tuple[str, ...] = ()


VULNERABILITIES_KEPT = 200

Found = Annotated[SuitesFound | ScanFound | AuditFound | BomFound, Field(discriminator="kind")]

Ended = Literal["exited", "signalled", "timed_out", "not_started"]


class CommandResult(FactBody):
    """One run of a command. `observed_at` is when it began; `code` its exit code, or the number of the signal.

    `problem` says why there is no `found` though a report was asked for: `missing`, `stale` (from before the run),
    `empty`, `too_large`, `unreadable`, `unsafe` or `foreign`; `detail` says where, or why it was not started.
    """

    kind: Literal["command"] = "command"
    ended: Ended
    code: int | None = None
    seconds: float = Field(ge=0)
    report: ReportFile | None = None
    found: Found | None = None
    problem: str = ""
    detail: str = ""
