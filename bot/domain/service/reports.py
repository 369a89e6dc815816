"""The reports that a command gate may read, by kind, each with its limits (contracts 2.1)."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from bot.domain.service.words import Setting

STDOUT = "stdout"
"""The report is what the command prints, and not a file."""

Level = Literal["error", "warning", "note"]
"""How bad a SARIF result is, as its tool says."""

Severity = Literal["critical", "high", "medium", "low", "unknown"]
"""How bad a vulnerability is; `unknown` where nobody said."""

Count = Annotated[int, Field(ge=0)]

NO_ERRORS: dict[Level, int] = {"error": 0}
NOTHING_BAD: dict[Severity, int] = {"critical": 0, "high": 0}
NOTHING: dict[Severity, int] = NOTHING_BAD | {"medium": 0, "low": 0, "unknown": 0}


class ReportSpec(Setting):
    """What every kind of report has."""

    file: str = Field(
        min_length=1,
        description="The report, relative to `cwd`, or `stdout`; `{version}`, `{id}` and the others are filled in.",
    )


class JunitReport(ReportSpec):
    """Test results as JUnit XML."""

    kind: Literal["junit"]
    min_tests: int = Field(default=1, ge=1, description="Tests that must have run; skipped ones do not count.")
    max_failed: Count = Field(default=0, description="Failures and errors that are tolerated.")
    max_skipped: Count | None = Field(default=None, description="Skipped tests that are tolerated; without it any.")
    suites: tuple[str, ...] = Field(default=(), max_length=50, description="Suites that must have run tests, by name.")


class SarifReport(ReportSpec):
    """Findings of a scanner as SARIF 2.1.0; suppressed ones do not count."""

    kind: Literal["sarif"]
    tool: str | None = Field(default=None, description="Name of the tool that must have made it.")
    max: dict[Level, Count] = Field(
        default_factory=NO_ERRORS.copy,
        description="Findings tolerated by level; levels left out are not limited.",
    )
    max_severity: dict[Severity, Count] = Field(
        default_factory=NOTHING_BAD.copy,
        description="Findings tolerated by `security-severity`, for tools that give one.",
    )


class Ignored(Setting):
    """A vulnerability that is known and accepted for a while."""

    id: Annotated[str, Field(min_length=1, description="Its id, or one of its aliases.")]
    reason: Annotated[str, Field(min_length=1, description="Why it is accepted.")]
    until: date = Field(description="The last day on which it is.")


class AuditReport(ReportSpec):
    """Vulnerable dependencies as pip-audit's JSON."""

    kind: Literal["pip-audit"]
    max: dict[Severity, Count] = Field(
        default_factory=NOTHING.copy,
        description="Vulnerabilities tolerated by severity; `unknown` stays 0 unless it is named.",
    )
    min_dependencies: int = Field(default=1, ge=1, description="Dependencies that must have been looked at.")
    max_skipped: Count = Field(default=0, description="Dependencies that could not be looked at and are tolerated.")
    ignore: tuple[Ignored, ...] = Field(default=(), max_length=100, description="What is accepted for a while.")


class BomReport(ReportSpec):
    """A bill of materials as CycloneDX JSON; it must be there, and be about this version."""

    kind: Literal["cyclonedx"]
    min_components: int = Field(default=1, ge=1, description="Components that it must list.")
    components: tuple[str, ...] = Field(default=(), max_length=50, description="Components that it must name.")
    version: bool = Field(default=True, description="Whether `metadata.component.version` must be the release's.")


ReportRules = Annotated[JunitReport | SarifReport | AuditReport | BomReport, Field(discriminator="kind")]
