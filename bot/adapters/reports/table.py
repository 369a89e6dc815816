"""The table of reports: what reads which kind."""

from collections.abc import Callable, Collection, Mapping

from bot.adapters.reports.cyclonedx import read_cyclonedx
from bot.adapters.reports.junit import read_junit
from bot.adapters.reports.pip_audit import read_pip_audit
from bot.adapters.reports.problem import ReportProblem
from bot.adapters.reports.sarif import read_sarif
from bot.domain.evidence.commands import Found
from bot.domain.service.reports import BomReport, JunitReport, ReportRules

READERS: Mapping[str, Callable[[bytes, Collection[str]], Found]] = {
    "junit": read_junit,
    "sarif": read_sarif,
    "pip-audit": read_pip_audit,
    "cyclonedx": read_cyclonedx,
}
"""By the report's kind."""


def read_report(rules: ReportRules, raw: bytes) -> Found:
    """What a report says. Raises ReportProblem."""
    if not raw.strip():
        raise ReportProblem("empty")
    return READERS[rules.kind](raw, _wanted(rules))


def _wanted(rules: ReportRules) -> Collection[str]:
    """What the rules ask for by name."""
    if isinstance(rules, JunitReport):
        return rules.suites
    return rules.components if isinstance(rules, BomReport) else ()
