"""pip-audit's JSON: which dependencies were looked at, and what is known against them (contracts 2.1)."""

from collections import Counter
from collections.abc import Collection
from typing import Any

from bot.adapters.reports.json_text import Object, a_text, an_object, objects, read_json, short
from bot.adapters.reports.problem import ReportProblem
from bot.domain.evidence.commands import VULNERABILITIES_KEPT, AuditFound, Vulnerability

_WORDS = {"critical": "critical", "high": "high", "medium": "medium", "moderate": "medium", "low": "low"}
_ORDER = ("critical", "high", "medium", "low", "unknown")


def read_pip_audit(raw: bytes, wanted: Collection[str] = ()) -> AuditFound:
    """The report. pip-audit itself gives no severity; where something behind it added one, it is read. Raises
    ReportProblem. `wanted` is of no use here."""
    dependencies = list(objects(_dependencies(read_json(raw)), "dependencies"))
    looked_at, skipped, found = 0, 0, list[Vulnerability]()
    for one in dependencies:
        name = a_text(one.get("name"), "dependencies.name")
        if "skip_reason" in one:
            skipped += 1
            continue
        a_text(one.get("version"), "dependencies.version")
        looked_at += 1
        found += [_vulnerability(name, vulnerability) for vulnerability in objects(one.get("vulns"), "vulns")]
    found.sort(key=lambda one: _ORDER.index(one.severity))
    return AuditFound(
        dependencies=looked_at,
        skipped=skipped,
        vulnerabilities=tuple(found[:VULNERABILITIES_KEPT]),
        more=dict(Counter(one.severity for one in found[VULNERABILITIES_KEPT:])),
    )


def _dependencies(document: Any) -> Any:
    """Older versions wrote the bare list."""
    if isinstance(document, list):
        return document
    found = an_object(document, "document")
    if "dependencies" not in found:
        raise ReportProblem("foreign", "dependencies")
    return found["dependencies"]


def _vulnerability(package: str, one: Object) -> Vulnerability:
    aliases = one.get("aliases", [])
    if not isinstance(aliases, list) or not all(isinstance(alias, str) for alias in aliases):
        raise ReportProblem("foreign", "vulns.aliases")
    severity = one.get("severity")
    return Vulnerability(
        id=short(a_text(one.get("id"), "vulns.id")),
        aliases=tuple(short(alias) for alias in aliases[:20]),
        package=short(package),
        severity=_WORDS.get(severity.casefold(), "unknown") if isinstance(severity, str) else "unknown",
    )
