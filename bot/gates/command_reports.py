"""The limits of a command's report, by kind (contracts 2.1)."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime

from bot.domain.evidence.commands import AuditFound, BomFound, Found, ScanFound, SuitesFound, Vulnerability
from bot.domain.service.reports import AuditReport, BomReport, Ignored, JunitReport, ReportRules, SarifReport
from bot.domain.verdict import Verdict
from bot.gates.finding import Finding, found

_NAMED = 3
"""How many findings are called by name."""


def check_report(rules: ReportRules, report: Found, version: str, now: datetime) -> tuple[list[Finding], int]:
    """Everything in a report that breaks a limit, or cannot be held against one; and how many things it found at all,
    tolerated ones included. Both are of one kind."""
    match rules, report:
        case JunitReport(), SuitesFound():
            return _tests(rules, report), report.failures + report.errors
        case SarifReport(), ScanFound():
            return _scan(rules, report), sum(report.levels.values()) + report.suppressed
        case AuditReport(), AuditFound():
            every = len(report.vulnerabilities) + sum(report.more.values())
            return _audit(rules, report, now.date()), every + report.skipped
        case BomReport(), BomFound():
            return _bom(rules, report, version), 0
        case _:
            return [found(Verdict.ERROR, "report.foreign", detail=report.kind)], 0


def _tests(rules: JunitReport, report: SuitesFound) -> list[Finding]:
    findings = []
    failed = report.failures + report.errors
    if failed > rules.max_failed:
        findings.append(found(Verdict.FAIL, "junit.failed", failed, rules.max_failed, detail=_list(report.failed)))
    if report.disagree:
        findings.append(found(Verdict.ERROR, "junit.disagrees", detail=report.disagree))
    if report.ran == 0:
        findings.append(found(Verdict.NO_DATA, "junit.empty", limit=rules.min_tests))
    elif report.ran < rules.min_tests:
        findings.append(found(Verdict.INCONCLUSIVE, "junit.few", report.ran, rules.min_tests))
    if rules.max_skipped is not None and report.skipped > rules.max_skipped:
        findings.append(found(Verdict.FAIL, "junit.skipped", report.skipped, rules.max_skipped))
    if absent := [name for name in rules.suites if name not in report.suites]:
        findings.append(found(Verdict.NO_DATA, "junit.suite_missing", detail=_list(absent)))
    return findings


def _scan(rules: SarifReport, report: ScanFound) -> list[Finding]:
    if report.runs == 0:
        return [found(Verdict.NO_DATA, "sarif.no_runs")]
    findings = []
    for level, limit in rules.max.items():
        if (seen := report.levels.get(level, 0)) > limit:
            findings.append(found(Verdict.FAIL, f"sarif.level_over:{level}", seen, limit, detail=_list(report.worst)))
    for severity, limit in rules.max_severity.items():
        if (seen := report.severities.get(severity, 0)) > limit:
            code = f"sarif.severity_over:{severity}"
            findings.append(found(Verdict.FAIL, code, seen, limit, detail=_list(report.worst)))
    if report.unfinished:
        findings.append(found(Verdict.ERROR, "sarif.unfinished", detail=report.unfinished))
    if rules.tool is not None and rules.tool not in report.tools:
        findings.append(found(Verdict.NO_DATA, "sarif.tool_missing", detail=rules.tool))
    return findings


def _audit(rules: AuditReport, report: AuditFound, today: date) -> list[Finding]:
    findings = []
    if report.dependencies < rules.min_dependencies:
        findings.append(found(Verdict.NO_DATA, "audit.empty", report.dependencies, rules.min_dependencies))
    counting = [one for one in report.vulnerabilities if not _is_ignored(one, rules, today)]
    seen: Mapping[str, int] = Counter(one.severity for one in counting) + Counter(report.more)
    for severity, limit in ({"unknown": 0} | rules.max).items():
        if seen.get(severity, 0) > limit:
            names = [f"{one.package} {one.id}" for one in counting if one.severity == severity]
            code = f"audit.over:{severity}"
            findings.append(found(Verdict.FAIL, code, seen[severity], limit, detail=_list(names)))
    if report.skipped > rules.max_skipped:
        findings.append(found(Verdict.INCONCLUSIVE, "audit.skipped", report.skipped, rules.max_skipped))
    return findings


def _is_ignored(one: Vulnerability, rules: AuditReport, today: date) -> bool:
    return any(_fits(ignored, one) and today <= ignored.until for ignored in rules.ignore)


def _fits(ignored: Ignored, one: Vulnerability) -> bool:
    return ignored.id.casefold() in {name.casefold() for name in (one.id, *one.aliases)}


def _bom(rules: BomReport, report: BomFound, version: str) -> list[Finding]:
    findings = []
    if report.components == 0:
        findings.append(found(Verdict.NO_DATA, "bom.empty"))
    elif report.components < rules.min_components:
        findings.append(found(Verdict.INCONCLUSIVE, "bom.few", report.components, rules.min_components))
    if absent := [name for name in rules.components if name not in report.has]:
        findings.append(found(Verdict.FAIL, "bom.component_missing", detail=_list(absent)))
    if rules.version and report.subject_version is None:
        findings.append(found(Verdict.NO_DATA, "bom.version_missing"))
    elif rules.version and _plain(report.subject_version or "") != _plain(version):
        findings.append(found(Verdict.ERROR, "bom.wrong_version", detail=report.subject_version or ""))
    return findings


def _plain(version: str) -> str:
    """`v2.1.0` and `2.1.0` are one version: package indexes know no `v`."""
    return version.removeprefix("v")


def _list(names: tuple[str, ...] | list[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
